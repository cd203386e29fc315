/**
 * Which evaluation methods a rule is eligible for, and why not. Kindred can evaluate every rule by every method; these are the
 * criteria of the Experience Platform (May 2025), for definitions that shall mean the same there.
 */
import { usesOf } from './plan/free.ts';
import { testOfLeaf } from './plan/leaf-test.ts';
import type { EventLeaf, EventSelection, GeneralLeaf, Leaf, Logic, Plan, SequenceLeaf } from './plan.ts';
import { eachNode } from './terms.ts';
import type { Test, TimeUnit, Value } from './term.ts';

export type Method = 'batch' | 'streaming' | 'edge';

/** Why a rule is not eligible. */
export type ReasonCode =
  | 'window-too-long'
  | 'several-events'
  | 'events-not-ordered'
  | 'events-negated'
  | 'events-aggregated'
  | 'events-as-a-whole'
  | 'year-ignored'
  | 'audience-and-events'
  | 'audience-of-audience-manager'
  | 'lookup-entity';

export interface Reason {
  readonly code: ReasonCode;
  /** One sentence. */
  readonly message: string;
}

export interface Eligibility {
  readonly eligible: boolean;
  /** Each once; empty when eligible. */
  readonly reasons: readonly Reason[];
}

export type Methods = Readonly<Record<Method, Eligibility>>;

const MESSAGES: Readonly<Record<ReasonCode, string>> = {
  'window-too-long': 'Events older than 24 hours are looked at: every event needs a window of at most 24 hours before now.',
  'several-events': 'More than one event is looked at.',
  'events-not-ordered': 'Several events must stand in one chain, in the order of time.',
  'events-negated': 'The whole of the events is negated; only a step inside of a chain may be.',
  'events-aggregated': 'A number made of several events is compared.',
  'events-as-a-whole': 'The events are looked at as a whole, not one by one.',
  'year-ignored': 'A month or a day of the month is compared without its year.',
  'audience-and-events': 'Events stand beside an audience that is not known to be made of attributes alone.',
  'audience-of-audience-manager': 'An audience of Audience Manager is part of the rule.',
  'lookup-entity': 'A field of a lookup entity (a product, a store) is part of the rule.',
};

/** Whether an audience is made of profile attributes alone; null when that is not known. */
export type IsProfileOnly = (namespace: string, id: string) => boolean | null;

/** Milliseconds of a day. */
const DAY = 86_400_000;

export function methodsOf(plan: Plan, isProfileOnly: IsProfileOnly = () => null): Methods {
  const parts = partsOf(plan);
  const shared = sharedReasons(parts, isProfileOnly);
  return {
    batch: eligibility([]),
    streaming: eligibility([...shared, ...streamingReasons(parts)]),
    edge: eligibility([...shared, ...edgeReasons(parts)]),
  };
}

function eligibility(codes: readonly ReasonCode[]): Eligibility {
  return { eligible: codes.length === 0, reasons: [...new Set(codes)].map((code) => ({ code, message: MESSAGES[code] })) };
}

/** A leaf and whether it counts when it does not hold. */
interface Part {
  readonly leaf: Leaf;
  readonly negated: boolean;
}

function partsOf({ root, leaves }: Plan): readonly Part[] {
  const parts: Part[] = [];
  const walk = (logic: Logic, negated: boolean): void => {
    if (logic.op === 'not') walk(logic.term, !negated);
    else if (logic.op === 'and' || logic.op === 'or') for (const term of logic.terms) walk(term, negated);
    else if (logic.op === 'leaf') {
      const leaf = leaves[logic.hash];
      if (leaf === undefined) throw new Error('bug: a plan names a leaf that it does not hold');
      parts.push({ leaf, negated });
    }
  };
  walk(root, false);
  return parts;
}

type EventPart = EventLeaf | SequenceLeaf | GeneralLeaf;

/** Leaves that look at events. */
function eventParts(parts: readonly Part[]): readonly (Part & { readonly leaf: EventPart })[] {
  return parts.filter(
    (part): part is Part & { readonly leaf: EventPart } =>
      part.leaf.kind === 'event' || part.leaf.kind === 'sequence' || (part.leaf.kind === 'general' && usesOf(part.leaf.test).events),
  );
}

