import { routes } from '@kindred/contract';
import { useMemo } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { withRecords } from '../schema/records.ts';
import type { Vocabulary } from './completion.ts';

/** The schema, and the audiences that a rule may refer to; undefined until they are loaded. */
export function useVocabulary(): Vocabulary | undefined {
  const schema = useResource('schema', async (signal) => withRecords(await call(routes.getSchema, { signal }))).data;
  const audiences = useResource('audiences', (signal) => call(routes.listAudiences, { signal })).data?.audiences;
  return useMemo(() => schema && { schema, audiences: audiences ?? [] }, [schema, audiences]);
}
