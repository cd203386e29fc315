/**
 * The plan: a Boolean expression over leaves. The contract between the language and every engine.
 * Plain readonly JSON, versioned. Equal leaves have equal hashes whatever audience they come from, so
 * engines work per leaf and share across audiences.
 */
import type { AggregateFunction, Comparison, Test, Value } from './term.ts';

export const PLAN_VERSION = 1;

/** 32 hexadecimal digits over the canonical JSON of the leaf, variables renumbered. */
export type LeafHash = string;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  readonly root: Logic;
  readonly leaves: Readonly<Record<LeafHash, Leaf>>;
  /** The whole query as one checked test: what the reference evaluator runs. */
  readonly test: Test;
}

export type Logic =
  | { readonly op: 'and' | 'or'; readonly terms: readonly Logic[] }
  | { readonly op: 'not'; readonly term: Logic }
  | { readonly op: 'constant'; readonly value: boolean }
  | { readonly op: 'leaf'; readonly hash: LeafHash };

export type Leaf = AttributeLeaf | EventLeaf | SequenceLeaf | AudienceLeaf | GeneralLeaf;

/** A test that reads attributes of the profile (variable 0) and the clock, and no event. */
export interface AttributeLeaf {
  readonly kind: 'attribute';
  readonly test: Test;
}

/**
 * Some events chosen, one number made of them, that number compared with a constant. Never true for a
 * profile without a chosen event: `count() < 3` is planned as not(`count() >= 3`).
 */
export interface EventLeaf {
  readonly kind: 'event';
  readonly selection: EventSelection;
  readonly aggregate: AggregateFunction;
  /** What is aggregated, on the event variable; null for `count`. */
  readonly value: Value | null;
  readonly comparison: Comparison;
  readonly threshold: number;
}

/** Events of one profile chosen by tests that see the event only. */
export interface EventSelection {
  readonly variable: number;
  /** The event types a chosen event must have, when the test says so (exact case), sorted; null: any type. */
  readonly eventTypes: readonly string[] | null;
  readonly window: Window;
  /** What else must hold, event type and window left out. */
  readonly where: Test;
}

/** Bounds of `timestamp`; `at` has no variable, only constants and the clock. Null: open. */
export interface Window {
  readonly from: Bound | null;
  readonly to: Bound | null;
}

export interface Bound {
  readonly at: Value;
  readonly inclusive: boolean;
}

/** An ordered sequence whose steps see events only (each other's included). */
export interface SequenceLeaf {
  readonly kind: 'sequence';
  readonly steps: readonly LeafStep[];
}

export interface LeafStep {
  readonly selection: EventSelection;
  readonly negated: boolean;
  readonly count: number;
  /** What the step demands in view of earlier steps' events (gaps), by their variables. */
  readonly relation: Test;
}

export interface AudienceLeaf {
  readonly kind: 'audience';
  readonly namespace: string;
  readonly id: string;
}

/** What fits no other leaf; decided for one whole profile at a time. */
export interface GeneralLeaf {
  readonly kind: 'general';
  readonly test: Test;
}
