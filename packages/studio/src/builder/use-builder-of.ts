import type { Container } from '@kindred/pql';
import { useLayoutEffect, useMemo, useState } from 'react';
import type { Dispatch } from 'react';
import { createMomentStore } from './builder-context.ts';
import type { Builder } from './builder-context.ts';
import type { BuilderAction } from './use-draft-history.ts';
import type { Live } from './use-live.ts';

interface Surroundings extends Pick<Builder, 'schema' | 'audiences'> {
  readonly act: Dispatch<BuilderAction>;
}

/** The builder for its parts; the store tells them of what changes. */
export function useBuilderOf(root: Container, live: Live, { schema, audiences, act }: Surroundings): Builder {
  const [store] = useState(() => createMomentStore({ root, live, selected: null, dragged: null, said: '' }));
  useLayoutEffect(() => store.change({ root, live }), [store, root, live]);
  return useMemo(
    () => ({
      schema,
      audiences,
      store,
      run: (command, part) => act({ type: 'command', command, ...(part === undefined ? {} : { run: part }) }),
    }),
    [schema, audiences, store, act],
  );
}
