/** Keeps the draft on the server a moment after each edit, one save after the other. */
import { ApiError, routes } from '@kindred/contract';
import type { Composition } from '@kindred/contract';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';
import type { Draft } from './edits.ts';
import { sameDraft } from './edits.ts';

const QUIET_MS = 400;

export interface Autosave {
  readonly saved: boolean;
  readonly error: Error | undefined;
  /** Somebody else changed it meanwhile: nothing is saved until that is settled. */
  readonly conflict: boolean;
  /** Saves what is not saved yet; gives the number of changes the server has. Throws ApiError and ConnectionError. */
  readonly flush: () => Promise<number>;
  /** Tries again. */
  readonly retry: () => void;
  /** Saves over what somebody else did. */
  readonly overwrite: () => void;
  /** Takes note of a change that was made in another way. */
  readonly noted: (composition: Composition) => void;
}

interface State {
  readonly saved: boolean;
  readonly error: Error | undefined;
}

/** @param onStored hears what the server has after each save */
export function useAutosave(composition: Composition, draft: Draft, onStored: (stored: Composition) => void): Autosave {
  const { id, name, description, body, changes } = composition;
  const [{ saved, error }, tell] = useReducer((_: State, next: State) => next, { saved: true, error: undefined });
  const known = useRef({ draft: { name, description, body }, changes });
  const latest = useRef({ draft, onStored });
  const running = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    latest.current = { draft, onStored };
  });
  const save = useCallback(
    async (force: boolean): Promise<number> => {
      const turn = running.current.then(async () => {
        while (!sameDraft(latest.current.draft, known.current.draft)) {
          const now = latest.current.draft;
          const expected = force ? {} : { ifChanges: known.current.changes };
          // Without a name it goes on under the one it had.
          const { name: called, ...rest } = now;
          const change = { ...rest, ...(called.trim() !== '' && { name: called }), ...expected };
          const stored = await call(routes.updateComposition, { params: { id }, body: change });
          known.current = { draft: now, changes: stored.changes };
          latest.current.onStored(stored);
        }
        tell({ saved: true, error: undefined });
        return known.current.changes;
      });
      running.current = turn.catch(() => undefined);
      return await turn;
    },
    [id],
  );
  const attempt = useCallback(
    (force: boolean) => void save(force).catch((reason: unknown) => tell({ saved: false, error: toError(reason) })),
    [save],
  );
  useEffect(() => {
    if (sameDraft(draft, known.current.draft)) {
      tell({ saved: true, error: undefined });
      return undefined;
    }
    tell({ saved: false, error: undefined });
    const timer = setTimeout(() => attempt(false), QUIET_MS);
    return () => clearTimeout(timer);
  }, [draft, attempt]);
  useLeaving(saved, () => attempt(false));
  const flush = useCallback(() => save(false), [save]);
  const retry = useCallback(() => attempt(false), [attempt]);
  const overwrite = useCallback(() => attempt(true), [attempt]);
  const noted = useCallback((changed: Composition) => {
    known.current = { ...known.current, changes: changed.changes };
  }, []);
  const conflict = error instanceof ApiError && error.code === 'composition-changed';
  return { saved, error, conflict, flush, retry, overwrite, noted };
}

/** Another page of ours is left for with a save; whoever closes the tab is asked while something is not saved. */
function useLeaving(saved: boolean, leave: () => void): void {
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => () => latest.current(), []);
  useEffect(() => {
    if (saved) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [saved]);
}
