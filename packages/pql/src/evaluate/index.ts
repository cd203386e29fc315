/**
 * The reference evaluator: the meaning of every node of term.ts, written to be read, not to be fast. All other
 * back ends are compared with it.
 */
import { midnightOf, partOf, shiftBy, startOfUnit } from '../calendar.ts';
import { decimalSum } from '../decimal-sum.ts';
import { compileLike } from '../like.ts';
import { compilePattern } from '../pattern.ts';
import type { Comparison, Test, Value } from '../term.ts';
import { parseTime } from '../time.ts';
import { compareForms, compareTexts, foldCase, isKnown, keyOf, sameAs, toForm, typed } from './values.ts';
import type { Data, DataObject } from './values.ts';
import { findSequence } from './sequence.ts';

export interface EvaluationContext {
  /** The instant of evaluation, epoch milliseconds. */
  readonly now: number;
  /** IANA time zone of calendar words. */
  readonly zone: string;
  /** Membership of the profile in an audience; by default read from its `segmentMembership`. */
  readonly isMember?: (namespace: string, id: string) => boolean;
  /** The record of a lookup entity under an id; by default there are none. */
  readonly lookup?: (entity: string, id: string) => DataObject | null;
}

/** Variable → what it is bound to. */
export type Bindings = ReadonlyMap<number, Data>;

/** Whether a profile satisfies a test. `document` is XDM JSON: the profile's fields and its `xEvent` list. */
export function evaluate(test: Test, document: DataObject, context: EvaluationContext): boolean {
  return new Evaluator(document, context).test(test, new Map([[0, document]]));
}

/** The value of a checked expression for a profile: times as epoch milliseconds, null when unknown. */
export function evaluateValue(value: Value, document: DataObject, context: EvaluationContext): Data {
  return new Evaluator(document, context).value(value, new Map([[0, document]]));
}

/** A time made of constants and the clock, as an instant; null when it has none (a day that does not exist). */
export function resolveInstant(value: Value, context: EvaluationContext): number | null {
  return parseTime(new Evaluator({}, context).value(value, new Map()));
}

/** Members of lists looked at for one profile, each counted as often as lists stand around; nested loops would else take for ever. */
const MAX_STEPS = 10_000_000;

/** Thrown when a query takes more than `MAX_STEPS` steps for one profile. */
export class EvaluationLimit extends Error {
  readonly code = 'evaluation-too-long';
  readonly hint = 'Filter the lists before they are combined, or combine fewer of them.';

  constructor() {
    super(
      `The query takes more than ${MAX_STEPS / 1_000_000} million steps for one profile: it tries too many combinations of members of lists.`,
    );
  }
}

const ORDER: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

export class Evaluator {
  readonly #document: DataObject;
  readonly #context: EvaluationContext;
  #steps = 0;

  constructor(document: DataObject, context: EvaluationContext) {
    this.#document = document;
    this.#context = context;
  }

  test(test: Test, bound: Bindings): boolean {
    switch (test.op) {
      case 'constant':
        return test.value;
      case 'and':
        return test.terms.every((term) => this.test(term, bound));
      case 'or':
        return test.terms.some((term) => this.test(term, bound));
      case 'not':
        return !this.test(test.term, bound);
      case 'holds':
        return this.value(test.value, bound) === true;
      case 'known':
        return isKnown(this.value(test.value, bound));
      case 'some':
        return this.#list(test.list, bound).some((item) => this.test(test.where, bind(bound, test.variable, item)));
      case 'every':
        return this.#list(test.list, bound).every((item) => this.test(test.where, bind(bound, test.variable, item)));
      case 'sequence':
        return this.match(test, bound) !== null;
      case 'audience':
        return (this.#context.isMember ?? this.#isListed)(test.namespace, test.id);
      default:
        return this.#relation(test, bound);
    }
  }

  /** The events that complete the steps of a sequence, by variable; null without a match. */
  match({ steps, events }: Extract<Test, { readonly op: 'sequence' }>, bound: Bindings): Bindings | null {
    return findSequence(steps, this.#list(events, bound), (step, event, others) => {
      this.#count(bound.size + others.size);
      return this.test(step.where, bind(new Map([...bound, ...others]), step.variable, event));
    });
  }

  readonly #isListed = (namespace: string, id: string): boolean => {
    const audiences = (this.#document['segmentMembership'] as DataObject | undefined)?.[namespace] as DataObject | undefined;
    const status = (audiences?.[id] as DataObject | undefined)?.['status'];
    return status === 'realized' || status === 'existing';
  };

