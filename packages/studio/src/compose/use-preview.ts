/** What every block does, counted exactly by the server a moment after each edit. */
import { routes } from '@kindred/contract';
import type { CompositionBody, CompositionPreview } from '@kindred/contract';
import { useEffect, useReducer } from 'react';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';

const QUIET_MS = 150;

export interface Preview {
  /** Of the blocks as they stand, unless `current` is false: then of earlier ones. */
  readonly data: CompositionPreview | undefined;
  readonly current: boolean;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

type State = Omit<Preview, 'retry'>;

/** @param revision the state of the data: with another one it is counted again */
export function usePreview(id: string, body: CompositionBody, revision: number | undefined): Preview {
  const [state, merge] = useReducer((old: State, news: Partial<State>): State => ({ ...old, ...news }), {
    data: undefined,
    current: false,
    error: undefined,
  });
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    merge({ current: false, error: undefined });
    const ask = async () => {
      try {
        const data = await call(routes.previewComposition, { params: { id }, body: { body }, signal });
        if (!signal.aborted) merge({ data, current: true });
      } catch (error) {
        if (!signal.aborted) merge({ error: toError(error) });
      }
    };
    const timer = setTimeout(() => void ask(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [id, body, revision, attempt]);
  return { ...state, retry };
}
