/** Where a source keeps what a field names: in a column, or below a path of a document. */
import { nearest } from '@kindred/pql';
import type { Evaluate } from '../values.ts';
import { EVERY } from './term.ts';
import type { FieldTerm, Step } from './term.ts';

export interface Place {
  /** Of a column; null for documents. */
  readonly index: number | null;
  readonly rest: readonly Step[];
}

export class Columns {
  /** Null for documents, in which any path may stand. */
  readonly names: readonly string[] | null;
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(names: readonly string[] | null) {
    this.names = names;
    this.#indexes = new Map(names?.map((name, index) => [name, index]));
  }

  /** Null when the source has no such column. A column called `a.b` comes before what is below `a`. */
  find({ path, written }: Pick<FieldTerm, 'path' | 'written'>): Place | null {
    if (this.names === null) return { index: null, rest: path };
    const whole = this.#indexes.get(written);
    if (whole !== undefined) return { index: whole, rest: [] };
    for (let count = path.length; count > 0; count--) {
      const index = this.#indexes.get(path.slice(0, count).join('.'));
      if (index !== undefined) return { index, rest: path.slice(count) };
    }
    return null;
  }

  /** What was probably meant. */
  near(name: string): string | null {
    return nearest(name, this.names ?? []);
  }
}

/** Reads a place of a record. Empty text is no value. */
export function reader({ index, rest }: Place): Evaluate {
  if (index === null) return (record) => valueAt(record, rest);
  if (rest.length > 0) return (record) => valueAt((record as readonly unknown[])[index], rest);
  return (record) => {
    const value = (record as readonly unknown[])[index];
    return value === '' || value === null ? undefined : value;
  };
}

/** What is there; undefined for nothing. Of every member of an array: as many values, null where a member has none. */
export function valueAt(value: unknown, path: readonly Step[], from = 0): unknown {
  let at = value;
  for (let index = from; index < path.length; index++) {
    const step = path[index];
    if (typeof at !== 'object' || at === null) return undefined;
    if (step === EVERY) {
      return Array.isArray(at) ? at.map((member: unknown) => valueAt(member, path, index + 1) ?? null) : undefined;
    }
    at = step !== undefined && Object.hasOwn(at, step) ? (at as Readonly<Record<string | number, unknown>>)[step] : undefined;
  }
  return at === '' || at === null ? undefined : at;
}