function sharedReasons(parts: readonly Part[], isProfileOnly: IsProfileOnly): readonly ReasonCode[] {
  const events = eventParts(parts);
  const audiences = parts.flatMap(({ leaf }) => audiencesOf(leaf));
  const reasons: ReasonCode[] = [];
  if (parts.some(({ leaf }) => ignoresYear(leaf))) reasons.push('year-ignored');
  if (audiences.some(([namespace]) => /^aam/i.test(namespace))) reasons.push('audience-of-audience-manager');
  if (parts.some(({ leaf }) => readsLookups(leaf))) reasons.push('lookup-entity');
  if (events.length > 0 && audiences.some(([namespace, id]) => isProfileOnly(namespace, id) !== true)) reasons.push('audience-and-events');
  if (events.some(({ negated }) => negated)) reasons.push('events-negated');
  return [...reasons, ...events.flatMap(({ leaf }) => eventReasons(leaf))];
}

/** What is wrong with one leaf for any method that sees an event at a time. */
function eventReasons(leaf: EventPart): readonly ReasonCode[] {
  switch (leaf.kind) {
    case 'event':
      return [...(leaf.aggregate === 'count' ? [] : ['events-aggregated' as const]), ...windowReasons(leaf.selection)];
    case 'sequence':
      return leaf.steps.filter(({ negated }) => !negated).flatMap(({ selection }) => windowReasons(selection));
    case 'general':
      return generalReasons(leaf.test);
    default:
      return leaf satisfies never;
  }
}

const windowReasons = ({ window }: EventSelection): readonly ReasonCode[] =>
  window.from !== null && lookBack(window.from.at) <= DAY ? [] : ['window-too-long'];

/** A test on one event that also looks at the profile may stream; whatever else the events are asked may not. */
function generalReasons(test: Test): readonly ReasonCode[] {
  if (test.op !== 'some' || usesOf(test.where).events) return ['events-as-a-whole'];
  const terms = test.where.op === 'and' ? test.where.terms : [test.where];
  const from = terms.map((term) => startOf(term, test.variable)).find((at) => at !== null);
  return from !== undefined && lookBack(from) <= DAY ? [] : ['window-too-long'];
}

/** The time that a condition asks the event to be at or after; null when it asks something else. */
function startOf(test: Test, variable: number): Value | null {
  if (test.op !== 'compare' || test.as !== 'time' || test.left.op !== 'field' || test.left.name !== 'timestamp') return null;
  const { object } = test.left;
  const fits =
    object.op === 'variable' && object.id === variable && (test.comparison === '>' || test.comparison === '>=' || test.comparison === '=');
  return fits ? test.right : null;
}

function streamingReasons(parts: readonly Part[]): readonly ReasonCode[] {
  return eventParts(parts).length > 1 ? ['events-not-ordered'] : [];
}

function edgeReasons(parts: readonly Part[]): readonly ReasonCode[] {
  const events = eventParts(parts);
  const several = events.some(({ leaf }) => leaf.kind === 'sequence' || (leaf.kind === 'event' && leaf.threshold !== 1));
  return events.length > 1 || several ? ['several-events'] : [];
}

const LENGTHS: Readonly<Record<TimeUnit, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
  month: 31 * DAY,
  year: 366 * DAY,
  decade: 3660 * DAY,
  century: 36_600 * DAY,
  millennium: 366_000 * DAY,
};

/** How far before now a time lies at most, in ms; Infinity for what does not move with the clock. */
function lookBack(at: Value): number {
  switch (at.op) {
    case 'now':
      return 0;
    case 'startOf':
      return lookBack(at.value) + LENGTHS[at.unit];
    case 'shift':
      return lookBack(at.value) - at.amount * LENGTHS[at.unit];
    default:
      return Infinity;
  }
}

function audiencesOf(leaf: Leaf): readonly (readonly [namespace: string, id: string])[] {
  if (leaf.kind === 'audience') return [[leaf.namespace, leaf.id]];
  const found: (readonly [string, string])[] = [];
  if (leaf.kind === 'general')
    eachNode({ test: leaf.test }, (node) => void (node.op === 'audience' && found.push([node.namespace, node.id])));
  return found;
}

function ignoresYear(leaf: Leaf): boolean {
  let found = false;
  const look = (node: Test | Value): void => {
    // Of the clock itself a part is no birthday.
    if (node.op === 'datePart' && node.part !== 'year' && !isOfClock(node.value)) found = true;
  };
  for (const test of testsOf(leaf)) eachNode({ test }, look);
  return found;
}

const readsLookups = (leaf: Leaf): boolean => usesOf(testOfLeaf(leaf)).lookups;
const isOfClock = (value: Value): boolean => lookBack(value) < Infinity;

function testsOf(leaf: Leaf): readonly Test[] {
  switch (leaf.kind) {
    case 'attribute':
    case 'general':
      return [leaf.test];
    case 'event':
      return [leaf.selection.where];
    case 'sequence':
      return leaf.steps.flatMap((step) => [step.selection.where, step.relation]);
    case 'audience':
      return [];
    default:
      return leaf satisfies never;
  }
}
