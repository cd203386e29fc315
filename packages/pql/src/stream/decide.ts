/**
 * How each kind of leaf is decided for one profile: by its evidence with plain arithmetic (event leaves), by its
 * evidence with the reference evaluator (sequences, windows that do not move in one direction), or by the whole profile.
 */
import { DecimalSum } from '../decimal-sum.ts';
import { evaluate } from '../evaluate/index.ts';
import type { EvaluationContext } from '../evaluate/index.ts';
import type { DataObject } from '../evaluate/values.ts';
import { nextChange } from '../next-change.ts';
import { usesOf, usesOfValue } from '../plan/free.ts';
import { holdsFor } from '../plan/leaves.ts';
import { testOfLeaf } from '../plan/leaf-test.ts';
import type { EventLeaf, EventSelection, Leaf, LeafStep, SequenceLeaf } from '../plan.ts';
import { eachNode } from '../terms.ts';
import type { Test, Value } from '../term.ts';
import { movingBound } from './bounds.ts';
import type { MovingBound } from './bounds.ts';
import { firstAbove, firstAtLeast } from './entries.ts';
import type { Entries } from './entries.ts';
import type { Atom, Atoms } from './matcher.ts';

export interface Decision {
  readonly holds: boolean;
  /** Epoch ms before which the passing of time alone cannot turn the leaf; Infinity: never. */
  readonly next: number;
}

/** What a leaf may look at. */
export interface Subject {
  /** The profile's fields, without events. */
  readonly record: DataObject;
  /** The same with all events, oldest first; costly. */
  readonly whole: () => DataObject;
  readonly entries: (atom: Atom) => Entries;
  readonly context: EvaluationContext;
}

export interface Decider {
  readonly needs: 'evidence' | 'record' | 'history';
  readonly atoms: readonly Atom[];
  /** While it holds, more events cannot make it false. */
  readonly growing: boolean;
  /** Of each atom, what lies before this is of no use ever again; null: all of it may be. */
  readonly useless: ((now: number) => number) | null;
  readonly decide: (subject: Subject) => Decision;
}

const NEVER: Decision = { holds: false, next: Infinity };

export function deciderOf(leaf: Leaf, atoms: Atoms, zone: string): Decider {
  // What was found of an event would be wrong when a record it refers to changes.
  const whole = usesOf(testOfLeaf(leaf)).lookups;
  switch (leaf.kind) {
    case 'attribute':
    case 'audience':
      return byDocument(leaf, 'record');
    case 'general':
      return byDocument(leaf, 'history');
    case 'event':
      return whole ? byDocument(leaf, 'history') : eventDecider(leaf, atoms, zone);
    case 'sequence':
      return whole ? byDocument(leaf, 'history') : sequenceDecider(leaf, atoms, zone);
    default:
      return leaf satisfies never;
  }
}

function byDocument(leaf: Leaf, needs: 'record' | 'history'): Decider {
  const test = testOfLeaf(leaf);
  const { clock } = usesOf(test);
  const decide = ({ record, whole, context }: Subject): Decision => {
    const document = needs === 'record' ? record : whole();
    return { holds: evaluate(test, document, context), next: clock ? (nextChange(leaf, document, context) ?? Infinity) : Infinity };
  };
  return { needs, atoms: [], growing: false, useless: null, decide };
}

function eventDecider(leaf: EventLeaf, atoms: Atoms, zone: string): Decider {
  const { selection, value, aggregate, comparison, threshold } = leaf;
  if (usesOf(selection.where).clock || (value !== null && usesOfValue(value).clock)) return byDocument(leaf, 'history');
  const from = selection.window.from === null ? null : movingBound(selection.window.from, zone);
  const to = selection.window.to === null ? null : movingBound(selection.window.to, zone);
  const atom = atoms.of(selection, value);
  if ((from === null) !== (selection.window.from === null) || (to === null) !== (selection.window.to === null))
    return byPseudoEvents(leaf, atom);
  const atLeast = aggregate === 'count' && comparison === '>=';
  return {
    needs: 'evidence',
    atoms: [atom],
    growing: atLeast,
    useless: from === null ? null : from.at,
    decide: ({ entries, context: { now } }) => {
      const chosen = entries(atom);
      const [low, high] = rangeOf(chosen.times, { from, to }, now);
      if (Number.isNaN(low)) return NEVER;
      if (atLeast) {
        // Holds until too few are left; else until the one that is missing is in.
        const last = chosen.times[high - threshold];
        if (high - low >= threshold) return { holds: true, next: from === null || last === undefined ? Infinity : leaves(from, last, now) };
        const missing = chosen.times[low + threshold - 1];
        return { holds: false, next: to === null || missing === undefined ? Infinity : enters(to, missing, now) };
      }
      return { holds: low < high && numberHolds(leaf, chosen, low, high), next: nextCrossing(chosen.times, { from, to }, now) };
    },
  };
}

