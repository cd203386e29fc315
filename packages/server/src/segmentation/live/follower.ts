/**
 * Audiences that see profiles by one merge policy, decided person by person by the state machine of the language. States are kept of
 * as many as there is room for: of those whom something came about or time turns, and then of those who did something last. Who else
 * something comes about is read whole.
 */
import type { DataObject, Flip as StreamFlip, PackedStates } from '@kindred/pql';
import { StreamEvaluator } from '@kindred/pql';
import type { ReadableTables } from '../../profile/index.ts';
import { byTimeAndId, countProfiles, readEventsSince, readHistories, readProfiles, readRest } from '../../profile/index.ts';
import type { OwnedEvent } from '../../profile/index.ts';
import type { Bitmap } from '../bitmap/index.ts';
import type { Cause, CauseKind } from '../cause.ts';
import type { Planned } from '../dependencies.ts';
import { namesOf } from '../dependencies.ts';
import { Breath } from './breath.ts';
import { Cold } from './cold.ts';
import { Told } from './told.ts';
import type { Touch, Touches } from './touched.ts';
import { UNTOUCHED } from './touched.ts';

export interface FollowerOptions {
  /** With all they depend on; none of them has members from outside. */
  readonly audiences: readonly Planned[];
  readonly tables: () => Promise<ReadableTables>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  /** Where states lie that were not used for long. */
  readonly packed: PackedStates;
  /** How much memory those may take that are not packed. */
  readonly openBytes?: number;
}

/** How many people have a state. */
export interface LiveStates {
  readonly people: number;
  /** About how much memory they take. */
  readonly bytes: number;
}

export function statesOf(followers: readonly Follower[]): LiveStates {
  const [people, bytes] = [followers.map(({ size }) => size), followers.map((follower) => follower.bytes)];
  return { people: people.reduce((sum, each) => sum + each, 0), bytes: bytes.reduce((sum, each) => sum + each, 0) };
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
  readonly before: () => Promise<ReadonlyMap<string, Bitmap>>;
  /** People who turned out to be one with others, or several. */
  readonly moved: ReadonlySet<number>;
  readonly signal: AbortSignal;
}

/** With what was told of those who are met. */
interface Meeting extends Deciding {
  readonly told: Told;
}

/** People read whole at a time: the events of some are spread over all of the table. */
const PAGE = 4000;
/** Of states kept with their records, of those of them that are not packed, and events for the rules that ask for whole histories. */
const MOST_BYTES = 1024 * 1024 * 1024;
const MOST_OPEN_BYTES = 512 * 1024 * 1024;
const MOST_EVENTS = 1_000_000;
/** Of both, what people may take whom nothing asks for: the rest is for those whom something comes about. */
const AHEAD = 0.8;
/** What is kept of somebody takes more bytes than this. */
const LEAST_STATE = 256;

/** In memory, for a letter of a record written as JSON. */
const LETTER_BYTES = 4;

/** Somebody with a state. */
interface Hot {
  /** By id; empty where no rule asks for histories. */
  readonly history: Map<string, DataObject>;
  /** About how much memory the record takes, and the state with it. */
  recordBytes: number;
  bytes: number;
}

const NO_HISTORY: Hot['history'] = new Map();