  #relation(
    test: Exclude<
      Test,
      { readonly op: 'constant' | 'and' | 'or' | 'not' | 'holds' | 'known' | 'some' | 'every' | 'sequence' | 'audience' }
    >,
    bound: Bindings,
  ): boolean {
    switch (test.op) {
      case 'compare':
        return this.#compare(test, bound);
      case 'text':
        return this.#text(test, bound);
      case 'like': {
        const [left, pattern] = [this.value(test.left, bound), this.value(test.pattern, bound)];
        return typeof left === 'string' && typeof pattern === 'string' && compileLike(pattern)(left);
      }
      case 'matches': {
        const left = this.value(test.left, bound);
        return typeof left === 'string' && compilePattern(test.pattern).test(left);
      }
      case 'member': {
        const [value, list] = [this.value(test.value, bound), this.#list(test.list, bound)];
        return value !== null && list.length > 0 && list.some((item) => sameAs(item, value)) !== test.negated;
      }
      case 'sets': {
        const [left, right] = [this.#list(test.left, bound), this.#list(test.right, bound)];
        if (test.relation === 'intersects') return left.some(isIn(right));
        return test.relation === 'subset' ? left.every(isIn(right)) : right.every(isIn(left));
      }
      default:
        return test satisfies never;
    }
  }

  #compare({ comparison, as, left, right }: Extract<Test, { readonly op: 'compare' }>, bound: Bindings): boolean {
    if (as === 'list') {
      const [a, b] = [this.#list(left, bound), this.#list(right, bound)];
      if (a.length === 0 || b.length === 0) return false;
      return (a.length === b.length && a.every((item, index) => sameAs(item, b[index] ?? null))) === (comparison === '=');
    }
    const [a, b] = [toForm(this.value(left, bound), as), toForm(this.value(right, bound), as)];
    return a !== null && b !== null && ORDER[comparison](compareForms(a, b));
  }

  #text({ test, negated, caseSensitive, left, right }: Extract<Test, { readonly op: 'text' }>, bound: Bindings): boolean {
    const [a, b] = [left, right].map((side) => toForm(this.value(side, bound), 'string'));
    if (typeof a !== 'string' || typeof b !== 'string') return false;
    const [text, wanted] = caseSensitive ? [a, b] : [foldCase(a), foldCase(b)];
    const result = {
      equals: text === wanted,
      contains: text.includes(wanted),
      startsWith: text.startsWith(wanted),
      endsWith: text.endsWith(wanted),
    }[test];
    return result !== negated;
  }

  #list(value: Value, bound: Bindings): readonly Data[] {
    const data = this.value(value, bound);
    const list = Array.isArray(data) ? (data as readonly Data[]) : [];
    this.#count(list.length * bound.size);
    return list;
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new EvaluationLimit();
  }

  value(value: Value, bound: Bindings): Data {
    switch (value.op) {
      case 'literal':
        return value.value;
      case 'list':
        return value.items.map((item) => this.value(item, bound));
      case 'object':
        return Object.fromEntries(value.entries.map(([key, entry]) => [key, this.value(entry, bound)]));
      case 'variable':
        return bound.get(value.id) ?? null;
      case 'field':
        return typed(lookUp(this.value(value.object, bound), value.name), value.type);
      case 'entry': {
        const key = this.value(value.key, bound);
        return typeof key === 'string' ? typed(lookUp(this.value(value.map, bound), key), value.type) : null;
      }
      case 'lookup': {
        const key = this.value(value.key, bound);
        return typeof key === 'string' ? (this.#context.lookup?.(value.entity, key) ?? null) : null;
      }
      case 'keys':
        return entriesOf(this.value(value.map, bound)).map(([key]) => key);
      case 'entries':
        return typed(
          entriesOf(this.value(value.map, bound)).map(([, entry]) => entry),
          value.type,
        );
      case 'mapEntry': {
        const key = toForm(this.value(value.key, bound), 'string');
        return key === null ? null : Object.fromEntries([[key, this.value(value.value, bound)]]);
      }
      case 'joinMaps': {
        const entries = this.#list(value.list, bound).flatMap((map) => Object.entries(objectOf(map)));
        return Object.fromEntries(new Map([...entries, ...entries.toReversed()]));
      }
      case 'test':
        return this.test(value.test, bound);
      case 'if':
        return this.value(this.test(value.condition, bound) ? value.yes : value.no, bound);
      case 'let':
        return this.value(value.body, bind(bound, value.variable, this.value(value.value, bound)));
      case 'arithmetic':
        return arithmetic(value.fn, this.value(value.left, bound), this.value(value.right, bound));
      case 'regexGroup': {
        const text = this.value(value.value, bound);
        return typeof text === 'string' ? compilePattern(value.pattern).group(text, value.group) : null;
      }
      case 'now':
      case 'startOf':
      case 'shift':
      case 'datePart':
      case 'date':
        return this.#time(value, bound);
      default:
        return this.#listValue(value, bound);
    }
  }

  #time(value: Extract<Value, { readonly op: 'now' | 'startOf' | 'shift' | 'datePart' | 'date' }>, bound: Bindings): Data {
    const { now, zone } = this.#context;
    if (value.op === 'now') return now;
    if (value.op === 'date') {
      const [year, month, day] = [value.year, value.month, value.day].map((part) => this.value(part, bound));
      return typeof year === 'number' && typeof month === 'number' && typeof day === 'number' ? midnightOf(year, month, day, zone) : null;
    }
    const instant = parseTime(this.value(value.value, bound));
    if (instant === null) return null;
    if (value.op === 'startOf') return startOfUnit(instant, value.unit, zone);
    return value.op === 'shift' ? shiftBy(instant, value.amount, value.unit, zone) : partOf(instant, value.part, zone);
  }

  #listValue(
    value: Extract<
      Value,
      { readonly op: 'filter' | 'map' | 'aggregate' | 'distinct' | 'head' | 'intersection' | 'top' | 'bottom' | 'group' }
    >,
    bound: Bindings,
  ): Data {
    switch (value.op) {
      case 'filter':
        return this.#list(value.list, bound).filter((item) => this.test(value.where, bind(bound, value.variable, item)));
      case 'map': {
        const results = this.#list(value.list, bound).map((item) => this.value(value.body, bind(bound, value.variable, item)));
        return value.flatten ? results.filter(isKnown).flat() : results;
      }
      case 'aggregate':
        return aggregate(value.fn, this.#list(value.list, bound));
      case 'distinct':
        return [...new Map(this.#list(value.list, bound).map((item) => [keyOf(item), item])).values()];
      case 'head':
        return this.#list(value.list, bound)[0] ?? null;
      case 'intersection':
        return this.#list(value.left, bound).filter(isIn(this.#list(value.right, bound)));
      case 'group':
        return this.#group(value, bound);
      case 'top':
      case 'bottom':
        return this.#ranked(value, bound);
      default:
        return value satisfies never;
    }
  }

  /** Members without a key belong to no group. */
  #group({ list, variable, by }: Extract<Value, { readonly op: 'group' }>, bound: Bindings): Data {
    const keyed = this.#list(list, bound).map((item) => ({ key: this.value(by, bind(bound, variable, item)), item }));
    const groups = Map.groupBy(
      keyed.filter(({ key }) => isKnown(key)),
      ({ key }) => keyOf(key),
    );
    return [...groups.values()].map((group): Data => ({ key: group[0]?.key ?? null, members: group.map(({ item }) => item) }));
  }

  /** Members without a value are left out; among equals the list's order stays. */
  #ranked({ op, list, variable, by, count }: Extract<Value, { readonly op: 'top' | 'bottom' }>, bound: Bindings): Data {
    const wanted = this.value(count, bound);
    if (typeof wanted !== 'number') return null;
    const valued = this.#list(list, bound).map((item) => ({ item, rank: this.value(by, bind(bound, variable, item)) }));
    const known = valued.filter((each): each is { item: Data; rank: number } => typeof each.rank === 'number');
    const ranked = known.toSorted((a, b) => (op === 'top' ? b.rank - a.rank : a.rank - b.rank));
    return ranked.slice(0, Math.max(0, Math.floor(wanted))).map(({ item }) => item);
  }
}