interface MovingWindow {
  readonly from: MovingBound | null;
  readonly to: MovingBound | null;
}

/** The entries inside the window, from the first index up to but not including the second. */
function rangeOf(times: readonly number[], { from, to }: MovingWindow, now: number): readonly [number, number] {
  const [start, end] = [from === null ? -Infinity : from.at(now), to === null ? Infinity : to.at(now)];
  if (Number.isNaN(start) || Number.isNaN(end)) return [Number.NaN, Number.NaN];
  // An event without a time is in no window that has a bound.
  const low =
    from === null
      ? to === null
        ? 0
        : firstAbove(times, -Infinity)
      : from.inclusive
        ? firstAtLeast(times, start)
        : firstAbove(times, start);
  const high = to === null ? times.length : to.inclusive ? firstAbove(times, end) : firstAtLeast(times, end);
  return [low, high];
}

const leaves = (from: MovingBound, time: number, now: number): number => from.reaches(time, from.inclusive, now);
const enters = (to: MovingBound, time: number, now: number): number => to.reaches(time, !to.inclusive, now);

function numberHolds({ aggregate, comparison, threshold }: EventLeaf, { values }: Entries, low: number, high: number): boolean {
  if (aggregate === 'count') return holdsFor(high - low, comparison, threshold);
  const sum = new DecimalSum();
  let [count, least, most] = [0, Infinity, -Infinity];
  for (let at = low; at < high; at++) {
    const value = values[at];
    if (typeof value !== 'number') continue;
    sum.add(value);
    count++;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (count === 0 && aggregate !== 'sum') return false;
  const number = { sum: sum.value, average: sum.value / count, min: least, max: most }[aggregate];
  return Number.isFinite(number) && holdsFor(number, comparison, threshold);
}

const EVENT = { kind: 'object', fields: {} } as const;
const fieldOf = (variable: number, name: string): Value => ({
  op: 'field',
  object: { op: 'variable', id: variable, type: EVENT },
  name,
  type: { kind: 'number' },
});

/** Also says only whether the leaf holds, without looking for when it may turn. */
interface EvidenceDecider extends Decider {
  readonly holds: (subject: Subject) => boolean;
}

/** An event leaf over events that are only a time and a value. */
function byPseudoEvents(leaf: EventLeaf, atom: Atom): Decider {
  const { variable } = leaf.selection;
  const value = leaf.value === null ? null : fieldOf(variable, 'value');
  const reduced: EventLeaf = { ...leaf, selection: { ...leaf.selection, eventTypes: null, where: { op: 'constant', value: true } }, value };
  return evidenceDecider(reduced, [atom], false, (entries) => {
    const { times, values } = entries(atom);
    return times.map((time, at) => ({ timestamp: Number.isFinite(time) ? time : null, value: values[at] ?? null }));
  });
}

function sequenceDecider(leaf: SequenceLeaf, atoms: Atoms, zone: string): Decider {
  const reducible = leaf.steps.every(({ selection, relation }) => !usesOf(selection.where).clock && readsTimesOnly(relation));
  if (!reducible) return byDocument(leaf, 'history');
  const stepAtoms = leaf.steps.map(({ selection }) => atoms.of(selection, null));
  const steps = leaf.steps.map((step, index): LeafStep => ({ ...step, selection: ofStep(step.selection, index) }));
  const growing = leaf.steps.every(({ negated }) => !negated);
  const bounds = leaf.steps.map(({ selection: { window } }) => movingWindow(window, zone));
  /** Null where the reference evaluator has to find out when time turns the leaf: it must see the events that are in no window yet. */
  const windows = bounds.every((window) => window !== null) ? bounds : null;
  const decider = evidenceDecider({ kind: 'sequence', steps }, [...new Set(stepAtoms)], growing, (entries, now) =>
    stepAtoms.flatMap((atom, step) =>
      inside(entries(atom).times, windows?.[step], now).map((timestamp) => ({
        timestamp: Number.isFinite(timestamp) ? timestamp : null,
        step,
      })),
    ),
  );
  const needed = leaf.steps.flatMap(({ negated, count }, index) => (negated ? [] : [{ atom: stepAtoms[index] as Atom, count }]));
  // Gaps are between events, so the clock can only carry an event into a window or out of it.
  const nextOf = (moving: readonly MovingWindow[], { entries, context: { now } }: Subject): number =>
    Math.min(...moving.map((window, step) => nextCrossing(entries(stepAtoms[step] as Atom).times, window, now)));
  const decide = (subject: Subject): Decision => {
    if (!canMatch(needed, subject)) return NEVER;
    return windows === null ? decider.decide(subject) : { holds: decider.holds(subject), next: nextOf(windows, subject) };
  };
  return { ...decider, decide };
}

/** The times that a window lets through; all without one. */
function inside(times: readonly number[], window: MovingWindow | undefined, now: number): readonly number[] {
  if (window === undefined) return times;
  const [low, high] = rangeOf(times, window, now);
  return Number.isNaN(low) ? [] : times.slice(low, high);
}

/** Null when a bound does not move in one direction. */
function movingWindow({ from, to }: EventSelection['window'], zone: string): MovingWindow | null {
  const window = { from: from === null ? null : movingBound(from, zone), to: to === null ? null : movingBound(to, zone) };
  return (from !== null && window.from === null) || (to !== null && window.to === null) ? null : window;
}

/** When the next event leaves a window or comes into it by the passing of time; Infinity: never. */
function nextCrossing(times: readonly number[], window: MovingWindow, now: number): number {
  const [low, high] = rangeOf(times, window, now);
  if (Number.isNaN(low)) return Infinity;
  const { from, to } = window;
  const out = from === null || low >= times.length ? Infinity : leaves(from, times[low] as number, now);
  const coming = times[Math.max(low, high)];
  return Math.min(out, to === null || coming === undefined ? Infinity : enters(to, coming, now));
}

/** A step takes part in a sequence by its own tests, its window and its times; one pseudo-event stands for one event in one step. */
const ofStep = (selection: EventSelection, index: number): EventSelection => ({
  ...selection,
  eventTypes: null,
  where: {
    op: 'compare',
    comparison: '=',
    as: 'number',
    left: fieldOf(selection.variable, 'step'),
    right: { op: 'literal', value: index, type: { kind: 'number' } },
  },
});

/** Whether there are events enough, and one after the other, whatever windows and gaps say. */
function canMatch(needed: readonly { readonly atom: Atom; readonly count: number }[], { entries }: Subject): boolean {
  let after = -Infinity;
  for (const { atom, count } of needed) {
    const { times } = entries(atom);
    const at = firstAbove(times, after) + Math.max(1, count) - 1;
    const time = times[at];
    if (time === undefined) return false;
    after = time;
  }
  return true;
}

/** True when all that is read of an event is its `timestamp`. */
function readsTimesOnly(test: Test): boolean {
  let [variables, times] = [0, 0];
  eachNode({ test }, (node) => {
    if (node.op === 'variable') variables++;
    if (node.op === 'field' && node.object.op === 'variable' && node.name === 'timestamp') times++;
  });
  return variables === times;
}

function evidenceDecider(
  leaf: EventLeaf | SequenceLeaf,
  atoms: readonly Atom[],
  growing: boolean,
  events: (entries: Subject['entries'], now: number) => readonly DataObject[],
): EvidenceDecider {
  const test = testOfLeaf(leaf);
  const { clock } = usesOf(test);
  const documentOf = ({ entries, context }: Subject): DataObject => ({ xEvent: events(entries, context.now) });
  const holds = (subject: Subject): boolean => evaluate(test, documentOf(subject), subject.context);
  const decide = (subject: Subject): Decision => ({
    holds: holds(subject),
    next: clock ? (nextChange(leaf, documentOf(subject), subject.context) ?? Infinity) : Infinity,
  });
  return { needs: 'evidence', atoms, growing, useless: null, decide, holds };
}
