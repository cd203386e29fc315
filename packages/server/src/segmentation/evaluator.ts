/** Plans → members, at one instant, on one state of the data. */
import type { Leaf, LeafHash } from '@kindred/pql';
import type { ProfileTables } from '../profile/index.ts';
import { UNIVERSE } from '../identity/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import type { FindPlanned, Planned } from './dependencies.ts';
import { inLevels } from './dependencies.ts';
import type { Evaluation } from './evaluation.ts';
import { audienceKey } from './evaluation.ts';
import type { LeafEngine } from './leaf-engine.ts';
import { combineLeaves } from './logic.ts';
import { isOwn, referencesOf } from './plans.ts';

export interface EvaluatorOptions {
  readonly engine: LeafEngine;
  readonly tables: Pick<ProfileTables, 'currentRevision'>;
  /** The rule of an audience that another one refers to. */
  readonly find: FindPlanned;
}

export interface EvaluateOptions {
  /** The instant of evaluation, epoch ms. */
  readonly now: number;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  /** By id. */
  readonly members: ReadonlyMap<string, Bitmap>;
  /** All profiles. */
  readonly universe: Bitmap;
  /** The state of the data; when it changed while we looked, even a second time, the answer has some of the newer one. */
  readonly revision: number;
}

/** How often to look again when the data changed meanwhile. */
const ATTEMPTS = 2;

export class Evaluator {
  readonly #options: EvaluatorOptions;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /**
   * The members of audiences, and of all they depend on at the same instant. Throws SegmentationError
   * `audience-cycle` and `audience-reference-unknown`, and StoreError.
   */
  async evaluate(audiences: readonly Planned[], options: EvaluateOptions): Promise<Answer> {
    const levels = await inLevels(audiences, this.#options.find);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#evaluateOnce(levels, options);
      if (attempt === ATTEMPTS || answer.revision === this.#options.tables.currentRevision()) return answer;
    }
  }

  async #evaluateOnce(levels: readonly (readonly Planned[])[], { now, zone, signal }: EvaluateOptions): Promise<Answer> {
    const revision = this.#options.tables.currentRevision();
    const universe = await this.#options.engine.select(UNIVERSE, revision, signal);
    const members = new Map<string, Bitmap>();
    for (const level of levels) {
      const evaluation = { now, zone, revision, universe, audiences: this.#referred(level, members), signal };
      for (const [id, bitmap] of await this.#level(level, evaluation)) members.set(id, bitmap);
    }
    return { members, universe, revision };
  }

  async #level(level: readonly Planned[], evaluation: Evaluation): Promise<readonly (readonly [string, Bitmap])[]> {
    const leaves = new Map<LeafHash, Leaf>(level.flatMap(({ plan }) => Object.entries(plan.leaves)));
    const bitmaps = await this.#options.engine.evaluate(leaves, evaluation);
    const { universe } = evaluation;
    // Events of a profile that is gone count for nobody.
    return level.map(({ id, plan }) => [id, combineLeaves(plan.root, bitmaps, universe).and(universe)] as const);
  }

  /** Members of what the audiences of a level refer to, by namespace and id. */
  #referred(level: readonly Planned[], members: ReadonlyMap<string, Bitmap>): Evaluation['audiences'] {
    const references = level.flatMap(({ plan }) => referencesOf(plan)).filter(isOwn);
    const found = references.map(({ namespace, id }) => [audienceKey(namespace, id), members.get(id)] as const);
    return new Map(found.filter((entry): entry is readonly [string, Bitmap] => entry[1] !== undefined));
  }
}
