/** Conditions that can never be true, alone or together, and such that always are: mistakes of the author, so warnings. */
import { resolveInstant } from '../evaluate/index.ts';
import { isConstant } from '../plan/free.ts';
import type { Span } from '../problems.ts';
import type { Comparison, Test, Value } from '../term.ts';
import { parseTime } from '../time.ts';
import type { Checker } from './context.ts';

/** A condition and where it stands. */
export interface Term {
  readonly test: Test;
  readonly span: Span;
}

type Compare = Extract<Test, { readonly op: 'compare' }>;

/** Instants at which bounds made of the clock are compared: all hours, days of the month and months occur. */
const SAMPLES: readonly number[] = Array.from({ length: 24 }, (_, index) =>
  Date.UTC(2023, index % 24, 1 + ((index * 7) % 31), (index * 5) % 24, 17, 3, 11),
);

/** Whole and not negative: what `count` gives, and parts of a date. */
const RANGES = { count: [0, Infinity], year: [-Infinity, Infinity], month: [1, 12], day: [1, 31] } as const;

/** Warns of terms joined by `and` of which no value satisfies all. */
export function warnImpossible(checker: Checker, terms: readonly Term[]): void {
  const seen = new Map<string, Possible>();
  for (const { test, span } of terms) {
    for (const single of conjuncts(test)) {
      const value = aboutValue(single);
      if (value === null) continue;
      const key = keyOf(value);
      const known = seen.get(key) ?? new Possible(value);
      const alone = new Possible(value);
      seen.set(key, known);
      known.restrict(single);
      alone.restrict(single);
      if (alone.isNothing()) checker.report('never-true', span, 'This can never be true.');
      else if (known.isNothing()) checker.report('never-true', span, 'This can never be true together with what stands before.');
      else if (alone.isEverything(single)) checker.report('always-true', span, 'This is always true.');
    }
  }
}

/** Equal for equal values. Types, which hold whole schemas here, follow from the rest. */
const keyOf = (value: Value): string =>
  JSON.stringify(value, (name, part: unknown) => (name === 'type' && typeof part === 'object' ? undefined : part));

const conjuncts = (test: Test): readonly Test[] => (test.op === 'and' ? test.terms.flatMap(conjuncts) : [test]);

/** The value that a test says something simple about; null when it says something else. */
function aboutValue(test: Test): Value | null {
  switch (test.op) {
    case 'holds':
    case 'known':
      return test.value.op === 'test' ? null : test.value;
    case 'not':
      return test.term.op === 'known' ? test.term.value : null;
    case 'compare':
      return test.as !== 'list' && isConstant(test.right) && !isConstant(test.left) ? test.left : null;
    case 'member':
      return test.list.op === 'list' && test.list.items.every((item) => item.op === 'literal') ? test.value : null;
    default:
      return null;
  }
}

interface Limit {
  readonly at: number;
  readonly inclusive: boolean;
}

/** What a value may be, narrowed down by one condition after the other. */
class Possible {
  readonly #whole: boolean;
  readonly #range: readonly [least: number, most: number];
  /** One for each sample of the clock. */
  readonly #least: Limit[];
  readonly #most: Limit[];
  #among: readonly Value[] | null = null;
  readonly #excluded = new Set<string>();
  #absent = false;
  #present = false;

  constructor(value: Value) {
    const kind = value.op === 'aggregate' && value.fn === 'count' ? 'count' : value.op === 'datePart' ? value.part : null;
    this.#range = kind === null ? [-Infinity, Infinity] : RANGES[kind];
    this.#whole = kind !== null || value.type.kind === 'integer';
    this.#least = SAMPLES.map(() => ({ at: this.#range[0], inclusive: true }));
    this.#most = SAMPLES.map(() => ({ at: this.#range[1], inclusive: true }));
  }

  restrict(test: Test): void {
    if (test.op === 'not') this.#absent = true;
    else this.#present = true;
    if (test.op === 'holds') this.#allow([{ op: 'literal', value: true, type: { kind: 'boolean' } }]);
    if (test.op === 'member' && test.list.op === 'list') {
      if (test.negated) for (const item of test.list.items) this.#excluded.add(textOf(item));
      else this.#allow(test.list.items);
    }
    if (test.op === 'compare') this.#compare(test);
  }

  #compare({ comparison, as, right }: Compare): void {
    if (right.op === 'literal' && comparison === '=') this.#allow([right]);
    if (right.op === 'literal' && comparison === '!=') this.#excluded.add(textOf(right));
    if (as !== 'time' && (as !== 'number' || right.op !== 'literal')) return;
    const fixed = right.op === 'literal' ? (as === 'time' ? parseTime(right.value) : Number(right.value)) : null;
    for (const [index, now] of SAMPLES.entries()) {
      const at = right.op === 'literal' ? fixed : resolveInstant(right, { now, zone: 'UTC' });
      if (at !== null) this.#bound(index, comparison, at);
    }
  }

  #bound(index: number, comparison: Comparison, at: number): void {
    const limit = { at, inclusive: comparison.endsWith('=') };
    const [least, most] = [this.#least[index], this.#most[index]];
    if (least === undefined || most === undefined || comparison === '!=') return;
    if (!comparison.startsWith('<') && (at > least.at || (at === least.at && !limit.inclusive))) this.#least[index] = limit;
    if (!comparison.startsWith('>') && (at < most.at || (at === most.at && !limit.inclusive))) this.#most[index] = limit;
  }

  #allow(values: readonly Value[]): void {
    const others = new Set(values.map(textOf));
    this.#among = this.#among === null ? values : this.#among.filter((value) => others.has(textOf(value)));
  }

  isNothing(): boolean {
    if (this.#absent && this.#present) return true;
    if (this.#among?.every((value) => this.#excluded.has(textOf(value)) || !this.#isWithin(value)) === true) return true;
    return this.#least.every((least, index) => this.#isEmpty(least, this.#most[index] ?? least));
  }

  #isEmpty(least: Limit, most: Limit): boolean {
    if (!this.#whole) return least.at > most.at || (least.at === most.at && !(least.inclusive && most.inclusive));
    const first = least.inclusive ? Math.ceil(least.at) : Math.floor(least.at) + 1;
    return first > (most.inclusive ? Math.floor(most.at) : Math.ceil(most.at) - 1);
  }

  /** Of a number from a list: within the bounds, at some time. */
  #isWithin(value: Value): boolean {
    if (value.op !== 'literal' || typeof value.value !== 'number') return true;
    const { value: at } = value;
    if (this.#whole && !Number.isInteger(at)) return false;
    return this.#least.some(({ at: least, inclusive }, index) => {
      const most = this.#most[index];
      return most !== undefined && (inclusive ? at >= least : at > least) && (most.inclusive ? at <= most.at : at < most.at);
    });
  }

  /** A bound that lies outside of the range that counts and parts of dates have anyhow. */
  isEverything(test: Test): boolean {
    const [from, to] = this.#range;
    if (test.op !== 'compare' || (from === -Infinity && to === Infinity) || test.right.op !== 'literal') return false;
    const at = Number(test.right.value);
    switch (test.comparison) {
      case '>=':
        return at <= from;
      case '>':
        return at < from;
      case '<=':
        return at >= to;
      case '<':
        return at > to;
      case '!=':
        return at < from || at > to || !Number.isInteger(at);
      default:
        return false;
    }
  }
}

const textOf = (value: Value): string => (value.op === 'literal' ? JSON.stringify(value.value) : '');
