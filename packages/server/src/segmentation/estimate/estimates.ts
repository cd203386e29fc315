/** Estimates and previews, joined to what they ask. */
import type { UnionSchema } from '@kindred/pql';
import { UNIVERSE } from '../../identity/index.ts';
import type { ProfileTables } from '../../profile/index.ts';
import type { ClickHouse } from '../../store/index.ts';
import type { Bitmap } from '../bitmap/index.ts';
import type { FindPlanned } from '../dependencies.ts';
import type { Evaluator } from '../evaluator.ts';
import type { LeafEngine } from '../leaf-engine.ts';
import type { Lens } from '../lens.ts';
import type { MergeOf } from '../merge-of.ts';
import { Previews } from '../previews.ts';
import type { Estimate, EstimateOptions, NodesOptions, SampledEstimate } from './estimator.ts';
import { Estimator, sampleOf } from './estimator.ts';
import type { NearMisses } from './near-misses.ts';
import type { Nodes } from './nodes.ts';
import { Views } from './views.ts';

export interface EstimatesOptions {
  readonly clickhouse: ClickHouse;
  readonly tables: ProfileTables;
  /** What queries are about at this moment. */
  readonly schema: () => UnionSchema;
  readonly engine: LeafEngine;
  readonly evaluator: Evaluator;
  readonly find: FindPlanned;
  readonly mergeOf: MergeOf;
  /** The table of profiles as they are now. */
  readonly profiles: Lens['profiles'];
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

export interface EstimateWithSample extends Estimate {
  /** Ordinals of some members, spread over all of them. */
  readonly sample: readonly number[];
}

/** A part of the members, in the order of their ordinals. */
export interface PageOptions {
  readonly start: number;
  readonly limit: number;
}

export interface FoundPage extends Estimate {
  readonly profiles: readonly number[];
}

export interface EstimatedNodes {
  readonly nodes: Nodes;
  readonly estimate: Estimate;
}

export interface EstimatedNearMisses {
  readonly misses: NearMisses;
  readonly estimate: Estimate;
}

export interface Estimates {
  readonly previews: Previews;
  /** Throws SegmentationError `pql-invalid`, `as-of-future` and `audience-reference-unknown`; StoreError `cancelled` when the signal aborts. */
  estimate(pql: string, options: EstimateOptions & { readonly sample: number }): Promise<EstimateWithSample>;
  /** Who fits a query, page by page. Throws as `estimate`. */
  findProfiles(pql: string, options: EstimateOptions & PageOptions): Promise<FoundPage>;
  /** The sizes of all parts of a query. Throws as `estimate`. */
  estimateNodes(pql: string, options: NodesOptions): Promise<EstimatedNodes>;
  /** Who is one condition away from a query. Throws as `estimate`. */
  nearMisses(pql: string, options: EstimateOptions): Promise<EstimatedNearMisses>;
  /** From a sample of the profiles; null where all of them are asked as quickly. Throws as `estimate`. */
  sampledEstimate(pql: string, options: EstimateOptions): Promise<SampledEstimate | null>;
  /** Ordinals of some members, spread over all of them. */
  sampleOf(members: Bitmap, limit: number): readonly number[];
  close(): Promise<void>;
}

export async function openEstimates(parts: EstimatesOptions): Promise<Estimates> {
  const { tables, schema, engine, evaluator, zone } = parts;
  const views = await Views.open(parts);
  const universe = async (signal: AbortSignal | undefined): Promise<number> =>
    (await engine.select(UNIVERSE, tables.currentRevision(), signal)).size;
  const estimator = new Estimator({ evaluator, views, schema, universe, zone });
  const previews = new Previews({ schema, evaluate: (pql, options) => estimator.estimate(pql, options) });
  return {
    previews,
    async estimate(pql, { sample, ...options }) {
      const { estimate, members } = await estimator.estimate(pql, options);
      return { ...estimate, sample: sampleOf(members, sample) };
    },
    async findProfiles(pql, { start, limit, ...options }) {
      const { estimate, members } = await estimator.estimate(pql, options);
      return { ...estimate, profiles: [...members.page(start, limit)] };
    },
    estimateNodes: (pql, options) => estimator.nodes(pql, options),
    nearMisses: (pql, options) => estimator.nearMisses(pql, options),
    sampledEstimate: (pql, options) => estimator.sampled(pql, options),
    sampleOf,
    async close() {
      await previews.close();
      await views.close();
    },
  };
}
