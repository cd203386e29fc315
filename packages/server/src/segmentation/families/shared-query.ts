/** One query that answers many leaves, and how its answer is read. */
import type { LeafHash } from '@kindred/pql';
import { Bitmap, readState } from '../bitmap/index.ts';
import type { SqlContext } from '../sql/index.ts';
import { TRUE } from '../sql/text.ts';

/** The beginning of a condition on events whose cheap part comes first: other columns are then of few rows. */
export function whereEvents(first: string, rest: string): string {
  return first === TRUE ? `WHERE ${rest}` : `PREWHERE ${first} WHERE ${rest}`;
}

/** Columns of our own; no field can be called so. */
export const KEY = '`#key`';
export const SPAN = '`#span`';
export const FOUND = '`#found`';

/** In the place of a key: all of them. */
export const ANY_KEY = 4_294_967_295;

/** A bitmap of the answer. */
export interface Cell {
  /** The key of the row. */
  readonly key: number;
  readonly column: number;
}

export interface SharedAnswer {
  readonly hash: LeafHash;
  /** The members are those of all of them together. */
  readonly cells: readonly Cell[];
  /** True: the members are all others. */
  readonly complement: boolean;
}

/** The state in which an earlier answer was given. */
export interface Since {
  readonly revision: number;
  /** The instant that a value without variables meant then. */
  readonly instantOf: SqlContext['instantOf'];
}

export interface SharedQuery {
  /**
   * Rows of a key (UInt32) and `columns` groupBitmap states. `filter` is a condition on the column `profile`: the answer about
   * the profiles it lets through is the same.
   */
  readonly sql: (filter: string) => string;
  readonly columns: number;
  readonly answers: readonly SharedAnswer[];
  /**
   * A SELECT of the columns `profile` and `KEY`: whose answers for which key may be others than they were, because of new
   * rows or because the clock moved. With `ANY_KEY` for every key.
   */
  readonly changed: (since: Since) => string;
  /**
   * A SELECT of a column of the rows that it keeps a state of; null when it needs next to no memory. Not of their number: the
   * engine knows that without reading, and estimates so.
   */
  readonly grouped: string | null;
}

/** Aggregates in a query: each costs memory and time to plan. */
export const MOST_COLUMNS = 100;

/** The bitmaps that a query makes for each key: each once, and only in the rows where a leaf asks for it. */
export class Columns {
  /** The aggregate, its condition left open → the keys it is wanted for. */
  readonly #keys = new Map<string, Set<number>>();

  /** The cells of one column in the rows of some keys. `open` is an aggregate whose condition is not closed yet. */
  cells(open: string, keys: readonly number[]): readonly Cell[] {
    const known = this.#keys.get(open) ?? new Set();
    this.#keys.set(open, known);
    for (const key of keys) known.add(key);
    const column = [...this.#keys.keys()].indexOf(open);
    return keys.map((key) => ({ key, column }));
  }

  get count(): number {
    return this.#keys.size;
  }

  /** @param all how many keys there are */
  sql(all: number): string {
    const columns = [...this.#keys].map(([open, keys]) =>
      keys.size === all ? `${open})` : `${open} AND ${KEY} IN (${[...keys].join(', ')}))`,
    );
    return columns.join(', ');
  }
}

/** The bitmaps of each row of an answer in RowBinary, added to those of answers before. */
export function readRows(bytes: Uint8Array, columns: number, into: Map<number, Bitmap[]>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const key = view.getUint32(at, true);
    at += 4;
    const row = into.get(key) ?? Array.from({ length: columns }, () => Bitmap.empty);
    into.set(key, row);
    for (let column = 0; column < columns; column++) {
      const { bitmap, end } = readState(bytes, at);
      row[column] = (row[column] ?? Bitmap.empty).or(bitmap);
      at = end;
    }
  }
}

/** The members of each leaf, out of `everybody`. */
export function answersOf(
  query: SharedQuery,
  rows: ReadonlyMap<number, readonly Bitmap[]>,
  everybody: (answer: SharedAnswer) => Bitmap,
): ReadonlyMap<LeafHash, Bitmap> {
  return new Map(
    query.answers.map((answer) => {
      const found = answer.cells.map(({ key, column }) => rows.get(key)?.[column] ?? Bitmap.empty).reduce((a, b) => a.or(b), Bitmap.empty);
      return [answer.hash, answer.complement ? everybody(answer).andNot(found) : found] as const;
    }),
  );
}
