/**
 * The checked form of a query: every name resolved, every coercion, null rule, time word and shorthand made
 * explicit. Plain readonly JSON. Back ends (reference evaluator, SQL, stream) implement exactly these nodes
 * and add no meaning of their own.
 *
 * Rules every back end relies on:
 * - A *test* is never null: it is true or false. A comparison with a null side is false.
 * - A *value* may be null (unknown). Arithmetic with null, and division by zero, is null.
 * - An empty array, an absent array and null are one and the same: the empty list. `known` of it is false.
 * - An object is known when any scalar below it is known. Two objects, or lists, are equal when the same is known of both.
 * - Times are epoch milliseconds (UTC instants). A `date` is the instant of its midnight in UTC.
 * - Types in a checked term are shallow: object types carry no fields, scalars no value lists. What lies below a
 *   path is the schema's to say. Variable 0 and event variables are objects of no fields.
 * - A value read from a field that does not fit the field's type is null.
 * - Where a time is needed (`as: 'time'`, `startOf`, `shift`, `datePart`), a number is epoch milliseconds and a string
 *   is ISO 8601 (no offset means UTC); what is neither is null.
 * - Arithmetic that leaves the range of finite numbers, and times outside years ±270000, are null.
 * - Variable 0 is the profile. `xEvent` is its field of that name: the events, in no promised order.
 *   Other variable ids are unique within a query and bound by the node that names them.
 */
import type { Type } from './xdm.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type TimeUnit =
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium';
export type TextTest = 'equals' | 'contains' | 'startsWith' | 'endsWith';
export type AggregateFunction = 'count' | 'sum' | 'average' | 'min' | 'max';

/** Boolean nodes: never null. */
export type Test =
  | { readonly op: 'constant'; readonly value: boolean }
  | { readonly op: 'and' | 'or'; readonly terms: readonly Test[] }
  | { readonly op: 'not'; readonly term: Test }
  /** A Boolean value in a Boolean place: null counts as false. */
  | { readonly op: 'holds'; readonly value: Value }
  /** Not null; a list with members; an object with a known field. */
  | { readonly op: 'known'; readonly value: Value }
  /** `as` is the common type both sides were brought to. Lists are compared member by member, in order. */
  | {
      readonly op: 'compare';
      readonly comparison: Comparison;
      readonly as: 'string' | 'number' | 'boolean' | 'time' | 'list';
      readonly left: Value;
      readonly right: Value;
    }
  /** `negated` still needs both sides known ("does not contain"). Case folding is Unicode simple lower case. */
  | {
      readonly op: 'text';
      readonly test: TextTest;
      readonly negated: boolean;
      readonly caseSensitive: boolean;
      readonly left: Value;
      readonly right: Value;
    }
  /** SQL LIKE: `%` any run of characters, `_` exactly one; backslash escapes. */
  | { readonly op: 'like'; readonly left: Value; readonly pattern: Value }
  /** Unanchored find, RE2 syntax. As in RE2, `.` does not match a line break unless the pattern says `(?s)`. */
  | { readonly op: 'matches'; readonly left: Value; readonly pattern: string }
  /** `negated` needs both sides known too. */
  | { readonly op: 'member'; readonly negated: boolean; readonly value: Value; readonly list: Value }
  | { readonly op: 'sets'; readonly relation: 'intersects' | 'subset' | 'superset'; readonly left: Value; readonly right: Value }
  | { readonly op: 'some' | 'every'; readonly list: Value; readonly variable: number; readonly where: Test }
  | { readonly op: 'sequence'; readonly events: Value; readonly steps: readonly SequenceStep[] }
  | { readonly op: 'audience'; readonly namespace: string; readonly id: string };

