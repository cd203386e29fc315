/** Leaves and terms as short English, for explanations. The audience reads it, so it says what is meant, not how it is stored. */
import { fieldWords } from './field-words.ts';
import { isEvents } from './plan/free.ts';
import type { EventLeaf, EventSelection, Leaf, SequenceLeaf } from './plan.ts';
import { calendarText, movedText, timeWindows, windowText } from './time-words.ts';
import type { Comparison, Test, Value } from './term.ts';

export const COMPARISONS: Readonly<Record<Comparison, string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
};
const TIMES: Readonly<Record<Comparison, string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is before',
  '<=': 'is not after',
  '>': 'is after',
  '>=': 'is not before',
};
const TEXTS = {
  equals: ['is', 'is not'],
  contains: ['contains', 'does not contain'],
  startsWith: ['starts with', 'does not start with'],
  endsWith: ['ends with', 'does not end with'],
} as const;
const SETS = { intersects: 'shares a member with', subset: 'is within', superset: 'holds all of' } as const;
export const AGGREGATES = { count: 'number of', sum: 'sum of', average: 'average', min: 'least', max: 'greatest' } as const;

/** One sentence for a leaf, without a full stop. */
export function leafText(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'attribute':
    case 'general':
      return new Words(new Map([[0, 0]]), 0).test(leaf.test);
    case 'audience':
      return audienceText(leaf.namespace, leaf.id);
    case 'event':
      return eventText(leaf);
    case 'sequence':
      return sequenceText(leaf);
    default:
      return leaf satisfies never;
  }
}

/** A path from the profile in words. */
export function pathText(value: Value): string {
  return new Words(new Map([[0, 0]]), 0).value(value);
}

export const audienceText = (namespace: string, id: string): string =>
  `member of the audience ${JSON.stringify(id)}${namespace === 'ups' ? '' : ` in ${namespace}`}`;

function eventText({ selection, aggregate, value, comparison, threshold }: EventLeaf): string {
  const words = new Words(new Map([[selection.variable, 0]]), 0);
  if (aggregate === 'count') return `${countText(comparison, threshold)}${selectionText(words, selection)}`;
  const of = value === null ? '' : ` ${words.value(value)}`;
  return `the ${AGGREGATES[aggregate]}${of} over events${selectionText(words, selection)} ${COMPARISONS[comparison]} ${threshold}`;
}

function countText(comparison: Comparison, threshold: number): string {
  const events = `${threshold} ${threshold === 1 ? 'event' : 'events'}`;
  if (comparison === '>=') return `at least ${events}`;
  return comparison === '=' ? `exactly ${events}` : `a number of events that ${COMPARISONS[comparison]} ${threshold}`;
}

/** Types, window and conditions; empty, or beginning with a space. */
export function selectionText(words: Words, { eventTypes, window, where }: EventSelection): string {
  const types = eventTypes === null ? '' : ` of type ${eventTypes.map((type) => JSON.stringify(type)).join(' or ')}`;
  const rest = where.op === 'constant' && where.value ? '' : ` where ${words.test(where)}`;
  return `${types}${windowText(window, (at) => words.time(at))}${rest}`;
}

const sequenceText = (leaf: SequenceLeaf): string => stepTexts(leaf).join(', then ');

/** The steps of a sequence, each in words. */
export function stepTexts({ steps }: SequenceLeaf): readonly string[] {
  const names = new Map<number, number | string>(steps.map(({ selection }, index) => [selection.variable, `event ${index + 1}`]));
  return steps.map(({ selection, negated, count, relation }) => {
    const words = new Words(new Map([...names, [selection.variable, 0]]), 0);
    const events = negated ? 'no event' : count === 1 ? 'an event' : `${count} events`;
    const gap = relation.op === 'constant' ? '' : ` with ${words.test(relation)}`;
    return `${events}${selectionText(words, selection)}${gap}`;
  });
}

type Relation = Extract<Test, { readonly op: 'compare' | 'text' | 'like' | 'matches' | 'member' | 'sets' }>;
type ListValue = Extract<
  Value,
  {
    readonly op:
      | 'filter'
      | 'map'
      | 'distinct'
      | 'head'
      | 'intersection'
      | 'top'
      | 'bottom'
      | 'group'
      | 'object'
      | 'keys'
      | 'entries'
      | 'mapEntry'
      | 'joinMaps'
      | 'let'
      | 'regexGroup';
  }
>;

/** Members of a list that a sentence shows. */
const MAX_MEMBERS = 12;
/** Characters of a text that a sentence shows. */
const MAX_LITERAL = 80;

