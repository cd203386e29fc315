/** Plans → members, at one instant, on one state of the data. */
import type { Leaf, LeafHash, Plan } from '@kindred/pql';
import type { ProfileTables } from '../profile/index.ts';
import { UNIVERSE } from '../identity/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import type { FindPlanned, Planned } from './dependencies.ts';
import { inLevels, keysOf } from './dependencies.ts';
import type { Evaluation } from './evaluation.ts';
import type { LeafEngine } from './leaf-engine.ts';
import { readsAudiences } from './leaf-engine.ts';
import { combineLeaves, combineNodes } from './logic.ts';

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

export interface NodesAnswer extends Pick<Answer, 'universe' | 'revision'> {
  /** Members of every part of the rule by its path (`combineNodes`). */
  readonly nodes: ReadonlyMap<string, Bitmap>;
}

interface Evaluated {
  readonly answer: Answer;
  readonly leaves: ReadonlyMap<LeafHash, Bitmap>;
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
    return (await this.#evaluate(audiences, options)).answer;
  }

  /** The members of every part of one rule, all for the same instant and state of the data. Throws as `evaluate`. */
  async evaluateNodes(plan: Plan, options: EvaluateOptions): Promise<NodesAnswer> {
    const { answer, leaves } = await this.#evaluate([{ id: '', name: 'The query', plan }], options);
    const { universe, revision } = answer;
    return { nodes: combineNodes(plan.root, leaves, universe), universe, revision };
  }

  async #evaluate(audiences: readonly Planned[], options: EvaluateOptions): Promise<Evaluated> {
    const levels = await inLevels(audiences, this.#options.find);
    for (let attempt = 1; ; attempt++) {
      const evaluated = await this.#evaluateOnce(levels, options);
      if (attempt === ATTEMPTS || evaluated.answer.revision === this.#options.tables.currentRevision()) return evaluated;
    }
  }

  async #evaluateOnce(levels: readonly (readonly Planned[])[], { now, zone, signal }: EvaluateOptions): Promise<Evaluated> {
    const revision = this.#options.tables.currentRevision();
    const universe = await this.#options.engine.select(UNIVERSE, revision, signal);
    const members = new Map<string, Bitmap>();
    const leaves = new Map<LeafHash, Bitmap>();
    const audiences = new Map<string, Bitmap>();
    const evaluation = { now, zone, revision, universe, audiences, signal };
    const all = new Map<LeafHash, Leaf>(levels.flat().flatMap(({ plan }) => Object.entries(plan.leaves)));
    // What depends on no audience is asked for at once, whatever the level.
    await this.#add(leaves, new Map([...all].filter(([, leaf]) => !readsAudiences(leaf))), evaluation);
    for (const level of levels) {
      const own = level.flatMap(({ plan }) => Object.entries(plan.leaves)).filter(([, leaf]) => readsAudiences(leaf));
      await this.#add(leaves, new Map(own), evaluation);
      for (const planned of level) {
        const found = (await planned.outside?.members(now)) ?? combineLeaves(planned.plan.root, leaves, universe);
        // Events of a profile that is gone count for nobody.
        const bitmap = found.and(universe);
        members.set(planned.id, bitmap);
        for (const key of keysOf(planned)) audiences.set(key, bitmap);
      }
    }
    return { answer: { members, universe, revision }, leaves };
  }

  async #add(known: Map<LeafHash, Bitmap>, leaves: ReadonlyMap<LeafHash, Leaf>, evaluation: Evaluation): Promise<void> {
    for (const [hash, bitmap] of await this.#options.engine.evaluate(leaves, evaluation)) known.set(hash, bitmap);
  }
}
