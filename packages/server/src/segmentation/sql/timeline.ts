/** Running over sorted arrays of times together, as SQL. */
import { NEVER } from './gaps.ts';

/** Columns computed one from another: each in a query around the last, so that its text stands once. */
export class Steps {
  #sql: string;
  #count = 0;

  constructor(sql: string) {
    this.#sql = sql;
  }

  get sql(): string {
    return this.#sql;
  }

  /** Adds a column and gives its name. */
  add(expression: string): string {
    const name = `r${this.#count++}`;
    this.#sql = `SELECT *, ${expression} AS ${name} FROM (${this.#sql})`;
    return name;
  }
}

/** For each of the sorted `keys` the `count`th of the sorted `times` that is not before it, or NEVER. */
export function nextOf(keys: string, times: string, count: number): string {
  const wanted = count === 1 ? times : `arrayResize(arraySlice(${times}, ${count}), length(${times}), ${NEVER})`;
  const marks = `arrayMap((t, wanted) -> (t, toUInt8(1), wanted), ${times}, ${wanted})`;
  // A key before the times equal to it; then every key takes over what follows it.
  const line = `arraySort(arrayConcat(arrayMap(k -> (k, toUInt8(0), ${NEVER}), ${keys}), ${marks}))`;
  return `arrayMap(x -> x.3, arrayFilter((x, own) -> own.2 = 0, arrayReverseFill(x -> x.2 = 1, ${line}), ${line}))`;
}

/** Those of the sorted `times` that lie in one of `spans`, pairs of first and last. */
export function reachable(times: string, spans: string): string {
  const open = `arrayFilter(s -> s.1 <= s.2, ${spans})`;
  const changes = `arrayMap(s -> (s.1, toUInt8(0), toInt8(1)), ${open}), arrayMap(s -> (s.2 + 1, toUInt8(0), toInt8(-1)), ${open})`;
  const line = `arraySort(arrayConcat(${changes}, arrayMap(t -> (t, toUInt8(1), toInt8(0)), ${times})))`;
  const depths = `arrayCumSum(arrayMap(x -> x.3, ${line}))`;
  return `arrayMap(x -> x.1, arrayFilter((x, depth) -> x.2 = 1 AND depth > 0, ${line}, ${depths}))`;
}