function literalText(value: string | number | boolean | null): string {
  if (typeof value !== 'string' || value.length <= MAX_LITERAL) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, MAX_LITERAL))}…`;
}

/** How fields are called: by their paths, as in the language, or in words. */
export type Naming = 'paths' | 'words';

/**
 * Terms in words. As in the language, bare fields belong to the innermost item and carets lead outwards.
 * A variable has the level it was bound at, or a name.
 */
export class Words {
  readonly #names: ReadonlyMap<number, number | string>;
  readonly #level: number;
  readonly #naming: Naming;

  constructor(names: ReadonlyMap<number, number | string>, level: number, naming: Naming = 'paths') {
    this.#names = names;
    this.#level = level;
    this.#naming = naming;
  }

  #within(variable: number): Words {
    return new Words(new Map([...this.#names, [variable, this.#level + 1]]), this.#level + 1, this.#naming);
  }

  test(test: Test): string {
    switch (test.op) {
      case 'constant':
        return test.value ? 'always' : 'never';
      case 'and':
        return this.#naming === 'words' ? this.conjunction(test.terms) : this.#joined('and', test.terms);
      case 'or':
        return this.#joined('or', test.terms);
      case 'not':
        return test.term.op === 'known' ? `${this.value(test.term.value)} is not known` : `not (${this.test(test.term)})`;
      case 'holds':
        return `${this.value(test.value)} is true`;
      case 'known':
        return `${this.value(test.value)} is known`;
      case 'some':
      case 'every':
        return `${test.op === 'some' ? 'one' : 'each'} of ${this.value(test.list)} has (${this.#within(test.variable).test(test.where)})`;
      case 'sequence':
        return test.steps
          .map((step) => `${step.negated ? 'no event' : 'an event'} with ${this.#within(step.variable).test(step.where)}`)
          .join(', then ');
      case 'audience':
        return audienceText(test.namespace, test.id);
      default:
        return this.#relation(test);
    }
  }

  #joined(op: 'and' | 'or', terms: readonly Test[]): string {
    return terms.map((term) => (term.op === 'and' || term.op === 'or' ? `(${this.test(term)})` : this.test(term))).join(` ${op} `);
  }

  /** Terms joined by and, in which the bounds of one time make one window: `signup is in the last 30 days`. */
  conjunction(terms: readonly Test[]): string {
    const { windows, rest } = timeWindows(terms);
    const texts = windows.map(({ value, window }) => `${this.value(value)} is${windowText(window, (at) => this.time(at))}`);
    const others = rest.map((term) => (term.op === 'or' ? `(${this.test(term)})` : this.test(term)));
    return [...texts, ...others].join(' and ');
  }

  #relation(test: Relation): string {
    switch (test.op) {
      case 'compare':
        if (test.as === 'time') return `${this.time(test.left)} ${TIMES[test.comparison]} ${this.time(test.right)}`;
        return `${this.value(test.left)} ${COMPARISONS[test.comparison]} ${this.value(test.right)}`;
      case 'text': {
        const ignored = test.caseSensitive ? '' : ' (case ignored)';
        return `${this.value(test.left)} ${TEXTS[test.test][test.negated ? 1 : 0]} ${this.value(test.right)}${ignored}`;
      }
      case 'like':
        return `${this.value(test.left)} is like ${this.value(test.pattern)}`;
      case 'matches':
        return `${this.value(test.left)} matches ${JSON.stringify(test.pattern)}`;
      case 'member':
        if (this.#naming === 'words' && test.value.op === 'literal' && test.list.op !== 'list')
          return `${this.value(test.list)} ${test.negated ? 'do not include' : 'include'} ${this.value(test.value)}`;
        return `${this.value(test.value)} is ${test.negated ? 'none' : 'one'} of ${this.value(test.list)}`;
      case 'sets':
        return `${this.value(test.left)} ${SETS[test.relation]} ${this.value(test.right)}`;
      default:
        return test satisfies never;
    }
  }

  time(value: Value): string {
    switch (value.op) {
      case 'now':
        return 'now';
      case 'startOf':
      case 'shift':
        return calendarText(value) ?? movedText(value, (at) => this.time(at));
      case 'literal':
        return typeof value.value === 'number' ? new Date(value.value).toISOString().replace('T00:00:00.000Z', '') : this.value(value);
      default:
        return this.value(value);
    }
  }

  value(value: Value): string {
    switch (value.op) {
      case 'literal':
        return this.#naming === 'words' ? literalText(value.value) : JSON.stringify(value.value);
      case 'list':
        return this.#list(value.items);
      case 'variable':
        return value.id === 0 ? (this.#naming === 'words' ? 'the person' : 'the profile') : this.#variable(value.id);
      case 'field':
        return this.#field(value);
      case 'entry':
        return `${this.value(value.map)}[${this.value(value.key)}]`;
      case 'test':
        return value.test.op === 'constant' ? String(value.test.value) : `(${this.test(value.test)})`;
      case 'arithmetic':
        if (value.fn === '-' && value.left.op === 'literal' && value.left.value === 0) return `-${this.value(value.right)}`;
        return `(${this.value(value.left)} ${value.fn} ${this.value(value.right)})`;
      case 'aggregate':
        return `the ${AGGREGATES[value.fn]} ${this.value(value.list)}`;
      // Its fields are called as if they were fields of what refers to it.
      case 'lookup':
        return this.value(value.key);
      case 'now':
      case 'startOf':
      case 'shift':
        return this.time(value);
      case 'date':
        return [value.year, value.month, value.day].map((part) => this.value(part).padStart(2, '0')).join('-');
      case 'datePart':
        return `the ${value.part} of ${this.time(value.value)}`;
      case 'if':
        return `(${this.value(value.yes)} if ${this.test(value.condition)}, else ${this.value(value.no)})`;
      default:
        return this.#listValue(value);
    }
  }

  /** Readers need no more than the first members of a long list. */
  #list(items: readonly Value[]): string {
    const most = this.#naming === 'words' ? MAX_MEMBERS : items.length;
    const shown = items.slice(0, most).map((item) => this.value(item));
    return [...shown, ...(items.length > most ? [`… (${items.length - most} more)`] : [])].join(', ');
  }

  #field(value: Extract<Value, { readonly op: 'field' }>): string {
    // The events have one name everywhere, as in the language.
    if (isEvents(value)) return this.#naming === 'words' ? 'events' : 'xEvent';
    return this.#naming === 'words' ? this.#namedField(value) : this.#path(value.object) + value.name;
  }

  /** A field in words: `order price total`, `the price of event 1`, `the min spend of the person`. */
  #namedField(value: Value): string {
    const names: string[] = [];
    let root = value;
    while (root.op === 'lookup' || (root.op === 'field' && !isEvents(root))) {
      if (root.op === 'field') names.unshift(root.name);
      root = root.op === 'lookup' ? root.key : root.object;
    }
    const name = fieldWords(names);
    if (root.op !== 'variable') return `${name} of ${this.value(root)}`;
    const bound = this.#names.get(root.id) ?? this.#level;
    if (bound === this.#level) return name;
    return `the ${name} of ${typeof bound === 'string' ? bound : bound === 0 && root.id === 0 ? 'the person' : 'the outer item'}`;
  }

  #variable(id: number): string {
    const bound = this.#names.get(id);
    return typeof bound === 'string' ? bound : 'it';
  }

  /** What stands before the name of a field, dot included. */
  #path(object: Value): string {
    if (object.op !== 'variable') return `${this.value(object)}.`;
    const bound = this.#names.get(object.id) ?? this.#level;
    if (typeof bound === 'string') return `${bound}.`;
    return bound === this.#level ? '' : `${'^'.repeat(this.#level - bound)}.`;
  }

  #listValue(value: ListValue): string {
    switch (value.op) {
      case 'object':
        return `{${value.entries.map(([key, entry]) => `${key}: ${this.value(entry)}`).join(', ')}}`;
      case 'keys':
      case 'entries':
        return `the ${value.op === 'keys' ? 'keys' : 'values'} of ${this.value(value.map)}`;
      case 'mapEntry':
        return `${this.value(value.key)}: ${this.value(value.value)}`;
      case 'joinMaps':
        return `a map of ${this.value(value.list)}`;
      case 'filter':
        return `${this.value(value.list)} with (${this.#within(value.variable).test(value.where)})`;
      case 'map':
        return `${this.#within(value.variable).value(value.body)} of ${this.value(value.list)}`;
      case 'distinct':
        return `distinct ${this.value(value.list)}`;
      case 'head':
        return `the first of ${this.value(value.list)}`;
      case 'intersection':
        return `what ${this.value(value.left)} and ${this.value(value.right)} share`;
      case 'top':
      case 'bottom': {
        const rank = `the ${value.op === 'top' ? 'greatest' : 'least'} ${this.#within(value.variable).value(value.by)}`;
        return `the ${this.value(value.count)} of ${this.value(value.list)} with ${rank}`;
      }
      case 'group':
        return `${this.value(value.list)} by ${this.#within(value.variable).value(value.by)}`;
      case 'let':
        return this.#within(value.variable).value(value.body);
      case 'regexGroup':
        return `group ${value.group} of ${JSON.stringify(value.pattern)} in ${this.value(value.value)}`;
      default:
        return value satisfies never;
    }
  }
}
