/**
 * Packed states on disk, so that memory is no bound for how many people have one. A cache: what is lost is made again, so nothing waits for the
 * disk, and a start begins without any.
 */
import type { PackedStates } from '@kindred/pql';
import type { Database, RootDatabase } from 'lmdb';
import type { Lmdb } from '../../store/index.ts';

/** What is kept in memory of a state on disk: the entries of maps, and the timer. */
const BYTES = 250;

/** A text, or null for one that is gone, until the disk has it. */
interface Written {
  readonly text: string | null;
}

export class PackedOnDisk implements PackedStates {
  readonly #db: Database<string, [set: number, profile: number]>;
  readonly #next: () => number;
  /** Which set of states: another one with each set of rules, and when all are let go of. */
  #set: number;
  readonly #pending = new Map<string, Written>();

  /** @param next a number that no set has had */
  constructor(db: Database<string, [set: number, profile: number]>, next: () => number) {
    this.#db = db;
    this.#next = next;
    this.#set = next();
  }

  get(profile: string): string | undefined {
    const pending = this.#pending.get(profile);
    return pending === undefined ? this.#db.get([this.#set, Number(profile)]) : (pending.text ?? undefined);
  }

  /** It stays where it is: written anew when it is packed again. */
  take(profile: string): string | undefined {
    return this.get(profile);
  }

  set(profile: string, text: string): void {
    this.#write(profile, { text });
  }

  delete(profile: string): void {
    if (this.get(profile) !== undefined) this.#write(profile, { text: null });
  }

  clear(): void {
    this.#set = this.#next();
    this.#pending.clear();
  }

  bytesOf(profile: string): number {
    return this.get(profile) === undefined ? 0 : BYTES;
  }

  #write(profile: string, written: Written): void {
    this.#pending.set(profile, written);
    const key: [number, number] = [this.#set, Number(profile)];
    const done = written.text === null ? this.#db.remove(key) : this.#db.put(key, written.text);
    const forget = (): void => {
      if (this.#pending.get(profile) === written) this.#pending.delete(profile);
    };
    // What could not be written stays in memory.
    done.then(forget, () => undefined);
  }
}

/** Makes places for packed states, one after the other. */
export class PackedPlaces {
  readonly #db: RootDatabase<string, [set: number, profile: number]>;
  #sets = 0;

  constructor(lmdb: Lmdb) {
    this.#db = lmdb.cache<string, [number, number]>('live-states', { encoding: 'string' });
  }

  next(): PackedOnDisk {
    return new PackedOnDisk(this.#db, () => this.#sets++);
  }

  /** Makes room: none of what was put into any place is asked for any more. */
  async clear(): Promise<void> {
    await this.#db.clearAsync();
  }
}
