/** The front of the room: its parts joined over the stores. */
import type { Compiled, DataObject } from '@kindred/pql';
import { compile } from '@kindred/pql';
import type { ProfileTables } from '../profile/index.ts';
import { readDocuments } from '../profile/index.ts';
import type { Stores } from '../store/index.ts';
import { Audiences } from './audiences.ts';
import type { Bitmap } from './bitmap/index.ts';
import { BitmapCache } from './cache.ts';
import { Definitions } from './definitions.ts';
import type { Estimate, EstimateOptions } from './estimate.ts';
import { Estimator, sampleOf } from './estimate.ts';
import { Evaluator } from './evaluator.ts';
import { ExternalRecords } from './external-records.ts';
import { ExternalAudiences } from './external.ts';
import { SegmentJobs } from './jobs.ts';
import { LeafEngine } from './leaf-engine.ts';
import { Memberships } from './memberships.ts';
import { profilesByNamespace } from './namespaces.ts';
import { Previews } from './previews.ts';
import type { ReadDocuments } from './reference.ts';
import { JobRunner } from './run-job.ts';
import type { Why } from './why.ts';
import { whyMember } from './why.ts';

export interface SegmentationOptions {
  readonly stores: Pick<Stores, 'clickhouse' | 'postgres'>;
  readonly tables: ProfileTables;
  readonly clock: () => Date;
}

export interface EstimateWithSample extends Estimate {
  /** Ordinals of some members, spread over all of them. */
  readonly sample: readonly number[];
}

export interface Segmentation {
  /** The rules: create, read, list, change. Delete audiences with `audiences.delete`. */
  readonly definitions: Definitions;
  /** The rules with their sizes and members. */
  readonly audiences: Audiences;
  /** Lists from outside and what became of them. */
  readonly external: ExternalAudiences;
  readonly jobs: SegmentJobs;
  readonly previews: Previews;
  /** The plan of a query, and every problem with its place. */
  check(pql: string): Compiled;
  /** Throws SegmentationError `pql-invalid` and `audience-reference-unknown`; StoreError `cancelled` when the signal aborts. */
  estimate(pql: string, options: EstimateOptions & { readonly sample: number }): Promise<EstimateWithSample>;
  /** Why a profile is in an audience, or is not, at an instant. Throws SegmentationError `audience-not-found`. */
  why(audience: string, profile: number, now: Date): Promise<Why>;
  /** Which profiles have an identity of which namespace. */
  namespaces(): Promise<ReadonlyMap<string, Bitmap>>;
  /** Stops what is under way, and resolves when it has ended. */
  close(): Promise<void>;
}

/** The zone of calendar words in rules; the language says UTC. */
const ZONE = 'UTC';
/** Bitmaps kept between questions, in bytes: some thousand leaves over a million profiles. */
const CACHE = 256 * 1024 * 1024;

/** Opens the room; what the end of a process cut off is finished, undone or begun anew. */
export async function createSegmentation({ stores, tables, clock }: SegmentationOptions): Promise<Segmentation> {
  const { clickhouse, postgres } = stores;
  const { schema } = tables;
  const read: ReadDocuments = async (ordinals) => (await readDocuments(tables, ordinals)) as ReadonlyMap<number, DataObject>;
  const memberships = await Memberships.open(clickhouse, postgres);
  const records = new ExternalRecords(clickhouse);
  const external = await ExternalAudiences.open({ db: postgres, clickhouse, memberships, records }, clock());
  const definitions = await Definitions.open({ db: postgres, schema, outside: (id, now) => external.members(id, now) });
  const engine = new LeafEngine({
    clickhouse,
    schema,
    layout: (table) => tables.layout(table),
    readDocuments: read,
    cache: new BitmapCache(CACHE),
  });
  const evaluator = new Evaluator({ engine, tables, find: (reference) => definitions.planned(reference) });
  const estimator = new Estimator({ evaluator, schema, zone: ZONE });
  const namespaces = (signal?: AbortSignal): ReturnType<typeof profilesByNamespace> =>
    profilesByNamespace(clickhouse, (sql) => engine.select(sql, tables.currentRevision(), signal));
  const runner = new JobRunner({ definitions, memberships, evaluator, namespaces, clock, zone: ZONE });
  const jobs = await SegmentJobs.open({ db: postgres, clock, run: (ids, signal) => runner.run(ids, signal) });
  const previews = new Previews({ schema, evaluate: (pql, options) => estimator.estimate(pql, options) });
  return {
    definitions,
    audiences: new Audiences({ definitions, external, memberships, jobs, clock }),
    external,
    jobs,
    previews,
    check: (pql) => compile(pql, schema),
    async estimate(pql, { sample, ...options }) {
      const { estimate, members } = await estimator.estimate(pql, options);
      return { ...estimate, sample: sampleOf(members, sample) };
    },
    why: (audience, profile, now) => whyMember(audience, profile, now, { definitions, readDocuments: read, zone: ZONE }),
    namespaces,
    async close() {
      await Promise.all([jobs.close(), previews.close()]);
    },
  };
}
