/** The front of the room: its parts joined over the stores. */
import type { Compiled, UnionSchema } from '@kindred/pql';
import { compile } from '@kindred/pql';
import { UNIVERSE } from '../identity/index.ts';
import type { ProfileTables, ReadableTables } from '../profile/index.ts';
import { MergePolicies, PolicyTables, TIMESTAMP_ORDERED } from '../profile/index.ts';
import type { DataFolder, Stores } from '../store/index.ts';
import type { Audience, Audiences } from './audiences.ts';
import { Bitmap } from './bitmap/index.ts';
import type { Enrich } from './composition/body.ts';
import { Compositions } from './composition/compositions.ts';
import { recordedQuery } from './composition/enrichment.ts';
import { Definitions } from './definitions.ts';
import { Edge } from './edge/edge.ts';
import type { FindPlanned } from './dependencies.ts';
import { Engines } from './engines.ts';
import type { Estimates } from './estimate/estimates.ts';
import { openEstimates } from './estimate/estimates.ts';
import { Evaluator } from './evaluator.ts';
import type { ExportJob, ExportOrigin, Exports } from './export/exports.ts';
import type { ExportRequest } from './export/request.ts';
import { ExternalRecords } from './external-records.ts';
import { ExternalAudiences } from './external.ts';
import { Folders } from './folders.ts';
import type { Forgotten, ForgottenPeople } from './forget-people.ts';
import { forgetPeople } from './forget-people.ts';
import type { SegmentJobs } from './jobs.ts';
import type { Lens } from './lens.ts';
import { Memberships } from './memberships.ts';
import { mergeOf } from './merge-of.ts';
import type { Overlap } from './overlap.ts';
import { overlapOf } from './overlap.ts';
import type { PastQuestions } from './past-questions.ts';
import { pastQuestions } from './past-questions.ts';
import type { Schedules } from './schedule/schedules.ts';
import type { VersionDiff } from './version-diff.ts';
import { diffVersions } from './version-diff.ts';
import type { Drift } from './live/drift.ts';
import type { LiveExplained } from './live/explain.ts';
import { explainLive } from './live/explain.ts';
import type { Live } from './live/live.ts';
import type { Explained, Why } from './why.ts';
import { whyMember, whyQuery } from './why.ts';
import { openWork } from './work.ts';

export interface SegmentationOptions {
  readonly stores: Pick<Stores, 'clickhouse' | 'postgres' | 'lmdb'> & { readonly folder: Pick<DataFolder, 'inside'> };
  readonly tables: ProfileTables;
  /** What rules are about at this moment; what the tables hold, unless there is more. */
  readonly schema?: () => UnionSchema;
  readonly clock: () => Date;
  /** For how many days changes of membership are kept; for ever when left out. */
  readonly logDays?: number;
  /** Hears of failures that nobody asked for anything in. */
  readonly onUnexpected?: (error: unknown) => void;
}

export interface Segmentation extends Estimates, PastQuestions {
  /** The rules: create, read, list, change. Delete audiences with `audiences.delete`. */
  readonly definitions: Definitions;
  /** The rules with their sizes and members. */
  readonly audiences: Audiences;
  /** Lists from outside and what became of them. */
  readonly external: ExternalAudiences;
  /** Audiences made of blocks. */
  readonly compositions: Compositions;
  readonly folders: Folders;
  /** How the records of people become profiles. */
  readonly policies: MergePolicies;
  /** Who is in what, inside of a request. */
  readonly edge: Edge;
  /** Who entered and left, in the order in which it was decided. */
  readonly log: Pick<Memberships, 'log' | 'end' | 'onChanges' | 'movements'>;
  /** Whether live audiences agree with batch evaluation. */
  readonly drift: Pick<Drift, 'check' | 'checks' | 'cases'>;
  /** What the server keeps of people to decide about live audiences. */
  readonly live: Pick<Live, 'states'>;
  readonly jobs: SegmentJobs;
  readonly exports: Exports;
  /** They start nothing before `schedules.watch()`. */
  readonly schedules: Schedules;
  /** What changed between two versions of a rule. Throws SegmentationError `audience-not-found` and `version-not-found`. */
  diffVersions(audience: string, versions: { readonly a: number; readonly b: number; readonly now: Date }): Promise<VersionDiff>;
  /** How much audiences have in common, exact for what is stored. Throws SegmentationError `audience-not-found`. */
  overlap(ids: readonly string[]): Promise<Overlap<Audience>>;
  /** The plan of a query, and every problem with its place. */
  check(pql: string): Compiled;
  /** Why a profile is in an audience, or is not, at an instant. Throws SegmentationError `audience-not-found`. */
  why(audience: string, profile: number, now: Date): Promise<Why>;
  /** Why a query holds for a profile, or does not, at an instant. Throws SegmentationError `pql-invalid`, `audience-reference-unknown`. */
  whyQuery(query: { readonly pql: string; readonly mergePolicyId?: string | undefined }, profile: number, now: Date): Promise<Explained>;
  /** How an audience is kept right, and what that takes. Throws SegmentationError `audience-not-found`. */
  explainLive(audience: string, now: Date): Promise<LiveExplained>;
  /** Which profiles have an identity of which namespace. */
  namespaces(): Promise<ReadonlyMap<string, Bitmap>>;
  /** Throws SegmentationError `audience-not-found`, `export-field-unknown`. */
  startExport(request: ExportRequest, origin: ExportOrigin): Promise<ExportJob>;
  /** Throws SegmentationError `audience-not-found` when one of the ids is none, `*` apart. */
  requireAudiences(ids: readonly string[]): Promise<void>;
  /** Takes people out of audiences, lists and exports before they are forgotten. Safe to repeat. */
  forgetPeople(people: ForgottenPeople, now: Date): Promise<Forgotten>;
  /** Stops what is under way, and resolves when it has ended. */
  close(): Promise<void>;
}

