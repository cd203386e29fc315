/** The exact size of a query, for whoever is typing it. */
import type { UnionSchema } from '@kindred/pql';
import { Bitmap } from './bitmap/index.ts';
import type { Evaluator } from './evaluator.ts';
import { planFor } from './plans.ts';

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

export interface EstimateOptions {
  /** The instant of evaluation. */
  readonly now: Date;
  /** Stops the queries in the engine. */
  readonly signal?: AbortSignal | undefined;
}

export interface EstimatorOptions {
  readonly evaluator: Evaluator;
  readonly schema: UnionSchema;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** What an unnamed query is called where rules are named. */
const QUERY = { id: '', name: 'The query' } as const;

export class Estimator {
  readonly #options: EstimatorOptions;

  constructor(options: EstimatorOptions) {
    this.#options = options;
  }

  /** Throws SegmentationError `pql-invalid` and `audience-reference-unknown`, and StoreError. */
  async estimate(pql: string, { now, signal }: EstimateOptions): Promise<{ readonly estimate: Estimate; readonly members: Bitmap }> {
    const { evaluator, schema, zone } = this.#options;
    const started = performance.now();
    const plan = planFor(pql, schema);
    const answer = await evaluator.evaluate([{ ...QUERY, plan }], { now: now.getTime(), zone, signal });
    const members = answer.members.get(QUERY.id) ?? Bitmap.empty;
    const tookMs = Math.round((performance.now() - started) * 10) / 10;
    const estimate = { size: members.size, universe: answer.universe.size, tookMs, evaluatedAt: now, revision: answer.revision };
    return { estimate, members };
  }
}

/** Up to `limit` members spread evenly over all of them, the same ones for the same members. */
export function sampleOf(members: Bitmap, limit: number): number[] {
  const count = Math.min(limit, members.size);
  return Array.from({ length: count }, (_, index) => members.page(Math.floor((index * members.size) / count), 1)[0] ?? 0);
}
