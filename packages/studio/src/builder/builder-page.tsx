import { routes } from '@kindred/contract';
import type { Audience, SchemaBody } from '@kindred/contract';
import { useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Page } from '../ui/page.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { withRecords } from '../schema/records.ts';
import { BuilderScreen } from './builder-screen.tsx';
import { proposalOf } from './proposal.ts';
import type { Proposal } from './proposal.ts';

const PARENT = { title: 'Audiences', href: '/audiences' };

let openings = 0;

export function BuildPage() {
  const { id = null } = useParams();
  const proposal = proposalOf(useSearchParams()[0]);
  const schema = useResource('schema', async (signal) => withRecords(await call(routes.getSchema, { signal })));
  const list = useResource('audiences', (signal) => call(routes.listAudiences, { signal }));
  // Not from the cache: what is edited must be what is saved.
  const [opening] = useState(() => (openings += 1));
  const edited = useResource(`to build ${opening} ${id}`, async (signal) =>
    id === null ? null : await call(routes.getAudience, { params: { id }, signal }),
  );
  const failed = [schema, list, edited].find(({ error }) => error);
  if (schema.data && list.data && edited.data !== undefined)
    return (
      <Loaded
        key={id ?? `new ${proposal?.pql}`}
        audience={edited.data}
        proposal={proposal}
        schema={schema.data}
        all={list.data.audiences}
      />
    );
  return (
    <Page title="Segment Builder" parent={PARENT}>
      {failed?.error ? (
        <Failure error={failed.error} retry={failed.reload} title="The builder could not be opened" />
      ) : (
        <Skeleton lines={8} height={32} />
      )}
    </Page>
  );
}

interface LoadedProps {
  /** Null: a new one. */
  readonly audience: Audience | null;
  readonly proposal: Proposal | null;
  readonly schema: SchemaBody;
  readonly all: readonly Audience[];
}

function Loaded({ audience, proposal, schema, all }: LoadedProps) {
  const id = audience?.id;
  const others = useMemo(() => all.filter((each) => each.id !== id), [all, id]);
  const used = useMemo(
    () => ({ tags: [...new Set(all.flatMap((each) => each.tags))], labels: [...new Set(all.flatMap((each) => each.labels))] }),
    [all],
  );
  return (
    <BuilderScreen audience={audience} proposal={audience === null ? proposal : null} schema={schema} audiences={others} used={used} />
  );
}
