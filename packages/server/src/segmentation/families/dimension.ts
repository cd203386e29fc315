/**
 * Equalities taken out of the condition on an event: leaves that differ only in the texts that some fields must have can be
 * answered together, grouped by the fields. All of them together are one number, the key: 0 for no wanted text.
 */
import type { EventSelection, Test, Value } from '@kindred/pql';
import { literal } from '../../store/index.ts';
import type { SqlContext } from '../sql/index.ts';
import { eventTest, eventText } from '../sql/compiler.ts';
import { TRUE } from '../sql/text.ts';

export interface Split {
  /** The SQL of each field that must have a text, sorted. */
  readonly fields: readonly string[];
  /** For each combination of texts that will do, one for each field. */
  readonly texts: readonly (readonly string[])[];
  /** What else must hold, as SQL. */
  readonly rest: string;
}

/** More combinations than this are rather a condition. */
const MOST_COMBINATIONS = 32;

/** Throws NotInSql. With `several`, an event may also have one of several texts. */
export function split({ where, variable }: EventSelection, several: boolean, context: SqlContext): Split {
  const terms = where.op === 'and' ? where.terms : [where];
  const fields = new Map<string, readonly string[]>();
  const rest: Test[] = [];
  let combinations = 1;
  for (const term of terms) {
    const found = equality(term);
    const field = found === null ? null : eventText(found.value, variable, context);
    const count = found?.texts.length ?? 0;
    if (found === null || field === null || fields.has(field) || (count > 1 && !several) || combinations * count > MOST_COMBINATIONS) {
      rest.push(term);
      continue;
    }
    combinations *= count;
    fields.set(field, found.texts);
  }
  const sorted = [...fields].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const texts = sorted.reduce<readonly (readonly string[])[]>(
    (all, [, each]) => all.flatMap((one) => each.map((text) => [...one, text])),
    [[]],
  );
  return {
    fields: sorted.map(([field]) => field),
    texts,
    rest: rest.length === 0 ? TRUE : eventTest({ op: 'and', terms: rest }, variable, context),
  };
}

/** The texts that a test allows a value, when that is all it says. */
function equality(test: Test): { readonly value: Value; readonly texts: readonly string[] } | null {
  if (test.op === 'compare') {
    if (test.comparison !== '=' || test.as !== 'string') return null;
    return test.right.op === 'literal' && typeof test.right.value === 'string' ? { value: test.left, texts: [test.right.value] } : null;
  }
  if (test.op === 'text') {
    if (test.test !== 'equals' || test.negated || !test.caseSensitive) return null;
    return test.right.op === 'literal' && typeof test.right.value === 'string' ? { value: test.left, texts: [test.right.value] } : null;
  }
  if (test.op !== 'member' || test.negated || test.list.op !== 'list') return null;
  const texts = test.list.items.map((item) => (item.op === 'literal' && typeof item.value === 'string' ? item.value : null));
  return texts.length > 0 && texts.every((text) => text !== null) ? { value: test.value, texts: [...new Set(texts)] } : null;
}

/** Combinations of texts ↔ numbers. */
export class Keys {
  readonly #fields: readonly string[];
  /** For each field its texts with their numbers from 1. */
  readonly #numbers: readonly ReadonlyMap<string, number>[];

  /** How many combinations are wanted. */
  readonly used: number;

  /** @param wanted every combination that some leaf wants */
  constructor(fields: readonly string[], wanted: Iterable<readonly string[]>) {
    const combinations = [...wanted];
    this.#fields = fields;
    this.used = new Set(combinations.map((each) => JSON.stringify(each))).size;
    this.#numbers = fields.map((_, place) => {
      const texts = new Set(combinations.map((texts_) => texts_[place] ?? ''));
      return new Map([...texts].map((text, index) => [text, index + 1]));
    });
  }

  /** Whether every combination has a number of 32 bits. */
  get fits(): boolean {
    return this.#numbers.reduce((product, { size }) => product * (size + 1), 1) <= 2 ** 32;
  }

  /** Of one combination. */
  of(texts: readonly string[]): number {
    return this.#numbers.reduce((key, numbers, place) => key * (numbers.size + 1) + (numbers.get(texts[place] ?? '') ?? 0), 0);
  }

  /** Of an event, as SQL; the same number for all when there is no field. */
  get sql(): string {
    return (
      this.#fields.reduce((key, field, place) => {
        const texts = [...(this.#numbers[place]?.keys() ?? [])];
        const number = `transform(ifNull(${field}, ''), ${literal(texts)}, ${literal(texts.map((_, index) => index + 1))}, 0)`;
        const known = texts.includes('') ? `if(isNull(${field}), 0, ${number})` : number;
        return key === '' ? `toUInt32(${known})` : `toUInt32(${key} * ${texts.length + 1} + ${known})`;
      }, '') || 'toUInt32(0)'
    );
  }
}