const bind = (bound: Bindings, variable: number, value: Data): Bindings => new Map([...bound, [variable, value]]);
const isIn = (list: readonly Data[]): ((item: Data) => boolean) => {
  const known = new Set(list.map(keyOf));
  return (item) => isKnown(item) && known.has(keyOf(item));
};
const objectOf = (data: Data): DataObject =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as DataObject) : {};
/** What is in a map, by its keys. */
const entriesOf = (map: Data): readonly (readonly [string, Data])[] =>
  Object.entries(objectOf(map))
    .filter((entry): entry is [string, Data] => entry[1] !== null && entry[1] !== undefined)
    .toSorted(([one], [other]) => compareTexts(one, other));
const lookUp = (object: Data, name: string): Data => (Object.hasOwn(objectOf(object), name) ? (objectOf(object)[name] ?? null) : null);

function arithmetic(fn: '+' | '-' | '*' | '/' | '%', left: Data, right: Data): Data {
  if (typeof left !== 'number' || typeof right !== 'number' || ((fn === '/' || fn === '%') && right === 0)) return null;
  const result = { '+': left + right, '-': left - right, '*': left * right, '/': left / right, '%': left % right }[fn];
  return Number.isFinite(result) ? result : null;
}

function aggregate(fn: 'count' | 'sum' | 'average' | 'min' | 'max', list: readonly Data[]): Data {
  if (fn === 'count') return list.length;
  const numbers = list.filter((item) => typeof item === 'number');
  if (fn === 'sum') return decimalSum(numbers);
  if (numbers.length === 0) return null;
  if (fn === 'average') return decimalSum(numbers) / numbers.length;
  return numbers.reduce((best, number) => (fn === 'min' ? Math.min(best, number) : Math.max(best, number)));
}
