/**
 * The stream evaluator: attributes, events and the passing of time in, changes of membership out. A state machine without
 * a clock of its own and without I/O; every answer is the one that the reference evaluator gives on the same history.
 */
import type { EvaluationContext, EvaluationLimit } from '../evaluate/index.ts';
import type { DataObject } from '../evaluate/values.ts';
import type { LeafHash } from '../plan.ts';
import { parseTime } from '../time.ts';
import { hasBit, indexesOf } from './bits.ts';
import { blankState } from './blank.ts';
import { dropBefore, eventNumber, insertEntry } from './entries.ts';
import type { Entries } from './entries.ts';
import type { Atom } from './matcher.ts';
import { Network } from './network.ts';
import type { LeafNode, StreamAudience } from './network.ts';
import { emptyState, readState } from './state.ts';
import { Step } from './step.ts';
import type { Flip, FlipCause } from './step.ts';
import type { ProfileState } from './state.ts';
import { States } from './states.ts';
import type { PackedStates } from './states.ts';
import { Timers } from './timers.ts';

export interface StreamOptions {
  readonly audiences: readonly StreamAudience[];
  /** IANA time zone of calendar words. */
  readonly zone: string;
  /**
   * All events of a profile, the one just given included, none twice. Asked for only by rules that cannot be decided by
   * compact evidence; without it they see no events.
   */
  readonly history?: (profile: string) => readonly DataObject[];
  /** Records of lookup entities, none without it. When one changes, profiles that refer to it have to be rebuilt. */
  readonly lookup?: NonNullable<EvaluationContext['lookup']>;
  /** Where `pack` puts states; in memory without it. */
  readonly packed?: PackedStates;
}

/** Looks at one leaf while time passes once, and those in a row that are next to each other: a rule that changes with every millisecond must not stop the rest. */
const MAX_LOOKS = 1000;
const MAX_HURRIED = 20;
/** Next to each other, in ms. */
const HURRIED = 1000;
/** Evidence that has grown by so many is looked through for what no rule needs any more. */
const PRUNE_EVERY = 16;

export class StreamEvaluator {
  readonly #network: Network;
  readonly #zone: string;
  readonly #history: (profile: string) => readonly DataObject[];
  readonly #lookup: NonNullable<EvaluationContext['lookup']>;
  readonly #states: States;
  readonly #timers = new Timers();
  /** What holds for a profile of which nothing is known, but for leaves that must be asked. */
  readonly #blank: ProfileState;
  /** Leaves that took too many steps for some profile, and count as false there. */
  readonly limited = new Map<LeafHash, EvaluationLimit>();

  /** Throws AudienceCycle. */
  constructor({ audiences, zone, history = () => [], lookup = () => null, packed }: StreamOptions) {
    this.#lookup = lookup;
    this.#network = new Network(audiences, zone);
    this.#states = new States(this.#network, packed);
    this.#zone = zone;
    this.#history = history;
    this.#blank = blankState(this.#network, 0);
  }

  /** The fields of a profile, all of them, without `xEvent`. An instant before the latest one counts as that. */
  attributes(profile: string, record: DataObject, now: number): readonly Flip[] {
    return this.#apply(profile, { now, cause: { kind: 'attributes' } }, (step) => {
      step.state.record = record;
      for (const leaf of this.#network.byRecord) step.look(leaf);
      for (const leaf of this.#network.byHistory) step.look(leaf);
    });
  }

  /** An event; one whose `_id` and time are known changes nothing. */
  event(profile: string, event: DataObject, now: number): readonly Flip[] {
    const id = event['_id'];
    return this.#apply(profile, { now, cause: { kind: 'event', id: typeof id === 'string' ? id : null } }, (step, isNew) => {
      if (isNew) for (const leaf of this.#network.byRecord) step.look(leaf);
      for (const leaf of this.#network.byHistory) step.look(leaf);
      this.#take(step, event);
    });
  }

  /** Time has passed: what is due by then happens, profile by profile, each in the order of its instants. */
  time(now: number): readonly Flip[] {
    const flips: Flip[] = [];
    for (let profile = this.#timers.due(now); profile !== null; profile = this.#timers.due(now)) {
      const wasOpen = this.#states.isOpen(profile);
      const state = this.#states.get(profile);
      if (state === undefined) continue;
      this.#advance(profile, state, now, flips);
      this.#timers.set(profile, state.next);
      if (!wasOpen) this.#states.pack(profile);
    }
    return flips;
  }

