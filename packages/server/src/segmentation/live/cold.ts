/** People to make states of before something comes about them: those who did something last first, near ones in the tables together. */
import type { ReadableTables } from '../../profile/index.ts';
import { readRecent, readRest } from '../../profile/index.ts';

/** Looked up at a time, so many that those near each other in the tables are read together. */
const TOGETHER = 50_000;

export class Cold {
  readonly #most: number;
  #people: readonly number[] | null = null;
  #taken = 0;

  /** @param most people in all */
  constructor(most: number) {
    this.#most = most;
  }

  /** The next people, at most so many; none when there are no more. */
  async take(tables: ReadableTables, limit: number): Promise<readonly number[]> {
    this.#people ??= inRuns(await readRecent(tables, this.#most));
    const taken = this.#people.slice(this.#taken, this.#taken + limit);
    this.#taken += taken.length;
    return taken;
  }

  /** Begins again, with those who were left out. @param made those who need not be taken */
  async again(tables: ReadableTables, made: { has(profile: number): boolean }): Promise<void> {
    this.#people = await readRest(tables, made, this.#most);
    this.#taken = 0;
  }
}

function inRuns(people: readonly number[]): readonly number[] {
  const runs = Array.from({ length: Math.ceil(people.length / TOGETHER) }, (_, run) => people.slice(run * TOGETHER, (run + 1) * TOGETHER));
  return runs.flatMap((run) => run.toSorted((one, other) => one - other));
}
