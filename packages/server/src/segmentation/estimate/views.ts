/** Evaluators over the data as it is, as it was, and over a part of it. */
import type { ProfileTables } from '../../profile/index.ts';
import type { ClickHouse } from '../../store/index.ts';
import type { FindPlanned, Planned } from '../dependencies.ts';
import { Engines } from '../engines.ts';
import { Evaluator } from '../evaluator.ts';
import type { Lens } from '../lens.ts';
import type { MergeOf } from '../merge-of.ts';
import { dropLeftovers, openPast } from './past.ts';
import { samplingLens } from './sample.ts';

/** Bitmaps kept for each view, in bytes. */
const CACHE = 32 * 1024 * 1024;
/** Pasts kept for the next question about the same instant. */
const KEPT = 2;

export interface ViewsOptions {
  readonly clickhouse: ClickHouse;
  readonly tables: ProfileTables;
  readonly find: FindPlanned;
  readonly mergeOf: MergeOf;
  /** The table of profiles as they are now. */
  readonly profiles: Lens['profiles'];
}

interface PastView {
  readonly evaluator: Evaluator;
  users: number;
  close(): Promise<void>;
}

export class Views {
  readonly #options: ViewsOptions;
  readonly #samples = new Map<string, Evaluator>();
  readonly #pasts = new Map<string, PastView>();

  private constructor(options: ViewsOptions) {
    this.#options = options;
  }

  static async open(options: ViewsOptions): Promise<Views> {
    await dropLeftovers(options.tables);
    return new Views(options);
  }

  /** Over one of every `step` profiles. */
  sample(step: number, seed: number): Evaluator {
    const key = `${step} ${seed}`;
    const { profiles, find } = this.#options;
    const asEvaluated: FindPlanned = async (reference) => withoutRanking(await find(reference));
    const known = this.#samples.get(key) ?? this.#evaluator(samplingLens(step, seed, profiles), asEvaluated);
    this.#samples.set(key, known);
    return known;
  }

  /** Lets work on the data as it was at an instant, epoch ms. */
  async past<Result>(asOf: number, work: (evaluator: Evaluator) => Promise<Result>): Promise<Result> {
    const key = `${asOf} ${this.#options.tables.currentRevision()}`;
    const view = this.#pasts.get(key) ?? this.#openPast(asOf);
    // The last one asked for is the last one to go.
    this.#pasts.delete(key);
    this.#pasts.set(key, view);
    view.users++;
    try {
      return await work(view.evaluator);
    } finally {
      view.users--;
      await this.#trim(KEPT);
    }
  }

  async close(): Promise<void> {
    await this.#trim(0);
  }

  #openPast(asOf: number): PastView {
    const past = openPast(this.#options.tables, asOf);
    return { evaluator: this.#evaluator(past.lens), users: 0, close: () => past.close() };
  }

  async #trim(kept: number): Promise<void> {
    for (const [key, view] of this.#pasts) {
      if (this.#pasts.size <= kept) return;
      if (view.users > 0) continue;
      this.#pasts.delete(key);
      await view.close();
    }
  }

  #evaluator(lens: Lens, find = this.#options.find): Evaluator {
    const { clickhouse, tables, mergeOf } = this.#options;
    const engines = new Engines({ clickhouse, tables, lens, cache: CACHE });
    return new Evaluator({ tables, find, engineOf: async (id) => engines.of(await mergeOf(id)) });
  }
}

/** Among a part of the profiles others are first: of a ranking the last evaluation counts. */
function withoutRanking(planned: Planned | undefined): Planned | undefined {
  if (planned?.choice?.kind !== 'top') return planned;
  const { choice: _, ...given } = planned;
  return given;
}
