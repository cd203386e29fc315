/** How many profiles a query has: exactly, by parts, as of a past instant, and at first from a sample. */
import type { Plan, UnionSchema } from '@kindred/pql';
import { Bitmap } from '../bitmap/index.ts';
import type { Planned } from '../dependencies.ts';
import { SegmentationError } from '../errors.ts';
import type { Evaluator } from '../evaluator.ts';
import { planFor } from '../plans.ts';
import { interval } from './interval.ts';
import type { NearMisses } from './near-misses.ts';
import { nearMisses } from './near-misses.ts';
import type { Nodes, QueryNode } from './nodes.ts';
import { answerConditions, nodesOf, sizeNodes } from './nodes.ts';
import { samplingStep } from './sample.ts';
import type { Views } from './views.ts';

export interface Estimate {
  /** How many profiles, exactly. */
  readonly size: number;
  /** How many profiles there are. */
  readonly universe: number;
  readonly tookMs: number;
  /** The instant for which the size is exact. */
  readonly evaluatedAt: Date;
  /** The state of the data for which it is exact. */
  readonly revision: number;
}

/** A size told from a sample of the profiles. */
export interface SampledEstimate {
  readonly size: number;
  /** The true size lies between these, in 95 of 100 samples at least. */
  readonly low: number;
  readonly high: number;
  readonly universe: number;
  /** Profiles in the sample. */
  readonly sampled: number;
  readonly tookMs: number;
}

export interface EstimateOptions {
  /** The instant of evaluation. */
  readonly now: Date;
  /** Look at the data as it was at this instant, which is the instant of evaluation too; not after `now`. */
  readonly asOf?: Date | undefined;
  /** The merge policy by which profiles are seen; the default policy when left out. */
  readonly mergePolicyId?: string | undefined;
  /** Stops the queries in the engine. */
  readonly signal?: AbortSignal | undefined;
}

export interface NodesOptions extends EstimateOptions {
  /** Hears of a part as soon as its size is known. */
  readonly onSize?: (node: QueryNode, size: number) => void;
}

export interface EstimatorOptions {
  readonly evaluator: Evaluator;
  readonly views: Views;
  readonly schema: () => UnionSchema;
  /** How many profiles there are. */
  readonly universe: (signal: AbortSignal | undefined) => Promise<number>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** What an unnamed query is called where rules are named. */
const QUERY = { id: '', name: 'The query' } as const;

function queryOf(plan: Plan, { mergePolicyId }: Pick<EstimateOptions, 'mergePolicyId'>): Planned {
  return { ...QUERY, plan, mergePolicyId: mergePolicyId ?? null };
}

/** The one sample of all questions: the same question has the same answer. */
const SEED = 1;

export class Estimator {
  readonly #options: EstimatorOptions;

  constructor(options: EstimatorOptions) {
    this.#options = options;
  }

  /** Throws SegmentationError `pql-invalid`, `as-of-future` and `audience-reference-unknown`, and StoreError. */
  async estimate(pql: string, options: EstimateOptions): Promise<{ readonly estimate: Estimate; readonly members: Bitmap }> {
    const started = performance.now();
    const plan = planFor(pql, this.#options.schema());
    return await this.#look(options, async (evaluator, at) => {
      const { members: found, universe, revision } = await evaluator.evaluate([queryOf(plan, options)], this.#at(at, options));
      const members = found.get(QUERY.id) ?? Bitmap.empty;
      return { estimate: { size: members.size, universe: universe.size, tookMs: since(started), evaluatedAt: at, revision }, members };
    });
  }

  /** The size of every part of a query. Throws as `estimate`. */
  async nodes(pql: string, options: NodesOptions): Promise<{ readonly nodes: Nodes; readonly estimate: Estimate }> {
    const started = performance.now();
    const root = nodesOf(pql, this.#options.schema());
    return await this.#look(options, async (evaluator, at) => {
      const nodes = await sizeNodes(root, {
        ...this.#at(at, options),
        evaluator,
        mergePolicyId: options.mergePolicyId,
        onSize: options.onSize,
      });
      const { members, universe, revision } = nodes;
      return { nodes, estimate: { size: members.size, universe, tookMs: since(started), evaluatedAt: at, revision } };
    });
  }

  /** Who is one condition away from a query. Throws as `estimate`. */
  async nearMisses(pql: string, options: EstimateOptions): Promise<{ readonly misses: NearMisses; readonly estimate: Estimate }> {
    const started = performance.now();
    const root = nodesOf(pql, this.#options.schema());
    return await this.#look(options, async (evaluator, at) => {
      const answered = await answerConditions(root, { ...this.#at(at, options), evaluator, mergePolicyId: options.mergePolicyId });
      const misses = nearMisses(root, answered);
      const { universe, revision } = answered;
      const estimate = { size: misses.members.size, universe: universe.size, tookMs: since(started), evaluatedAt: at, revision };
      return { misses, estimate };
    });
  }

  /** From a sample; null where everybody is asked as quickly, or about the past. Throws as `estimate`. */
  async sampled(pql: string, options: EstimateOptions, seed = SEED): Promise<SampledEstimate | null> {
    const { views, schema, universe: count } = this.#options;
    const started = performance.now();
    const plan = planFor(pql, schema());
    const universe = await count(options.signal);
    const step = samplingStep(universe);
    if (step === 1 || options.asOf !== undefined) return null;
    const answer = await views.sample(step, seed).evaluate([queryOf(plan, options)], this.#at(options.now, options));
    const [hits, sampled] = [answer.members.get(QUERY.id)?.size ?? 0, answer.universe.size];
    return { ...scaled(hits, sampled, universe), universe, sampled, tookMs: since(started) };
  }

  async #look<Result>(options: EstimateOptions, work: (evaluator: Evaluator, at: Date) => Promise<Result>): Promise<Result> {
    const { evaluator, views } = this.#options;
    const { asOf, now } = options;
    if (asOf === undefined) return await work(evaluator, now);
    if (asOf > now) {
      throw new SegmentationError({
        code: 'as-of-future',
        message: `${asOf.toISOString()} is not in the past.`,
        hint: 'asOf looks at the data as it was; leave it out to look at it as it is.',
      });
    }
    return await views.past(asOf.getTime(), (past) => work(past, asOf));
  }

  #at(at: Date, { signal }: EstimateOptions): { readonly now: number; readonly zone: string; readonly signal: AbortSignal | undefined } {
    return { now: at.getTime(), zone: this.#options.zone, signal };
  }
}

/** A share of a sample as a number of profiles. Those found are there for certain, and so are those that are no members. */
export function scaled(hits: number, sampled: number, universe: number): Pick<SampledEstimate, 'size' | 'low' | 'high'> {
  if (sampled === 0) return { size: 0, low: 0, high: universe };
  const { low, high } = interval(hits, sampled);
  const most = universe - (sampled - hits);
  const within = (size: number): number => Math.min(most, Math.max(hits, size));
  return {
    size: within(Math.round((hits / sampled) * universe)),
    low: within(Math.floor(low * universe)),
    high: within(Math.ceil(high * universe)),
  };
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}

/** Up to `limit` members spread evenly over all of them, the same ones for the same members. */
export function sampleOf(members: Bitmap, limit: number): number[] {
  const count = Math.min(limit, members.size);
  return Array.from({ length: count }, (_, index) => members.page(Math.floor((index * members.size) / count), 1)[0] ?? 0);
}
