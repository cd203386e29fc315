/** Plans → members, at one instant, on one state of the data. */
import type { Leaf, LeafHash, Plan } from '@kindred/pql';
import type { ProfileTables } from '../profile/index.ts';
import { UNIVERSE } from '../identity/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import type { Cut } from './composition/choice.ts';
import { sharing, topOf } from './composition/choice.ts';
import type { FindPlanned, Planned } from './dependencies.ts';
import type { Evaluation } from './evaluation.ts';
import { inLevels, keysOf } from './dependencies.ts';
import type { LeafEngine } from './leaf-engine.ts';
import { readsAudiences } from './leaf-engine.ts';
import { combineLeaves, combineNodes } from './logic.ts';

export interface EvaluatorOptions {
  /** Answers for profiles as a merge policy sees them; null: the default policy. */
  readonly engineOf: (mergePolicyId: string | null) => Promise<LeafEngine>;
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
  /** Of audiences that are the first of a ranking, by id. */
  readonly cuts: ReadonlyMap<string, Cut>;
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
  readonly leavesOf: (audience: Planned) => ReadonlyMap<LeafHash, Bitmap>;
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
    const query: Planned = { id: '', name: 'The query', plan };
    const { answer, leavesOf } = await this.#evaluate([query], options);
    const { universe, revision } = answer;
    return { nodes: combineNodes(plan.root, leavesOf(query), universe), universe, revision };
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
    const engines = await this.#enginesOf(levels.flat());
    const engineOf = ({ mergePolicyId = null }: Planned): LeafEngine => known(engines, mergePolicyId);
    const universe = await known(engines, null).select(UNIVERSE, revision, signal);
    const members = new Map<string, Bitmap>();
    const cuts = new Map<string, Cut>();
    const leaves = new Map([...engines.values()].map((engine) => [engine, new Map<LeafHash, Bitmap>()]));
    const leavesOf = (audience: Planned): ReadonlyMap<LeafHash, Bitmap> => known(leaves, engineOf(audience));
    const audiences = new Map<string, Bitmap>();
    const evaluation = { now, zone, revision, universe, audiences, signal };
    const answer = async (asked: readonly Planned[], wanted: (leaf: Leaf) => boolean): Promise<void> => {
      for (const [engine, own] of Map.groupBy(asked, engineOf)) {
        const all = own.flatMap(({ plan }) => Object.entries(plan.leaves)).filter(([, leaf]) => wanted(leaf));
        for (const [hash, bitmap] of await engine.evaluate(new Map<LeafHash, Leaf>(all), evaluation))
          known(leaves, engine).set(hash, bitmap);
      }
    };
    // What depends on no audience is asked for at once, whatever the level.
    await answer(levels.flat(), (leaf) => !readsAudiences(leaf));
    for (const level of levels) {
      await answer(level, readsAudiences);
      for (const planned of level) {
        const given = planned.choice === undefined ? await planned.outside?.members(now) : undefined;
        // Events of a profile that is gone count for nobody.
        const found = (given ?? combineLeaves(planned.plan.root, leavesOf(planned), universe)).and(universe);
        const { members: bitmap, cut } = await chosen(planned, found, { engine: engineOf(planned), evaluation });
        if (cut !== undefined) cuts.set(planned.id, cut);
        members.set(planned.id, bitmap);
        for (const key of keysOf(planned)) audiences.set(key, bitmap);
      }
    }
    return { answer: { members, cuts, universe, revision }, leavesOf };
  }

  async #enginesOf(audiences: readonly Planned[]): Promise<ReadonlyMap<string | null, LeafEngine>> {
    const engines = new Map<string | null, LeafEngine>();
    for (const id of new Set([null, ...audiences.map(({ mergePolicyId = null }) => mergePolicyId)]))
      engines.set(id, await this.#options.engineOf(id));
    return engines;
  }
}

/** Those whom an audience takes of the ones for whom its plan holds. */
async function chosen(
  { choice }: Planned,
  members: Bitmap,
  { engine, evaluation }: { readonly engine: LeafEngine; readonly evaluation: Evaluation },
): Promise<{ readonly members: Bitmap; readonly cut?: Cut }> {
  switch (choice?.kind) {
    case 'share':
      return { members: sharing(members, choice) };
    case 'top':
      return topOf(members, await engine.numbers(choice.value, members, evaluation), choice);
    default:
      return { members };
  }
}

function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error('what was collected before is known');
  return value;
}