/** The zone of calendar words in rules; the language says UTC. */
const ZONE = 'UTC';
/** Bitmaps kept between questions, in bytes: some thousand leaves over a million profiles. */
const CACHE = 256 * 1024 * 1024;

/** Opens the room; what the end of a process cut off is finished, undone or begun anew. */
export async function createSegmentation({
  stores,
  tables,
  schema = () => tables.schema,
  clock,
  logDays = 0,
  onUnexpected = () => undefined,
}: SegmentationOptions): Promise<Segmentation> {
  const { clickhouse, postgres } = stores;
  const policies = new MergePolicies(postgres);
  const policyTables = await PolicyTables.open(tables);
  const memberships = await Memberships.open({ clickhouse, db: postgres, succession: tables.identities.succession, onUnexpected });
  const external = await ExternalAudiences.open(
    { db: postgres, clickhouse, memberships, records: new ExternalRecords(clickhouse) },
    clock(),
  );
  const last = (id: string): Promise<Bitmap> => memberships.load(id);
  const definitions = await Definitions.open({ db: postgres, schema, outside: (id, now) => external.members(id, now), last, policies });
  const profiles: Lens['profiles'] = (by) => policyTables.current(by);
  const engines = new Engines({ clickhouse, tables, lens: { filters: {}, profiles }, cache: CACHE });
  const merge = mergeOf(policies);
  const engine = engines.of(TIMESTAMP_ORDERED);
  const tablesOf = async (mergePolicyId: string | null): Promise<ReadableTables> => engines.tablesBy(await merge(mergePolicyId));
  const find: FindPlanned = (reference) => definitions.planned(reference);
  const evaluator = new Evaluator({ tables, find, engineOf: async (id) => engines.of(await merge(id)) });
  const estimates = await openEstimates({ clickhouse, tables, schema, engine, evaluator, find, mergeOf: merge, profiles, zone: ZONE });
  const recorded = (enrich: Enrich, signal: AbortSignal | undefined): Promise<Bitmap> => {
    const sql = recordedQuery(enrich, tables);
    return sql === null ? Promise.resolve(Bitmap.empty) : engine.select(sql, tables.currentRevision(), signal);
  };
  const compositions = new Compositions({ db: postgres, definitions, memberships, evaluator, schema, recorded, zone: ZONE });
  const shared = { tables, definitions, policies, schema, tablesOf, clock, zone: ZONE, onUnexpected };
  const work = await openWork({ ...shared, stores, external, compositions, memberships, engine, evaluator, logDays });
  return {
    ...work,
    ...estimates,
    ...pastQuestions({ clickhouse, tables, find, schema, mergeOf: merge, zone: ZONE }),
    definitions,
    external,
    compositions,
    folders: new Folders(postgres),
    policies,
    edge: new Edge({ ...shared, schema }),
    diffVersions: (audience, versions) => diffVersions(audience, versions, { definitions, evaluator, zone: ZONE }),
    overlap: async (ids) =>
      overlapOf(await presentOf(ids, work), (await engine.select(UNIVERSE, tables.currentRevision(), undefined)).size),
    log: memberships,
    check: (pql) => compile(pql, schema()),
    why: (audience, profile, now) => whyMember(audience, profile, now, { ...shared, external }),
    whyQuery: (query, profile, now) => whyQuery(query, profile, now, { ...shared, external, schema: schema() }),
    explainLive: (audience, now) => explainLive(audience, now, { definitions, tablesOf, zone: ZONE }),
    forgetPeople: (people, now) => forgetPeople(people, now, { tables, memberships, external, exports: work.exports }),
    async close() {
      await Promise.all([work.close(), estimates.close()]);
      await memberships.close();
      await policyTables.close();
    },
  };
}

/** Audiences with their members. */
async function presentOf(ids: readonly string[], { audiences }: Pick<Segmentation, 'audiences'>) {
  return await Promise.all(
    ids.map(async (id) => {
      const audience = await audiences.get(id);
      return { audience, members: await audiences.present(audience) };
    }),
  );
}
