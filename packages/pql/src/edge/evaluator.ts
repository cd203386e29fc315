/**
 * Who is in which audience, now, in the request: from what is known of a person and what has just happened, which is not kept. What rules
 * need of a person is found once (a projection); a request looks only at leaves that its events and fields, or time, may have turned.
 */
import type { EvaluationContext, EvaluationLimit } from '../evaluate/index.ts';
import type { DataObject } from '../evaluate/values.ts';
import { testOfLeaf } from '../plan/leaf-test.ts';
import type { LeafHash } from '../plan.ts';
import { parseTime } from '../time.ts';
import { hasBit, indexesOf } from '../stream/bits.ts';
import { blankState } from '../stream/blank.ts';
import { dropBefore, eventNumber, insertEntry } from '../stream/entries.ts';
import type { Entries } from '../stream/entries.ts';
import type { LeafNode } from '../stream/network.ts';
import { Network } from '../stream/network.ts';
import type { ProfileState } from '../stream/state.ts';
import { readState, writeState } from '../stream/state.ts';
import { Step } from '../stream/step.ts';
import { fieldsOf, fieldsRead, laidOver } from './fields.ts';
import type { EdgePlans } from './plans.ts';
import { audiencesOf } from './plans.ts';

export interface EdgeOptions {
  readonly plans: EdgePlans;
  /** Records of lookup entities, none without it. */
  readonly lookup?: NonNullable<EvaluationContext['lookup']>;
}

export interface KnownProfile {
  /** The fields of a profile, without `xEvent`. */
  readonly record: DataObject;
  readonly events: readonly DataObject[];
}

/** What the rules of one set of audiences need of a profile; for this evaluator, or one of equal plans. */
export interface Projection {
  readonly state: ProfileState;
  /** All events; none when no rule needs them as they were. */
  readonly events: readonly DataObject[];
}

/** A projection as JSON. */
export interface WrittenProjection {
  readonly state: string;
  readonly events: readonly DataObject[];
}

/** What counts beside what is known, this once. */
export interface InHand {
  /** Epoch ms. An instant before the latest one a projection was asked for counts as that one. */
  readonly now: number;
  /** One whose `_id` and time are known changes nothing. */
  readonly events?: readonly DataObject[];
  /** Fields laid over those of the profile. */
  readonly attributes?: DataObject;
}

export class EdgeEvaluator {
  readonly #network: Network;
  readonly #zone: string;
  readonly #lookup: NonNullable<EvaluationContext['lookup']>;
  /** Fields that leaves read, by the index of the leaf. */
  readonly #fields: readonly (ReadonlySet<string> | null)[];
  /** Fields of the profile that the rules read; null: they may read any. */
  readonly fields: ReadonlySet<string> | null;
  /** Of somebody of whom nothing is known. */
  #nobody: Projection | null = null;
  /** Leaves that took too many steps for some profile, and count as false there. */
  readonly limited = new Map<LeafHash, EvaluationLimit>();

