/**
 * Audiences that see profiles by one merge policy, decided person by person by the state machine of the language. States are kept of
 * those who were looked at lately, and of those whose time is near; who else something comes about is read whole.
 */
import type { DataObject, Flip as StreamFlip } from '@kindred/pql';
import { StreamEvaluator } from '@kindred/pql';
import type { ReadableTables } from '../../profile/index.ts';
import { identityMap, readEventsSince, readHistories, readProfiles } from '../../profile/index.ts';
import type { OwnedEvent } from '../../profile/index.ts';
import type { Bitmap } from '../bitmap/index.ts';
import type { Cause, CauseKind } from '../cause.ts';
import type { Planned } from '../dependencies.ts';
import { namesOf } from '../dependencies.ts';
import { Breath } from './breath.ts';
import type { Touch, Touches } from './touched.ts';
import { UNTOUCHED } from './touched.ts';

export interface FollowerOptions {
  /** With all they depend on; none of them has members from outside. */
  readonly audiences: readonly Planned[];
  readonly tables: () => Promise<ReadableTables>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Somebody who came or left. */
export interface Turned {
  readonly profile: number;
  readonly audience: string;
  readonly entered: boolean;
  readonly cause: Cause;
}

export interface Deciding {
  /** Epoch ms. */
  readonly now: number;
  /** Who is in as far as it was told: members by audience. */
  readonly before: ReadonlyMap<string, Bitmap>;
  /** People who turned out to be one with others, or several. */
  readonly moved: ReadonlySet<number>;
  readonly signal: AbortSignal;
}

/** People read whole at a time: the events of some are spread over all of the table. */
const PAGE = 4000;
/** Of states kept with their records, and events for the rules that ask for whole histories. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_EVENTS = 1_000_000;

/** In memory, for a letter of a record written as JSON. */
const LETTER_BYTES = 4;

/** Somebody with a state. */
interface Hot {
  /** By id; empty where no rule asks for histories. */
  readonly history: Map<string, DataObject>;
  readonly record: DataObject;
  /** About how much memory the record takes, and the state with it. */
  readonly recordBytes: number;
  readonly bytes: number;
}

function sizeOf(record: DataObject): number {
  return JSON.stringify(record).length * LETTER_BYTES;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #evaluator: StreamEvaluator;
  /** The longest unused first. */
  readonly #hot = new Map<number, Hot>();
  readonly #ids: ReadonlySet<string>;
  #events = 0;
  #bytes = 0;
  #lookup: (entity: string, id: string) => DataObject | null = () => null;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#ids = new Set(options.audiences.map(({ id }) => id));
    this.#evaluator = new StreamEvaluator({
      audiences: options.audiences.map((planned) => ({ key: planned.id, plan: planned.plan, refersAs: namesOf(planned) })),
      zone: options.zone,
      history: (profile) => inOrder(this.#hot.get(Number(profile))?.history.values() ?? []),
      lookup: (entity, id) => this.#lookup(entity, id),
    });
  }

  /** Of the people, those with a state. */
  hot(people: Iterable<number>): number {
    let count = 0;
    for (const profile of people) if (this.#hot.has(profile)) count++;
    return count;
  }

  /** Decides about people, on all that is known of them. */
  async decide(touches: Touches, deciding: Deciding): Promise<readonly Turned[]> {
    const tables = await this.#tables();
    const isKnown = ([profile, { anew }]: readonly [number, Touch]): boolean =>
      this.#hot.has(profile) && !anew && !deciding.moved.has(profile);
    const { known = [], others = [] } = Object.groupBy(touches, (touched) => (isKnown(touched) ? 'known' : 'others'));
    // Where one fails, the other one is over too before states are dropped.
    const parts = await Promise.allSettled([
      this.#goOn(
        tables,
        known.map(([profile]) => profile),
        touches,
        deciding,
      ),
      this.#meetAll(
        tables,
        others.map(([profile]) => profile),
        touches,
        deciding,
      ),
    ]);
    return parts.flatMap((part) => {
      if (part.status === 'rejected') throw part.reason;
      return part.value;
    });
  }

  /** Makes states of people whose time is near. */
  async load(people: readonly number[], deciding: Deciding): Promise<readonly Turned[]> {
    const others = people.filter((profile) => !this.#hot.has(profile));
    return await this.decide(new Map(others.map((profile) => [profile, UNTOUCHED])), deciding);
  }

  /** What the clock has turned by now. @param now epoch ms */
  pass(now: number): readonly Turned[] {
    return this.#evaluator.time(now).map((flip) => turnedBy(flip));
  }

  /** When time turns somebody next, or may; null: never. */
  nextDue(): number | null {
    return this.#evaluator.nextDue();
  }

  /** Drops states: what is known of these people has changed in another way than told. */
  forget(people: Iterable<number> = [...this.#hot.keys()]): void {
    for (const profile of people) {
      const hot = this.#hot.get(profile);
      this.#events -= hot?.history.size ?? 0;
      this.#bytes -= hot?.bytes ?? 0;
      this.#hot.delete(profile);
      this.#evaluator.forget(String(profile));
    }
  }

  /** Makes room: drops states that were not used for long, of people whom time does not turn before an instant. */
  shrink(until: number): void {
    for (const profile of this.#hot.keys()) {
      if (this.#bytes <= MOST_BYTES && this.#events <= MOST_EVENTS) return;
      const next = this.#evaluator.nextChange(String(profile));
      if (next === null || next > until) this.forget([profile]);
    }
  }

  async #tables(): Promise<ReadableTables> {
    const tables = await this.#options.tables();
    this.#lookup = (entity, id) => tables.lookups.get(entity, id);
    return tables;
  }

  /** Those whose state is there. */
  async #goOn(tables: ReadableTables, people: readonly number[], touches: Touches, { now }: Deciding): Promise<Turned[]> {
    if (people.length === 0) return [];
    const since = Math.min(...people.map((profile) => touches.get(profile)?.since ?? Infinity));
    const events = await readEventsSince(tables, people, since);
    const told = new Set(people.filter((profile) => touches.get(profile)?.attributes === true));
    const documents = await readProfiles(tables, [...told]);
    const identities = tables.identities.identitiesOf(people);
    const turned: Turned[] = [];
    const breath = new Breath();
    for (const profile of people) {
      await breath.take();
      const key = String(profile);
      const names = identities.get(profile);
      if (names === undefined) {
        turned.push(...this.#evaluator.remove(key, now).map((flip) => turnedBy(flip)));
        this.forget([profile]);
        continue;
      }
      const hot = this.#hot.get(profile);
      const before = hot?.record ?? {};
      const record = (documents.get(profile) ?? { ...before, identityMap: identityMap(names) }) as DataObject;
      if (told.has(profile) || JSON.stringify(record['identityMap']) !== JSON.stringify(before['identityMap'])) {
        if (hot !== undefined) this.#hot.set(profile, { ...hot, record, recordBytes: sizeOf(record) });
        turned.push(...this.#evaluator.attributes(key, record, now).map((flip) => turnedBy(flip)));
      }
    }
    for (const owned of events) {
      await breath.take();
      if (owned.revision >= (touches.get(owned.profile)?.since ?? Infinity)) turned.push(...this.#happened(owned, now));
    }
    for (const profile of people) this.#used(profile);
    return turned;
  }

  #happened({ profile, event }: OwnedEvent, now: number): readonly Turned[] {
    if (!this.#remember(profile, event)) return [];
    return this.#evaluator.event(String(profile), event as DataObject, now).map((flip) => turnedBy(flip, event as DataObject));
  }

  /** False when it is known. */
  #remember(profile: number, event: OwnedEvent['event']): boolean {
    const history = this.#hot.get(profile)?.history;
    if (history === undefined || !this.#evaluator.readsHistory) return history !== undefined;
    const id = String(event['_id']);
    if (history.has(id)) return false;
    history.set(id, event as DataObject);
    this.#events++;
    return true;
  }

  async #meetAll(tables: ReadableTables, people: readonly number[], touches: Touches, deciding: Deciding): Promise<Turned[]> {
    const turned: Turned[] = [];
    for (let from = 0; from < people.length; from += PAGE) {
      deciding.signal.throwIfAborted();
      turned.push(...(await this.#meet(tables, people.slice(from, from + PAGE), touches, deciding)));
    }
    return turned;
  }

  /** Those of whom nothing is there: read whole, first without what is new, so that it is seen what that changes. */
  async #meet(tables: ReadableTables, people: readonly number[], touches: Touches, deciding: Deciding): Promise<readonly Turned[]> {
    this.forget(people);
    const documents = await readProfiles(tables, people);
    const events = Map.groupBy(await readHistories(tables, [...documents.keys()]), ({ profile }) => profile);
    const turned: Turned[] = [];
    const breath = new Breath();
    for (const profile of people) {
      await breath.take();
      const document = documents.get(profile) as DataObject | undefined;
      const all = events.get(profile) ?? [];
      const touch = touches.get(profile) ?? UNTOUCHED;
      turned.push(...(document === undefined ? this.#gone(profile, deciding) : this.#met(profile, document, all, touch, deciding)));
    }
    return turned;
  }

  #met(profile: number, record: DataObject, all: readonly OwnedEvent[], touch: Touch, deciding: Deciding): readonly Turned[] {
    const moved = deciding.moved.has(profile);
    const since = moved ? Infinity : touch.since;
    const old = all.filter(({ revision }) => revision < since);
    this.#hot.set(profile, { history: new Map(), record, recordBytes: sizeOf(record), bytes: 0 });
    for (const { event } of old) this.#remember(profile, event);
    const history = inOrder(old.map(({ event }) => event as DataObject));
    this.#evaluator.rebuild(String(profile), { record, events: history }, deciding.now);
    const turned = this.#compared(profile, moved ? 'identity' : touch.attributes ? 'attributes' : 'time', deciding);
    for (const owned of all.slice(old.length)) turned.push(...this.#happened(owned, deciding.now));
    this.#used(profile);
    return turned;
  }

  /** The last, for now. */
  #used(profile: number): void {
    const hot = this.#hot.get(profile);
    if (hot === undefined) return;
    const bytes = hot.recordBytes + this.#evaluator.bytesOf(String(profile));
    this.#bytes += bytes - hot.bytes;
    this.#hot.delete(profile);
    this.#hot.set(profile, { ...hot, bytes });
  }

  /** What differs from what was told. */
  #compared(profile: number, kind: CauseKind, { now, before }: Deciding): Turned[] {
    const members = new Set(this.#evaluator.members(String(profile)));
    return [...before].flatMap(([audience, told]) => {
      const entered = members.has(audience);
      return !this.#ids.has(audience) || told.has(profile) === entered
        ? []
        : [{ profile, audience, entered, cause: { kind, event: null, at: now } }];
    });
  }

  #gone(profile: number, { now, before, moved }: Deciding): Turned[] {
    const kind = moved.has(profile) ? 'identity' : 'removal';
    return [...before].flatMap(([audience, told]) => {
      return this.#ids.has(audience) && told.has(profile)
        ? [{ profile, audience, entered: false, cause: { kind, event: null, at: now } as const }]
        : [];
    });
  }
}

/** As the tables give them: by time, and among equals by id, byte by byte. What asks for the first of them sees the same everywhere. */
function inOrder(events: Iterable<DataObject>): readonly DataObject[] {
  const text = (event: DataObject, name: string): string => event[name] as string;
  return [...events].toSorted((one, other) => {
    const [a, b] = [text(one, 'timestamp'), text(other, 'timestamp')];
    if (a !== b) return a < b ? -1 : 1;
    return Buffer.compare(Buffer.from(text(one, '_id')), Buffer.from(text(other, '_id')));
  });
}

function turnedBy({ profile, audience, entered, at, cause }: StreamFlip, event?: DataObject): Turned {
  return { profile: Number(profile), audience, entered, cause: causeOf(cause, at, event) };
}

function causeOf(cause: StreamFlip['cause'], at: number, event: DataObject | undefined): Cause {
  switch (cause.kind) {
    case 'event': {
      const timestamp = event?.['timestamp'];
      return { kind: 'event', event: cause.id, at: typeof timestamp === 'string' ? Date.parse(timestamp) : at };
    }
    case 'rebuild':
      return { kind: 'identity', event: null, at };
    default:
      return { kind: cause.kind, event: null, at };
  }
}
