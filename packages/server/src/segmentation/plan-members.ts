/** Plans → members over given tables, without definitions and jobs: for documents that belong to no audience yet. */
import type { Leaf, LeafHash, Plan } from '@kindred/pql';
import { testOfLeaf } from '@kindred/pql';
import { UNIVERSE } from '../identity/index.ts';
import type { ProfileTables } from '../profile/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import { BitmapCache } from './cache.ts';
import type { Evaluation } from './evaluation.ts';
import { audienceKey } from './evaluation.ts';
import { LeafEngine } from './leaf-engine.ts';
import { combineLeaves } from './logic.ts';
import { referencesOf } from './plans.ts';
import type { ReadDocuments } from './reference.ts';
import { selectByReference } from './reference.ts';

export interface PlanMembersOptions {
  readonly tables: ProfileTables;
  /** Whole documents, for what SQL cannot say. */
  readonly readDocuments: ReadDocuments;
  /** Members of an audience that a plan refers to. */
  readonly audience: (namespace: string, id: string) => Bitmap;
  /** Leaves about something that the tables do not hold as it is in the documents. */
  readonly needsDocuments: (leaf: Leaf) => boolean;
  /** The instant of evaluation, epoch ms. */
  readonly now: number;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Bitmaps kept for plans with leaves in common, in bytes. */
const CACHE = 64 * 1024 * 1024;

/** The members of each plan, in their order. Throws StoreError. */
export async function membersOfPlans(plans: readonly Plan[], options: PlanMembersOptions): Promise<readonly Bitmap[]> {
  const { tables, readDocuments, audience, needsDocuments, now, zone } = options;
  const { clickhouse } = tables;
  const layout: ProfileTables['layout'] = (table) => tables.layout(table);
  const engine = new LeafEngine({
    clickhouse,
    schema: () => tables.schema,
    layout,
    lookups: tables.lookups,
    readDocuments,
    cache: new BitmapCache(CACHE),
    rebuilt: () => tables.rebuilt,
  });
  const revision = tables.currentRevision();
  const universe = await engine.select(UNIVERSE, revision, undefined);
  const references = plans.flatMap((plan) => referencesOf(plan));
  const audiences = new Map(references.map(({ namespace, id }) => [audienceKey(namespace, id), audience(namespace, id)]));
  const evaluation: Evaluation = { now, zone, revision, universe, audiences, signal: undefined };
  const leaves = Map.groupBy(new Map<LeafHash, Leaf>(plans.flatMap((plan) => Object.entries(plan.leaves))), ([, leaf]) =>
    needsDocuments(leaf),
  );
  const bitmaps = new Map(await engine.evaluate(new Map(leaves.get(false)), evaluation));
  for (const [hash, leaf] of leaves.get(true) ?? []) {
    bitmaps.set(hash, await selectByReference(testOfLeaf(leaf), universe, evaluation, { readDocuments, lookups: tables.lookups }));
  }
  return plans.map(({ root }) => combineLeaves(root, bitmaps, universe).and(universe));
}
