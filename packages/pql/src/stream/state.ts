/** What is kept of one profile, and how it is written down. */
import type { DataObject } from '../evaluate/values.ts';
import { bitsFor, indexesOf, setBit } from './bits.ts';
import type { Entries } from './entries.ts';
import type { Network } from './network.ts';

export const STATE_VERSION = 1;

export interface ProfileState {
  /** The latest instant seen, epoch ms. */
  at: number;
  record: DataObject;
  /** Evidence by the index of the atom. */
  readonly entries: Map<number, Entries>;
  /** Leaves that hold. */
  readonly truths: Uint32Array;
  readonly members: Uint32Array;
  /** When leaves must be looked at again, by index; epoch ms. */
  readonly due: Map<number, number>;
  /** No later than any of `due`. */
  next: number;
}

export function emptyState(network: Network, at: number): ProfileState {
  const [truths, members] = [bitsFor(network.leaves.length), bitsFor(network.audiences.length)];
  return { at, record: {}, entries: new Map(), truths, members, due: new Map(), next: Infinity };
}

/** Of the state itself, and of an entry of a map with what hangs on it, in V8. */
const STATE_BYTES = 600;
const ENTRY_BYTES = 250;
const DUE_BYTES = 40;
const NUMBER_BYTES = 8;

/** About how much memory a state takes, without the record, which is that of whoever gave it. */
export function stateBytes({ entries, truths, members, due }: ProfileState): number {
  let bytes = STATE_BYTES + truths.byteLength + members.byteLength + due.size * DUE_BYTES;
  for (const { times, ids, values } of entries.values()) bytes += ENTRY_BYTES + (times.length + ids.length + values.length) * NUMBER_BYTES;
  return bytes;
}

/** A saved state that this set of audiences cannot read: rebuild the profile from its history. */
export class StateMismatch extends Error {
  readonly code = 'stream-state-mismatch';
  readonly hint = 'Rebuild the profile from its history.';

  constructor(what: string) {
    super(`The saved state of the profile cannot be read: ${what}.`);
  }
}

/** JSON: times as differences to the ones before, sets as lists of indexes. */
export function writeState(state: ProfileState, network: Network): string {
  const entries = [...state.entries].map(([atom, { times, ids, values }]) => [
    atom,
    differences(times),
    ids,
    ...(values.length > 0 ? [values] : []),
  ]);
  const { at, record, truths, members, due } = state;
  const body = [at, record, entries, indexesOf(truths), indexesOf(members), [...due].flat()];
  return JSON.stringify([STATE_VERSION, network.layout, ...body]);
}

type Saved = readonly [
  version: number,
  layout: string,
  at: number,
  record: DataObject,
  entries: readonly (readonly [atom: number, times: readonly (number | null)[], ids: number[], values?: (number | null)[]])[],
  truths: readonly number[],
  members: readonly number[],
  due: readonly number[],
];

/** Throws StateMismatch for another version, other audiences, and what is no state. */
export function readState(text: string, network: Network): ProfileState {
  const saved = parsed(text);
  const [version, layout, at, record, entries, truths, members, due] = saved;
  if (version !== STATE_VERSION) throw new StateMismatch(`it has version ${version}, not ${STATE_VERSION}`);
  if (layout !== network.layout) throw new StateMismatch('it was written for other audiences');
  const state = emptyState(network, at);
  state.record = record;
  for (const [atom, times, ids, values] of entries) state.entries.set(atom, { times: sums(times), ids, values: values ?? [] });
  for (const index of truths) setBit(state.truths, index, true);
  for (const index of members) setBit(state.members, index, true);
  for (let place = 0; place < due.length; place += 2) state.due.set(due[place] as number, due[place + 1] as number);
  state.next = Math.min(Infinity, ...state.due.values());
  return state;
}

function parsed(text: string): Saved {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value as unknown as Saved;
  } catch {
    // Told below.
  }
  throw new StateMismatch('it is no state');
}

/** Events without a time, which come first, are null. */
function differences(times: readonly number[]): readonly (number | null)[] {
  let last = 0;
  return times.map((time) => {
    if (!Number.isFinite(time)) return null;
    const difference = time - last;
    last = time;
    return difference;
  });
}

function sums(differencesOfTimes: readonly (number | null)[]): number[] {
  let last = 0;
  return differencesOfTimes.map((difference) => (difference === null ? -Infinity : (last += difference)));
}
