/** Tells in memory of most events that they are new, where the table would have to be read. */
import type { ClickHouse } from '../store/index.ts';
import { HashFilter } from './hash-filter.ts';

/** Events read at a time, about. */
const PAGE = 4_000_000;
/** Beyond so many the table is asked: the filter would take hundreds of megabytes. */
const MOST = 64 * 1024 * 1024;

export class KnownEvents {
  readonly #clickhouse: ClickHouse;
  readonly #page: number;
  /** Null: there are too many events for one. Undefined: it is not known yet. */
  #filter: HashFilter | null | undefined;
  /** In how many parts the events of before are read, and how many have been. */
  #parts = 0;
  #read = 0;

  constructor(clickhouse: ClickHouse, page = PAGE) {
    this.#clickhouse = clickhouse;
    this.#page = page;
  }

  /**
   * Notes events that are about to be stored. Gives whether all of them are surely new: false also while not all events of before have
   * been read, of which each call reads some.
   * @param hashes xxHash64 of the ids, in halves, the lower one first
   */
  async areNew(hashes: Uint32Array): Promise<boolean> {
    if (this.#filter === undefined) this.#filter = await this.#begin();
    const filter = this.#filter;
    if (filter === null) return false;
    if (this.#read < this.#parts) add(filter, await this.#nextPart());
    const areNew = add(filter, hashes);
    if (filter.size > MOST) this.#filter = null;
    return areNew && this.#read === this.#parts;
  }

  async #begin(): Promise<HashFilter | null> {
    const [row] = await this.#clickhouse.query<{ events: string }>('SELECT count() AS events FROM events');
    const events = Number(row?.events ?? 0);
    this.#parts = Math.ceil(events / this.#page);
    return events > MOST ? null : new HashFilter(events);
  }

  /** What is stored after the first of them is noted anyway. */
  async #nextPart(): Promise<Uint32Array> {
    const bytes = await this.#clickhouse.bytes(
      `SELECT xxHash64(id) FROM events WHERE idHash % ${this.#parts} = ${this.#read}`,
      'RowBinary',
    );
    this.#read++;
    // Copied: halves need not begin where the answer does.
    return new Uint32Array(bytes.slice().buffer);
  }
}

/** Whether none of them was there. */
function add(filter: HashFilter, hashes: Uint32Array): boolean {
  let areNew = true;
  for (let at = 0; at < hashes.length; at += 2) if (filter.add(hashes[at] as number, hashes[at + 1] as number)) areNew = false;
  return areNew;
}