function sizeOf(record: DataObject): number {
  return JSON.stringify(record).length * LETTER_BYTES;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #evaluator: StreamEvaluator;
  /** The longest unused first; those of `#open` are not packed. */
  readonly #hot = new Map<number, Hot>();
  readonly #open = new Set<number>();
  readonly #ids: ReadonlySet<string>;
  #events = 0;
  #bytes = 0;
  #openBytes = 0;
  #cold = new Cold(MOST_BYTES / LEAST_STATE);
  #lookup: (entity: string, id: string) => DataObject | null = () => null;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#ids = new Set(options.audiences.map(({ id }) => id));
    this.#evaluator = new StreamEvaluator({
      audiences: options.audiences.map((planned) => ({ key: planned.id, plan: planned.plan, refersAs: namesOf(planned) })),
      zone: options.zone,
      packed: options.packed,
      history: (profile) => [...(this.#hot.get(Number(profile))?.history.values() ?? [])].toSorted(byTimeAndId),
      lookup: (entity, id) => this.#lookup(entity, id),
    });
  }

  /** How many people have a state, and about how much memory these take. */
  get size(): number {
    return this.#hot.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it decides about an audience. */
  decides(audience: string): boolean {
    return this.#ids.has(audience);
  }

  /** Those who have a state. */
  people(): Iterable<number> {
    return this.#hot.keys();
  }

  /** Whether somebody has a state. */
  has(profile: number): boolean {
    return this.#hot.has(profile);
  }

  /**
   * The next people to make states of ahead, at most so many; none when there is no room for more, or all were asked for once: those of
   * them without a state are asked for again.
   */
  async nextCold(limit: number): Promise<readonly number[]> {
    const tables = await this.#tables();
    while (this.#bytes < AHEAD * MOST_BYTES && this.#events < AHEAD * MOST_EVENTS) {
      const taken = await this.#cold.take(tables, limit);
      if (taken.length === 0) {
        if ((await this.#countLeft(tables)) !== 0) await this.#cold.again(tables, this.#hot);
        break;
      }
      const cold = taken.filter((profile) => !this.#hot.has(profile));
      if (cold.length > 0) return cold;
    }
    return [];
  }

  /** Those who have no state; null when they are more than so many. */
  async left(most: number): Promise<readonly number[] | null> {
    const tables = await this.#tables();
    const count = await this.#countLeft(tables);
    if (count === 0) return [];
    const left = count > most ? null : await readRest(tables, this.#hot, most + 1);
    return left === null || left.length > most ? null : left;
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
    this.#pack();
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

  /** Drops all states: what is known may have changed in another way than told. */
  forgetAll(): void {
    this.#hot.clear();
    this.#open.clear();
    [this.#events, this.#bytes, this.#openBytes] = [0, 0, 0];
    this.#evaluator.forgetAll();
    this.#cold = new Cold(MOST_BYTES / LEAST_STATE);
  }

  /** Drops states: what is known of these people has changed in another way than told. */
  forget(people: Iterable<number>): void {
    for (const profile of people) {
      const hot = this.#hot.get(profile);
      this.#events -= hot?.history.size ?? 0;
      this.#weigh(profile, 0);
      this.#hot.delete(profile);
      this.#open.delete(profile);
      this.#evaluator.forget(String(profile));
    }
  }

  /** Of the states that are open, packs those that were not used for long. */
  #pack(): void {
    for (const profile of this.#open) {
      if (this.#openBytes <= (this.#options.openBytes ?? MOST_OPEN_BYTES)) return;
      this.#weigh(profile, 0);
      this.#open.delete(profile);
      this.#evaluator.pack(String(profile));
      this.#weigh(profile, this.#evaluator.bytesOf(String(profile)));
    }
  }

  /** Somebody's state takes so much memory from now on. */
  #weigh(profile: number, bytes: number): void {
    const hot = this.#hot.get(profile);
    if (hot === undefined) return;
    this.#bytes += bytes - hot.bytes;
    if (this.#open.has(profile)) this.#openBytes += bytes - hot.bytes;
    hot.bytes = bytes;
  }

  /** Makes room: drops states that were not used for long, of people whom time does not turn before an instant. */
  shrink(until: number): void {
    for (const profile of this.#hot.keys()) {
      if (this.#bytes <= MOST_BYTES && this.#events <= MOST_EVENTS) return;
      const next = this.#evaluator.nextChange(String(profile));
      if (next === null || next > until) this.forget([profile]);
    }
  }

  /** How many people have no state, as far as what came has been decided. */
  async #countLeft(tables: ReadableTables): Promise<number> {
    return (await countProfiles(tables)) - this.#hot.size;
  }

  async #tables(): Promise<ReadableTables> {
    const tables = await this.#options.tables();
    this.#lookup = (entity, id) => tables.lookups.get(entity, id);
    return tables;
  }

  /** Those whose state is there. */
  async #goOn(tables: ReadableTables, people: readonly number[], touches: Touches, { now }: Deciding): Promise<Turned[]> {
    if (people.length === 0) return [];
    const since = people.reduce((least, profile) => Math.min(least, touches.get(profile)?.since ?? Infinity), Infinity);
    const events = since === Infinity ? [] : await readEventsSince(tables, people, since);
    const told = people.filter((profile) => touches.get(profile)?.attributes === true);
    const documents = await readProfiles(tables, told);
    const turned: Turned[] = [];
    const breath = new Breath();
    for (const profile of told) {
      await breath.take();
      const [key, record, hot] = [String(profile), documents.get(profile) as DataObject | undefined, this.#hot.get(profile)];
      if (record === undefined) {
        turned.push(...this.#evaluator.remove(key, now).map((flip) => turnedBy(flip)));
        this.forget([profile]);
        continue;
      }
      if (hot !== undefined) hot.recordBytes = sizeOf(record);
      turned.push(...this.#evaluator.attributes(key, record, now).map((flip) => turnedBy(flip)));
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
    const pages: (readonly Turned[])[] = [];
    for (let from = 0; from < people.length; from += PAGE) {
      deciding.signal.throwIfAborted();
      pages.push(await this.#meet(tables, people.slice(from, from + PAGE), touches, deciding));
    }
    return pages.flat();
  }

  /** Those of whom nothing is there: read whole, first without what is new, so that it is seen what that changes. */
  async #meet(tables: ReadableTables, people: readonly number[], touches: Touches, deciding: Deciding): Promise<readonly Turned[]> {
    this.forget(people);
    const documents = await readProfiles(tables, people);
    const events = Map.groupBy(await readHistories(tables, [...documents.keys()]), ({ profile }) => profile);
    const before = [...(await deciding.before())].filter(([audience]) => this.#ids.has(audience));
    const met: Meeting = { ...deciding, told: new Told(people, before) };
    const turned: Turned[] = [];
    const breath = new Breath();
    for (const profile of people) {
      await breath.take();
      const document = documents.get(profile) as DataObject | undefined;
      const all = events.get(profile) ?? [];
      const touch = touches.get(profile) ?? UNTOUCHED;
      if (document === undefined) turned.push(...this.#compared(profile, [], met.moved.has(profile) ? 'identity' : 'removal', met));
      else turned.push(...this.#met(profile, document, all, touch, met));
    }
    return turned;
  }

  #met(profile: number, record: DataObject, all: readonly OwnedEvent[], touch: Touch, deciding: Meeting): readonly Turned[] {
    const moved = deciding.moved.has(profile);
    const since = moved ? Infinity : touch.since;
    const old = all.filter(({ revision }) => revision < since);
    const kept = this.#evaluator.readsHistory ? new Map<string, DataObject>() : NO_HISTORY;
    this.#hot.set(profile, { history: kept, recordBytes: sizeOf(record), bytes: 0 });
    for (const { event } of old) this.#remember(profile, event);
    const history = old.map(({ event }) => event as DataObject).toSorted(byTimeAndId);
    this.#evaluator.rebuild(String(profile), { record, events: history }, deciding.now);
    const kind = moved ? 'identity' : touch.attributes ? 'attributes' : 'time';
    const turned = this.#compared(profile, this.#evaluator.members(String(profile)), kind, deciding);
    for (const owned of all.slice(old.length)) turned.push(...this.#happened(owned, deciding.now));
    this.#used(profile);
    return turned;
  }

  /** The last, for now. */
  #used(profile: number): void {
    const hot = this.#hot.get(profile);
    if (hot === undefined) return;
    this.#hot.delete(profile);
    this.#hot.set(profile, hot);
    if (this.#open.delete(profile)) this.#openBytes -= hot.bytes;
    this.#open.add(profile);
    this.#openBytes += hot.bytes;
    this.#weigh(profile, hot.recordBytes + this.#evaluator.bytesOf(String(profile)));
  }

  /** What differs from what was told, of somebody who is in these audiences. */
  #compared(profile: number, members: readonly string[], kind: CauseKind, { now, told }: Meeting): Turned[] {
    const cause: Cause = { kind, event: null, at: now };
    return told.untold(profile, members).map((untold) => ({ profile, ...untold, cause }));
  }
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