  /** Everything anew for a profile whose history has changed otherwise than by events that came: merges, splits, edits. */
  rebuild(profile: string, given: { readonly record: DataObject; readonly events: readonly DataObject[] }, now: number): readonly Flip[] {
    const before = this.#states.get(profile);
    const at = Math.max(now, before?.at ?? -Infinity);
    const state = this.#fresh(at);
    state.record = given.record;
    const step = this.#step(profile, state, { kind: 'rebuild' }, [], () => given.events);
    const { byAtom, byRecord, byHistory } = this.#network;
    const atoms = new Set<number>();
    for (const event of given.events) for (const { index } of this.#insert(state, event)) atoms.add(index);
    // Of all others it is known what holds without evidence.
    const leaves = new Set([...byRecord, ...byHistory]);
    for (const atom of atoms) for (const leaf of byAtom[atom] ?? []) leaves.add(leaf);
    for (const leaf of leaves) step.look(leaf);
    step.settle();
    this.#states.set(profile, state);
    this.#timers.set(profile, state.next);
    return this.#differences(profile, before?.members ?? null, state, { kind: 'rebuild' });
  }

  /** Forgets a profile, who leaves every audience. */
  remove(profile: string, now: number): readonly Flip[] {
    const state = this.#states.get(profile);
    this.forget(profile);
    if (state === undefined) return [];
    const at = Math.max(now, state.at);
    return indexesOf(state.members).map((number) => this.#flip(profile, number, { entered: false, at, cause: { kind: 'removal' } }));
  }

  /** Whether it has a state of the profile. */
  has(profile: string): boolean {
    return this.#states.has(profile);
  }

  /** What each leaf is decided by; null: by membership in another audience of the set. */
  get needs(): ReadonlyMap<LeafHash, 'evidence' | 'record' | 'history' | null> {
    return new Map(this.#network.leaves.map(({ hash, decider }) => [hash, decider?.needs ?? null]));
  }

  /** Whether some rule asks for the history of profiles. */
  get readsHistory(): boolean {
    return this.#network.byHistory.length > 0;
  }

  /** How many distinct selections of the rules an event belongs to; changes nothing. */
  matches(event: DataObject): number {
    return this.#network.matcher.match(event).length;
  }

  /** About how much memory the state of a profile takes, packed with its record and otherwise without it; 0 when there is none. */
  bytesOf(profile: string): number {
    return this.#states.bytesOf(profile);
  }

  /** Keeps the state of a profile, its record included, as a text, which takes a fraction of the memory, until it is needed again. */
  pack(profile: string): void {
    this.#states.pack(profile);
  }

  /** Drops a state from memory, when it is saved elsewhere. */
  forget(profile: string): void {
    this.#states.delete(profile);
    this.#timers.set(profile, Infinity);
  }

  /** Drops all states. */
  forgetAll(): void {
    this.#states.clear();
    this.#timers.clear();
  }

  /** Keys of the audiences a profile is in, as of the latest instant it has seen. */
  members(profile: string): readonly string[] {
    const state = this.#states.get(profile);
    return state === undefined ? [] : indexesOf(state.members).map((number) => this.#network.audiences[number]?.key ?? '');
  }

  /** Epoch ms before which no membership of the profile changes by time alone; null: none ever does. */
  nextChange(profile: string): number | null {
    return this.#timers.at(profile);
  }

  /** The instant `time` should be called next; null: there is nothing to wait for. */
  nextDue(): number | null {
    return this.#timers.next();
  }

  /** The state of a profile as text; null when there is none. */
  save(profile: string): string | null {
    return this.#states.text(profile);
  }

  /** Throws StateMismatch when the text is no state of these audiences: rebuild the profile then. */
  load(profile: string, text: string): void {
    const state = readState(text, this.#network);
    this.#states.set(profile, state);
    this.#timers.set(profile, state.next);
  }

  #fresh(at: number): ProfileState {
    const { truths, members } = this.#blank;
    return { ...emptyState(this.#network, at), truths: truths.slice(), members: members.slice() };
  }

  /** First what happened by time before; of a profile nobody knew, all memberships are told. */
  #apply(
    profile: string,
    { now, cause }: Pick<Flip, 'cause'> & { readonly now: number },
    change: (step: Step, isNew: boolean) => void,
  ): readonly Flip[] {
    const flips: Flip[] = [];
    const known = this.#states.get(profile);
    const state = known ?? this.#fresh(now);
    if (known === undefined) this.#states.set(profile, state);
    else this.#advance(profile, state, now, flips);
    const step = this.#step(profile, state, cause, flips);
    change(step, known === undefined);
    step.settle();
    this.#timers.set(profile, state.next);
    return known === undefined ? this.#differences(profile, null, state, cause) : flips;
  }

  #take(step: Step, event: DataObject): void {
    for (const atom of this.#insert(step.state, event)) {
      for (const leaf of this.#network.byAtom[atom.index] ?? []) {
        if (leaf.decider?.growing !== true || !hasBit(step.state.truths, leaf.index)) step.look(leaf);
      }
    }
  }

  /** The atoms whose evidence has changed. */
  #insert(state: ProfileState, event: DataObject): readonly Atom[] {
    const matched = this.#network.matcher.match(event);
    if (matched.length === 0) return matched;
    const time = parseTime(event['timestamp'] ?? null) ?? -Infinity;
    const id = eventNumber(event['_id']);
    return matched.filter((atom) => {
      const entries = state.entries.get(atom.index) ?? { times: [], ids: [], values: [] };
      state.entries.set(atom.index, entries);
      const value = atom.value === null ? null : atom.value(event);
      const isNew = insertEntry(entries, { time, id, value: typeof value === 'number' ? value : null }, atom.value !== null);
      if (entries.times.length % PRUNE_EVERY === 0) this.#prune(entries, atom.index, state.at);
      return isNew;
    });
  }

  #prune(entries: Entries, atom: number, now: number): void {
    const useless = this.#network.useless[atom]?.(now);
    if (useless !== undefined && !Number.isNaN(useless)) dropBefore(entries, useless);
  }

  /** Lives through every instant up to `now` at which something may turn. */
  #advance(profile: string, state: ProfileState, now: number, flips: Flip[]): void {
    let [looks, hurried] = [0, 0];
    while (state.next <= now) {
      const next = earliest(state.due);
      state.next = next;
      if (next > now) break;
      hurried = next - state.at < HURRIED ? hurried + 1 : 0;
      state.at = Math.max(state.at, looks < MAX_LOOKS && hurried < MAX_HURRIED ? next : now);
      this.#turn(profile, state, flips);
      looks++;
    }
    state.at = Math.max(state.at, now);
  }

  #turn(profile: string, state: ProfileState, flips: Flip[]): void {
    const step = this.#step(profile, state, { kind: 'time' }, flips);
    state.due.forEach((due, leaf) => {
      if (due <= state.at) step.look(this.#network.leaves[leaf] as LeafNode);
    });
    step.settle();
    state.next = earliest(state.due);
  }

  #step(profile: string, state: ProfileState, cause: FlipCause, flips: Flip[], history = () => this.#history(profile)): Step {
    return new Step({
      network: this.#network,
      zone: this.#zone,
      lookup: this.#lookup,
      profile,
      state,
      cause,
      flips,
      history,
      limited: this.limited,
    });
  }

  #differences(profile: string, before: Uint32Array | null, state: ProfileState, cause: FlipCause): readonly Flip[] {
    const flips: Flip[] = [];
    for (const number of this.#network.audiences.keys()) {
      const entered = hasBit(state.members, number);
      if (entered !== (before !== null && hasBit(before, number)))
        flips.push(this.#flip(profile, number, { entered, at: state.at, cause }));
    }
    return flips;
  }

  #flip(profile: string, number: number, what: Pick<Flip, 'entered' | 'at' | 'cause'>): Flip {
    return { profile, audience: this.#network.audiences[number]?.key ?? '', ...what };
  }
}

/** A loop: spreading hundreds of instants into a call costs more than all the rest of a turn. */
function earliest(due: ReadonlyMap<number, number>): number {
  let first = Infinity;
  for (const at of due.values()) if (at < first) first = at;
  return first;
}
