/** One spelling for equal terms: commutative parts sorted, variables renumbered, keys in order. */
import { hash128 } from '../hash.ts';
import { rewriteTest, rewriteValue } from '../terms.ts';
import type { Rewrite } from '../terms.ts';
import type { Test, Value } from '../term.ts';

/** JSON with object keys in order, so that equal data has equal text however it was built. */
export function stableJson(data: unknown): string {
  return new Json((text) => text).text(data);
}

/** Long texts as their hashes, so that the key of a node costs no more than its direct parts. */
const digest = (text: string): string => (text.length > 256 ? `#${hash128(text)}` : text);

/** Remembers the text of every object, for those who ask for a part and then for what holds it. */
class Json {
  readonly #known = new WeakMap<object, string>();
  readonly #shorten: (text: string) => string;

  constructor(shorten: (text: string) => string = digest) {
    this.#shorten = shorten;
  }

  text(data: unknown): string {
    if (typeof data !== 'object' || data === null) return JSON.stringify(data) ?? 'null';
    const known = this.#known.get(data) ?? this.#shorten(this.#written(data));
    this.#known.set(data, known);
    return known;
  }

  #written(data: object): string {
    if (Array.isArray(data)) return `[${data.map((item) => this.text(item)).join(',')}]`;
    const entries = Object.entries(data).filter(([, value]) => value !== undefined);
    return `{${entries
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${JSON.stringify(key)}:${this.text(value)}`)
      .join(',')}}`;
  }
}

/** Variable → the number it has in canonical text: how many binders stand around its own. */
type Levels = ReadonlyMap<number, number>;

function entered(levels: Levels, variables: readonly number[]): Levels {
  const inner = new Map(levels);
  for (const variable of variables) inner.set(variable, inner.size);
  return inner;
}

const start = (free: readonly number[]): Levels => entered(new Map([[0, 0]]), free);

/** Variables by level, commutative parts sorted: equal for terms that differ only in names and order. */
function leveled(levels: Levels, json: Json): Rewrite {
  const rewrite: Rewrite = {
    // A variable from outside keeps a number of its own that no level has.
    variable: (id) => levels.get(id) ?? -id,
    enter: (variables) => leveled(entered(levels, variables), json),
    test: (test) => unordered(rewriteTest(test, rewrite), (part) => json.text(part)),
    value: (value) => rewriteValue(value, rewrite),
  };
  return rewrite;
}

/** Keys of tests met before; terms are never changed, and normalising asks for the same ones again and again. */
const keys = new WeakMap<Test, string>();

/** Text that is equal for tests that differ only in the names of bound variables and the order of terms. */
export function testKey(test: Test): string {
  const key = keys.get(test) ?? digest(freshKey(test));
  keys.set(test, key);
  return key;
}

function freshKey(test: Test): string {
  if (test.op === 'and' || test.op === 'or') return `${test.op}(${test.terms.map(testKey).toSorted().join(' ')})`;
  if (test.op === 'not') return `not(${testKey(test.term)})`;
  const json = new Json();
  return json.text(leveled(start([]), json).test(test));
}

export function valueKey(value: Value): string {
  const json = new Json();
  return json.text(leveled(start([]), json).value(value));
}

/** Sorts what has no order of its own, terms of and/or and members of a list of literals, by the text of each part. */
function unordered(test: Test, textOf: (part: Test | Value) => string): Test {
  if (test.op === 'and' || test.op === 'or') return { ...test, terms: byText(test.terms, textOf) };
  if (test.op === 'member' && test.list.op === 'list') return { ...test, list: { ...test.list, items: byText(test.list.items, textOf) } };
  // Labels are for the reader; two chains are equal whatever their steps are called.
  if (test.op === 'sequence') return { ...test, steps: test.steps.map((step, index) => ({ ...step, label: `C${index}` })) };
  return test;
}

function byText<Part extends Test | Value>(parts: readonly Part[], textOf: (part: Part) => string): readonly Part[] {
  const texts = new Map(parts.map((part) => [textOf(part), part]));
  return [...texts.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

/** Puts a term in canonical order, its variables unchanged; `free` are the variables bound outside, in order. */
export function ordering(free: readonly number[]): Rewrite {
  return orderingAt(start(free));
}

const isTest = (part: Test | Value): part is Test => !('type' in part);

function orderingAt(levels: Levels): Rewrite {
  const json = new Json();
  const key = leveled(levels, json);
  const rewrite: Rewrite = {
    enter: (variables) => orderingAt(entered(levels, variables)),
    test: (test) => unordered(rewriteTest(test, rewrite), (part) => json.text(isTest(part) ? key.test(part) : key.value(part))),
    value: (value) => rewriteValue(value, rewrite),
  };
  return rewrite;
}

/** Renumbers variables in the order in which they are met: 1, 2, 3 … Copies of one binder get numbers of their own. */
export class Renumbering {
  #next: number;

  constructor(first = 1) {
    this.#next = first;
  }

  /** A number for a variable bound outside the terms, such as the event of a leaf. */
  fresh(): number {
    return this.#next++;
  }

  rewrite(names: ReadonlyMap<number, number>): Rewrite {
    const rewrite: Rewrite = {
      variable: (id) => names.get(id) ?? id,
      enter: (variables) => this.rewrite(new Map([...names, ...variables.map((id) => [id, this.fresh()] as const)])),
      test: (test) => rewriteTest(test, rewrite),
      value: (value) => rewriteValue(value, rewrite),
    };
    return rewrite;
  }
}
