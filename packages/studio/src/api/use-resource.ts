/** Loading what a page shows: the last answer stays on screen while a newer one is under way. */
import { useCallback, useEffect, useReducer, useRef, useSyncExternalStore } from 'react';
import { session } from './session.ts';

export interface Resource<T> {
  readonly data: T | undefined;
  /** Of the last attempt; `data` may still hold an older answer. */
  readonly error: Error | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface State {
  readonly key: string;
  readonly data: unknown;
  readonly error: Error | undefined;
  readonly loading: boolean;
}

const CACHED_ANSWERS = 100;
/** Answers by key, so that going back shows the page at once while it loads anew. */
const answers = new Map<string, unknown>();

function remember(key: string, data: unknown): void {
  answers.delete(key);
  answers.set(key, data);
  if (answers.size > CACHED_ANSWERS) answers.delete(answers.keys().next().value ?? key);
}

export interface ResourceOptions {
  /** Load again when this changes, keeping what is shown. */
  readonly refreshOn?: unknown;
  /** Load again after so many milliseconds; null: never. */
  readonly everyMs?: number | null;
}

/** @param key names what is loaded: another key starts empty (or from the cache). */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>, options: ResourceOptions = {}): Resource<T> {
  const { epoch } = useSyncExternalStore(session.subscribe, session.current);
  const [version, reload] = useReducer((count: number) => count + 1, 0);
  const [state, setState] = useReducer((_: State, next: State) => next, { key, data: answers.get(key), error: undefined, loading: true });
  const latest = useRef({ load, state });
  useEffect(() => {
    latest.current = { load, state };
  });
  useEffect(() => {
    const controller = new AbortController();
    const before = latest.current.state;
    const data = before.key === key ? before.data : answers.get(key);
    setState({ key, data, error: before.key === key ? before.error : undefined, loading: true });
    latest.current.load(controller.signal).then(
      (answer) => {
        if (controller.signal.aborted) return;
        remember(key, answer);
        setState({ key, data: answer, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setState({ key, data, error: toError(error), loading: false });
      },
    );
    return () => controller.abort();
  }, [key, version, epoch, options.refreshOn]);
  useTimer(options.everyMs ?? null, reload);
  const shown = state.key === key ? state : { data: answers.get(key), error: undefined, loading: true };
  return { data: shown.data as T | undefined, error: shown.error, loading: shown.loading, reload };
}

function useTimer(everyMs: number | null, reload: () => void): void {
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
}

export interface Action<A extends readonly unknown[]> {
  readonly run: (...args: A) => Promise<boolean>;
  readonly running: boolean;
  readonly error: Error | undefined;
  readonly clear: () => void;
}

/** Something the user sets going; `run` answers whether it succeeded, the reason why not is in `error`. */
export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<void>): Action<A> {
  const [state, setState] = useReducer(
    (_: { running: boolean; error: Error | undefined }, next: { running: boolean; error: Error | undefined }) => next,
    {
      running: false,
      error: undefined,
    },
  );
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const run = useCallback(async (...args: A): Promise<boolean> => {
    setState({ running: true, error: undefined });
    try {
      await latest.current(...args);
      setState({ running: false, error: undefined });
      return true;
    } catch (error) {
      setState({ running: false, error: toError(error) });
      return false;
    }
  }, []);
  const clear = useCallback(() => setState({ running: false, error: undefined }), []);
  return { run, clear, ...state };
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
