/** The log of memberships over HTTP: read in pages, or followed as it grows. */
import type { MembershipCause, MembershipEntry } from '@kindred/contract';
import { setMaxListeners } from 'node:events';
import type { Cause, Flip } from '../segmentation/index.ts';
import { RequestError } from './errors.ts';
import type { Rooms } from './rooms.ts';

export interface LogFilter {
  /** Id. */
  readonly audience?: string | undefined;
  /** Of a person; both or none. */
  readonly namespace?: string | undefined;
  readonly id?: string | undefined;
}

export interface LogEntries {
  readonly entries: MembershipEntry[];
  /** The first place not looked at. */
  readonly next: number;
}

type Parts = Pick<Rooms, 'segmentation' | 'tables'>;

/** Entries of a page while following. */
const PAGE = 2000;
/** A sign of life while nothing happens, in ms. */
const SILENCE = 15_000;

/** Throws RequestError `profile-not-found` and `request-invalid`, SegmentationError `audience-not-found`. */
export async function readLog(
  rooms: Parts,
  filter: LogFilter,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<LogEntries> {
  const { segmentation } = rooms;
  const profile = personOf(rooms, filter);
  if (filter.audience !== undefined) await segmentation.definitions.get(filter.audience);
  const audiences = filter.audience === undefined ? undefined : [filter.audience];
  const page = await segmentation.log.log({ from, limit, audiences, profile });
  return { entries: await entriesOf(rooms, page.flips), next: page.next };
}

/** Those who follow the log, until they or the server end. */
export class LogFollowers {
  readonly #rooms: Parts;
  readonly #closing = new AbortController();

  constructor(rooms: Parts) {
    this.#rooms = rooms;
    // Every follower listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /**
   * What comes, page by page as it does; an empty page now and then while nothing happens. Ends with the signal. Throws as `readLog`,
   * before the first page.
   */
  async *follow(filter: LogFilter, from: number | undefined, gone: AbortSignal): AsyncGenerator<LogEntries> {
    const { log } = this.#rooms.segmentation;
    const signal = AbortSignal.any([gone, this.#closing.signal]);
    let next = from ?? log.end;
    await readLog(this.#rooms, filter, { from: log.end, limit: 1 });
    while (!signal.aborted) {
      const changed = change((listener) => log.onChanges(listener), signal);
      const page = next < log.end ? await readLog(this.#rooms, filter, { from: next, limit: PAGE }) : { entries: [], next };
      yield page;
      next = page.next;
      if (next >= log.end) await changed.happened;
      changed.stop();
    }
  }

  close(): void {
    this.#closing.abort();
  }
}

/** The next change, or some time without one. */
function change(
  onChanges: (listener: () => void) => () => void,
  signal: AbortSignal,
): { readonly happened: Promise<void>; readonly stop: () => void } {
  const { promise: happened, resolve } = Promise.withResolvers<void>();
  const unlisten = onChanges(resolve);
  const timer = setTimeout(resolve, SILENCE);
  const gone = (): void => resolve();
  signal.addEventListener('abort', gone, { once: true });
  return {
    happened,
    stop() {
      unlisten();
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
    },
  };
}

/** The ordinal of whom the filter is about. */
function personOf({ tables }: Parts, { namespace, id }: LogFilter): number | undefined {
  if (namespace === undefined && id === undefined) return undefined;
  if (namespace === undefined || id === undefined) {
    throw new RequestError('request-invalid', 'namespace and id say together who is meant.', { hint: 'Give both, or none of them.' });
  }
  const profile = tables.identities.find({ namespace, id });
  if (profile !== undefined) return profile;
  throw new RequestError('profile-not-found', `There is no profile with the identity ${namespace}:${id}.`, {
    hint: 'Search profiles by the beginning of an id.',
  });
}

/** People who are not there any more are left out. */
async function entriesOf({ segmentation, tables }: Parts, flips: readonly Flip[]): Promise<MembershipEntry[]> {
  const identities = tables.identities.identitiesOf([...new Set(flips.map(({ profile }) => profile))]);
  const names = await segmentation.definitions.names([...new Set(flips.map(({ audience }) => audience))]);
  return flips.flatMap(({ offset, audience, rule, profile, change: what, evaluated, cause }) => {
    const [known, name] = [identities.get(profile), names.get(audience)];
    if (known === undefined || name === undefined || offset === null) return [];
    return [
      {
        offset,
        audience: { id: audience, name },
        version: rule,
        profile,
        identities: known.map(({ namespace, id }) => ({ namespace, id })),
        change: what,
        decidedAt: new Date(evaluated).toISOString(),
        cause: causeBody(cause),
      },
    ];
  });
}

export function causeBody({ kind, event, at }: Cause): MembershipCause {
  return { kind, event, at: new Date(at).toISOString() };
}