/** Nodes with a value, null where unknown. */
export type Value =
  | { readonly op: 'literal'; readonly value: string | number | boolean | null; readonly type: Type }
  | { readonly op: 'list'; readonly items: readonly Value[]; readonly type: Type }
  | { readonly op: 'object'; readonly entries: readonly (readonly [string, Value])[]; readonly type: Type }
  | { readonly op: 'variable'; readonly id: number; readonly type: Type }
  | { readonly op: 'field'; readonly object: Value; readonly name: string; readonly type: Type }
  /** The record of a lookup entity under an id; null without one. */
  | { readonly op: 'lookup'; readonly entity: string; readonly key: Value; readonly type: Type }
  | { readonly op: 'entry'; readonly map: Value; readonly key: Value; readonly type: Type }
  /** All keys; all values (`entries`): in the order of the keys, that of their characters. */
  | { readonly op: 'keys' | 'entries'; readonly map: Value; readonly type: Type }
  /** A test used as a value (in `if`, a lambda result, a comparison of Booleans). */
  | { readonly op: 'test'; readonly test: Test; readonly type: Type }
  | { readonly op: 'filter'; readonly list: Value; readonly variable: number; readonly where: Test; readonly type: Type }
  /** One result per member. With `flatten`, unknown results are left out and results that are lists are joined. */
  | {
      readonly op: 'map';
      readonly list: Value;
      readonly variable: number;
      readonly body: Value;
      readonly flatten: boolean;
      readonly type: Type;
    }
  /** Null members are left out. `sum` of none is 0, `count` counts members of the list, the others give null on none. */
  | { readonly op: 'aggregate'; readonly fn: AggregateFunction; readonly list: Value; readonly type: Type }
  | { readonly op: 'distinct' | 'head'; readonly list: Value; readonly type: Type }
  | { readonly op: 'intersection'; readonly left: Value; readonly right: Value; readonly type: Type }
  | {
      readonly op: 'top' | 'bottom';
      readonly list: Value;
      readonly variable: number;
      readonly by: Value;
      readonly count: Value;
      readonly type: Type;
    }
  /** Objects `{ key, members }`, one for each value of `by`, in order of first occurrence; members whose `by` is null are in none. */
  | { readonly op: 'group'; readonly list: Value; readonly variable: number; readonly by: Value; readonly type: Type }
  /** A map of one entry; null without a key. Keys are text. */
  | { readonly op: 'mapEntry'; readonly key: Value; readonly value: Value; readonly type: Type }
  /** One map of the maps in a list, in their order; of entries with the same key the first counts. */
  | { readonly op: 'joinMaps'; readonly list: Value; readonly type: Type }
  | {
      readonly op: 'arithmetic';
      readonly fn: '+' | '-' | '*' | '/' | '%';
      readonly left: Value;
      readonly right: Value;
      readonly type: Type;
    }
  | { readonly op: 'if'; readonly condition: Test; readonly yes: Value; readonly no: Value; readonly type: Type }
  | { readonly op: 'let'; readonly variable: number; readonly value: Value; readonly body: Value; readonly type: Type }
  | { readonly op: 'regexGroup'; readonly value: Value; readonly pattern: string; readonly group: number; readonly type: Type }
  /** The instant of evaluation. */
  | { readonly op: 'now'; readonly type: Type }
  /** Start of the calendar unit that holds the instant, in the zone of evaluation. Weeks start on Monday. */
  | { readonly op: 'startOf'; readonly unit: TimeUnit; readonly value: Value; readonly type: Type }
  /** Calendar arithmetic in the zone of evaluation; the day of month is clamped (31 Jan + 1 month = 28/29 Feb). */
  | { readonly op: 'shift'; readonly value: Value; readonly amount: number; readonly unit: TimeUnit; readonly type: Type }
  | { readonly op: 'datePart'; readonly part: 'year' | 'month' | 'day'; readonly value: Value; readonly type: Type }
  /** Midnight of a calendar day in the zone of evaluation; null for a day that does not exist. */
  | { readonly op: 'date'; readonly year: Value; readonly month: Value; readonly day: Value; readonly type: Type };

/**
 * One step of an ordered sequence. A match binds `variable` to the completing event of each positive step,
 * each strictly later than the one before. With `count` n the completing event is one that matches `where`
 * and at least n matching events lie after the previous step's event, up to and including it. `where` sees
 * the variables of earlier positive steps (gaps are comparisons of their timestamps). A negated step demands
 * that no matching event lies strictly between its positive neighbours (or to the end, when last; from the
 * beginning, when first).
 */
export interface SequenceStep {
  readonly label: string;
  readonly variable: number;
  readonly negated: boolean;
  readonly count: number;
  readonly where: Test;
}
