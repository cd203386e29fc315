/**
 * The API client of this browser tab, and its key. A server bound to loopback may ask for none; when it answers 401
 * the shell asks for a key, which stays in sessionStorage: it is gone with the tab.
 */
import { ApiError, createClient } from '@kindred/contract';
import type { CallInput, Result, Route } from '@kindred/contract';

const STORAGE_KEY = 'kindred.key';

export interface SessionState {
  /** The server refused the last call: ask for a key. */
  readonly locked: boolean;
  /** The key in use was refused, rather than missing. */
  readonly refused: boolean;
  /** Grows with every new key, so that resources load again. */
  readonly epoch: number;
}

let state: SessionState = { locked: false, refused: false, epoch: 0 };
let client = clientWith(sessionStorage.getItem(STORAGE_KEY));
const listeners = new Set<() => void>();

function clientWith(key: string | null) {
  return createClient({ baseUrl: '', ...(key === null ? {} : { key }) });
}

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** For `useSyncExternalStore`. */
export const session = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  current: (): SessionState => state,
};

export function setKey(key: string): void {
  sessionStorage.setItem(STORAGE_KEY, key);
  client = clientWith(key);
  become({ locked: false, refused: false, epoch: state.epoch + 1 });
}

/** The answer as it came, for those that are no JSON as a whole. Throws ApiError and ConnectionError. */
export async function callText<R extends Route>(route: R, input: CallInput<R>): Promise<string> {
  const asText: Route = { ...route, produces: 'application/json' };
  const response = (await call(asText, input as CallInput<Route>)) as Response;
  return await response.text();
}

/** Calls the API; throws ApiError and ConnectionError as the contract says. A 401 locks the session. */
export async function call<R extends Route>(
  route: R,
  ...input: object extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]
): Promise<Result<R>> {
  try {
    return await client.call(route, ...input);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && !state.locked) {
      become({ ...state, locked: true, refused: sessionStorage.getItem(STORAGE_KEY) !== null });
    }
    throw error;
  }
}
