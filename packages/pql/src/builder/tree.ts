/**
 * A rule as a picture: containers, attribute rules, event cards, sequences, audiences, and code for what none of these
 * shows. Immutable; every node has an id that is unique in its tree. Nothing here knows a screen or a schema.
 */
import type { Comparison, TimeUnit } from '../term.ts';

export type NodeId = string;

/** A name, or a key of a map. */
export type PathPart = string | { readonly key: string };
/** From the profile, the event or the item that the rule is about. */
export type FieldPath = readonly PathPart[];

/** What every rule of a container has. */
export interface Common {
  readonly id: NodeId;
  /** The opposite counts. */
  readonly exclude: boolean;
  /** Kept, but without effect. */
  readonly off: boolean;
  /** A remark for people; '' for none. */
  readonly note: string;
}

export type Join = 'and' | 'or';

export interface Container extends Common {
  readonly kind: 'container';
  readonly join: Join;
  readonly children: readonly RuleNode[];
}

export interface AttributeRule extends Common {
  readonly kind: 'attribute';
  readonly path: FieldPath;
  /** A part of a time instead of the time. */
  readonly part: TimePart | null;
  readonly test: FieldTest;
}

/** Some item of a list fulfils the conditions. */
export interface ItemsRule extends Common {
  readonly kind: 'items';
  readonly path: FieldPath;
  readonly where: Container;
}

/** What an event card and a step of a sequence have in common. */
export interface Card {
  readonly types: EventTypes;
  readonly where: Container;
  readonly time: TimeRule | null;
}

export interface EventCard extends Common, Card {
  readonly kind: 'event';
  readonly measure: Measure;
}

export interface Sequence extends Common {
  readonly kind: 'sequence';
  readonly steps: readonly Step[];
}

export interface Step extends Card {
  readonly kind: 'step';
  readonly id: NodeId;
  /** By which later steps speak of this one; unique in its sequence. */
  readonly label: string;
  /** There is no such event. */
  readonly negated: boolean;
  /** The step is complete with so many events. */
  readonly count: number;
  readonly gaps: readonly Gap[];
}

export interface AudienceRule extends Common {
  readonly kind: 'audience';
  /** `ups` for the audiences of this house. */
  readonly namespace: string;
  readonly audience: string;
}

/** PQL that has no picture, in canonical spelling. */
export interface CodeRule extends Common {
  readonly kind: 'code';
  readonly pql: string;
}

/** What stands in a container. */
export type RuleNode = Container | AttributeRule | ItemsRule | EventCard | Sequence | AudienceRule | CodeRule;
export type TreeNode = RuleNode | Step;

/** Without values: every event. `anyCase`: upper and lower case are the same. */
export interface EventTypes {
  readonly values: readonly string[];
  readonly anyCase: boolean;
}

export type Measure =
  | { readonly kind: 'count'; readonly how: 'atLeast' | 'atMost' | 'exactly'; readonly count: number }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }
  /** Every event of these types and this time fulfils the conditions; true without such events. */
  | { readonly kind: 'all' }
  | {
      readonly kind: 'aggregate';
      readonly fn: Aggregate;
      readonly path: FieldPath;
      readonly comparison: Comparison;
      readonly value: number;
    };
export type Aggregate = 'sum' | 'average' | 'min' | 'max' | 'distinct';

/** Of a step, in relation to an earlier one: `within` is `<=`, `after` is `>=`. */
export interface Gap {
  readonly comparison: '<' | '<=' | '>' | '>=';
  readonly amount: number;
  readonly unit: TimeUnit;
  readonly after: string;
}

export type Scalar = string | number | boolean;
export type TextFunction =
  | 'equals'
  | 'notEqualTo'
  | 'startsWith'
  | 'doesNotStartWith'
  | 'endsWith'
  | 'doesNotEndWith'
  | 'contains'
  | 'doesNotContain';
export type TimePart = 'year' | 'month' | 'dayOfMonth';

export type FieldTest =
  | { readonly op: 'exists' | 'missing' | 'holds' }
  /** At least one value; of several any counts, none for negative functions. */
  | { readonly op: 'text'; readonly fn: TextFunction; readonly values: readonly string[]; readonly caseSensitive: boolean }
  | { readonly op: 'compare'; readonly comparison: Comparison; readonly operand: Operand }
  | { readonly op: 'in'; readonly negated: boolean; readonly values: readonly Scalar[] }
  | { readonly op: 'list'; readonly fn: 'includes' | 'intersects' | 'subsetOf' | 'supersetOf'; readonly values: readonly Scalar[] }
  | { readonly op: 'pattern'; readonly fn: 'like' | 'matches'; readonly pattern: string }
  | { readonly op: 'time'; readonly time: TimeRule };

export type Operand =
  | { readonly kind: 'value'; readonly value: Scalar }
  /** Another field: beside the one compared, of the profile, or of the event of an earlier step. */
  | { readonly kind: 'field'; readonly of: FieldOwner; readonly path: FieldPath }
  /** The year, month or day of the evaluation. */
  | { readonly kind: 'clock'; readonly part: TimePart };
export type FieldOwner = 'own' | 'profile' | { readonly step: string };

export type TimeWord = 'now' | 'today' | 'yesterday' | 'tomorrow';
export type TimeReference =
  | { readonly kind: 'word'; readonly word: TimeWord }
  | { readonly kind: 'calendar'; readonly which: 'this' | 'last' | 'next'; readonly unit: TimeUnit }
  | { readonly kind: 'date'; readonly year: number; readonly month: number; readonly day: number }
  /** An instant in ISO 8601. */
  | { readonly kind: 'instant'; readonly text: string };

export type TimeSpan =
  | {
      readonly kind: 'distance';
      readonly comparison: Comparison;
      readonly amount: number;
      readonly unit: TimeUnit;
      readonly direction: 'before' | 'after';
      readonly reference: TimeReference;
    }
  | { readonly kind: 'relative'; readonly direction: 'before' | 'after'; readonly reference: TimeReference }
  | { readonly kind: 'between'; readonly first: TimeReference; readonly last: TimeReference }
  | { readonly kind: 'on'; readonly reference: TimeReference };

export type TimeRule =
  | { readonly kind: 'span'; readonly span: TimeSpan }
  /** Both hold: a rolling range. */
  | { readonly kind: 'both'; readonly spans: readonly [TimeSpan, TimeSpan] }
  /** At most that long before or after. */
  | { readonly kind: 'around'; readonly amount: number; readonly unit: TimeUnit; readonly reference: TimeReference }
  /** The same day, whatever the year. */
  | { readonly kind: 'anniversary'; readonly of: 'today' | 'yesterday' | DayOfYear }
  /** From one day to another, both included, whatever the year; over the turn of the year when the first is the later. */
  | { readonly kind: 'season'; readonly first: DayOfYear; readonly last: DayOfYear };

export interface DayOfYear {
  readonly month: number;
  readonly day: number;
}

export const ANY_EVENT: EventTypes = { values: [], anyCase: false };
export const AT_LEAST_ONE = { kind: 'count', how: 'atLeast', count: 1 } as const satisfies Measure;

/** What a new rule has in common with others. */
export function common(id: NodeId): Common {
  return { id, exclude: false, off: false, note: '' };
}

export function container(id: NodeId, children: readonly RuleNode[] = [], join: Join = 'and'): Container {
  return { kind: 'container', ...common(id), join, children };
}

/** Nothing but what it says: neither excluded nor off nor remarked upon. */
export const isPlain = ({ exclude, off, note }: Common): boolean => !exclude && !off && note === '';