  /** Throws PlansMismatch, AudienceCycle. */
  constructor({ plans, lookup = () => null }: EdgeOptions) {
    this.#network = new Network(audiencesOf(plans), plans.zone);
    this.#zone = plans.zone;
    this.#lookup = lookup;
    this.#fields = this.#network.leaves.map(({ leaf, audience }) => (audience === null ? fieldsRead(testOfLeaf(leaf)) : new Set()));
    const read = this.#network.leaves.filter(({ decider }) => decider !== null && decider.needs !== 'evidence');
    const sets = read.map(({ index }) => this.#fields[index] ?? null);
    this.fields = sets.includes(null) ? null : new Set(sets.flatMap((names) => [...(names ?? [])]));
  }

  /** Whether some rule needs events as they were, more than their times and what is summed up of them. */
  get needsEvents(): boolean {
    return this.#network.byHistory.length > 0;
  }

  /** What the rules need of a profile; it has the answers for an instant, epoch ms, and is brought up to later ones as they are asked for. */
  project({ record, events }: KnownProfile, now: number): Projection {
    const state = blankState(this.#network, now);
    state.record = fieldsOf(record, this.fields);
    for (const event of events) this.#insert(state, event, null);
    for (const [atom, entries] of state.entries) {
      const useless = this.#network.useless[atom]?.(now);
      if (useless !== undefined && !Number.isNaN(useless)) dropBefore(entries, useless);
    }
    const projection = { state, events: this.needsEvents ? events : [] };
    const step = this.#step(projection, []);
    for (const leaf of this.#network.leaves) step.look(leaf);
    step.settle();
    return projection;
  }

  /** Keys of the audiences somebody is in at an instant, with what is in hand; null: nothing is known of them. */
  memberships(known: Projection | null, { now, events = [], attributes = {} }: InHand): readonly string[] {
    const projection = known ?? (this.#nobody ??= this.project({ record: {}, events: [] }, now));
    this.#advance(projection, now);
    const { state } = projection;
    const laid = fieldsOf(attributes, this.fields);
    if (events.length === 0 && Object.keys(laid).length === 0) return this.#keys(state);
    const fork = { state: forked(state, laidOver(state.record, laid)), events: projection.events };
    this.#apply(fork, { events, changed: Object.keys(laid) });
    return this.#keys(fork.state);
  }

  write({ state, events }: Projection): WrittenProjection {
    return { state: writeState(state, this.#network), events };
  }

  /** Throws StateMismatch when it was written for other audiences. */
  read({ state, events }: WrittenProjection): Projection {
    return { state: readState(state, this.#network), events };
  }

  #apply(fork: Projection, { events, changed }: { readonly events: readonly DataObject[]; readonly changed: readonly string[] }): void {
    const step = this.#step(fork, events);
    const { byRecord, byHistory, byAtom } = this.#network;
    const reads = ({ index }: LeafNode): boolean => {
      const fields = this.#fields[index];
      return fields === null || fields === undefined || changed.some((name) => fields.has(name));
    };
    for (const leaf of byRecord) if (changed.length > 0 && reads(leaf)) step.look(leaf);
    for (const leaf of byHistory) if (events.length > 0 || reads(leaf)) step.look(leaf);
    const copied = new Set<number>();
    for (const event of events) this.#insert(fork.state, event, copied);
    for (const atom of copied) {
      for (const leaf of byAtom[atom] ?? []) {
        if (leaf.decider?.growing !== true || !hasBit(fork.state.truths, leaf.index)) step.look(leaf);
      }
    }
    step.settle();
  }

  /** @param copied atoms whose evidence is the fork's own by now, and has changed; null: all of it is */
  #insert({ entries }: ProfileState, event: DataObject, copied: Set<number> | null): void {
    const matched = this.#network.matcher.match(event);
    if (matched.length === 0) return;
    const time = parseTime(event['timestamp'] ?? null) ?? -Infinity;
    const id = eventNumber(event['_id']);
    for (const { index, value } of matched) {
      let own = entries.get(index);
      if (own === undefined || (copied !== null && !copied.has(index))) entries.set(index, (own = copyOf(own)));
      const worth = value === null ? null : value(event);
      insertEntry(own, { time, id, value: typeof worth === 'number' ? worth : null }, value !== null);
      copied?.add(index);
    }
  }

  /** Time has passed for somebody: which leaves hold depends on the instant alone, not on those in between. */
  #advance(projection: Projection, now: number): void {
    const { state } = projection;
    if (now <= state.at) return;
    state.at = now;
    if (state.next > now) return;
    const step = this.#step(projection, []);
    for (const [leaf, due] of state.due) if (due <= now) step.look(this.#network.leaves[leaf] as LeafNode);
    step.settle();
    state.next = [...state.due.values()].reduce((first, at) => Math.min(first, at), Infinity);
  }

  #step({ state, events }: Projection, inHand: readonly DataObject[]): Step {
    return new Step({
      network: this.#network,
      zone: this.#zone,
      lookup: this.#lookup,
      profile: '',
      state,
      cause: { kind: 'rebuild' },
      flips: [],
      history: () => joined(events, inHand),
      limited: this.limited,
    });
  }

  #keys({ members }: ProfileState): readonly string[] {
    return indexesOf(members).map((number) => this.#network.audiences[number]?.key ?? '');
  }
}

function forked(state: ProfileState, record: DataObject): ProfileState {
  const { at, entries, truths, members, due, next } = state;
  return { at, record, entries: new Map(entries), truths: truths.slice(), members: members.slice(), due: new Map(due), next };
}

const copyOf = (entries: Entries | undefined): Entries =>
  entries === undefined
    ? { times: [], ids: [], values: [] }
    : { times: [...entries.times], ids: [...entries.ids], values: [...entries.values] };

/** Those in hand that are not among the others by their `_id`. */
function joined(events: readonly DataObject[], inHand: readonly DataObject[]): readonly DataObject[] {
  if (inHand.length === 0) return events;
  const known = new Set(events.map(({ _id: id }) => id).filter((id) => typeof id === 'string'));
  const fresh = inHand.filter(({ _id: id }) => {
    if (typeof id !== 'string') return true;
    if (known.has(id)) return false;
    known.add(id);
    return true;
  });
  return [...events, ...fresh];
}
