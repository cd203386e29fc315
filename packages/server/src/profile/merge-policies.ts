/** Merge policies in PostgreSQL. */
import type { Kysely, Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, MergePolicyRow } from '../store/index.ts';
import { ProfileError } from './errors.ts';
import type { MergePolicy } from './merge-policy.ts';

export type NewMergePolicy = Pick<MergePolicy, 'name' | 'identityGraph' | 'attributeMerge' | 'isDefault' | 'isActiveOnEdge'>;
export type MergePolicyChange = Partial<NewMergePolicy>;

/** As many as the Experience Platform recommends: every one of them is a view of all profiles of its own. */
const MOST = 5;

export class MergePolicies {
  readonly #db: Kysely<Database>;
  #changes = 0;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Grows with every change made here. */
  get changes(): number {
    return this.#changes;
  }

  /** All, the oldest first. */
  async list(): Promise<readonly MergePolicy[]> {
    const rows = await this.#db.selectFrom('merge_policies').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(policyOf);
  }

  /** Throws ProfileError `merge-policy-not-found`. */
  async get(id: string): Promise<MergePolicy> {
    const row = await this.#db.selectFrom('merge_policies').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw notFound(id);
    return policyOf(row);
  }

  /** The one of that id, or the default. Throws ProfileError `merge-policy-not-found`. */
  async find(id: string | null | undefined): Promise<MergePolicy> {
    if (id !== null && id !== undefined) return await this.get(id);
    return policyOf(await this.#db.selectFrom('merge_policies').selectAll().where('is_default', '=', true).executeTakeFirstOrThrow());
  }

  /** The one of that id; the default where none is named, or one that is not known here: definitions come from other places, too. */
  async inForce(id: string | null): Promise<MergePolicy> {
    return (await this.list()).find((policy) => policy.id === id) ?? (await this.find(null));
  }

  /** Throws ProfileError `merge-policy-limit` and `merge-policy-invalid`. */
  async create(input: NewMergePolicy, now: Date): Promise<MergePolicy> {
    requireSound(input);
    const id = randomUUID();
    await this.#db.transaction().execute(async (db) => {
      const { count } = await db
        .selectFrom('merge_policies')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= MOST) throw limit();
      await giveWay(db, input);
      await db
        .insertInto('merge_policies')
        .values({ id, ...valuesOf(input), created_at: now, updated_at: now })
        .execute();
    });
    this.#changes++;
    return await this.get(id);
  }

  /** Throws ProfileError `merge-policy-not-found` and `merge-policy-invalid`. */
  async update(id: string, change: MergePolicyChange, now: Date): Promise<MergePolicy> {
    await this.#db.transaction().execute(async (db) => {
      const row = await db.selectFrom('merge_policies').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      if (row === undefined) throw notFound(id);
      const before = policyOf(row);
      const after = { ...before, ...change };
      requireSound(after);
      const user = after.identityGraph === 'none' ? await userOf(db, id) : undefined;
      if (user !== undefined) requireStitched(after, `the policy of the audience ${user}`);
      if (before.isDefault && !after.isDefault) throw lastOf('default');
      if (before.isActiveOnEdge && !after.isActiveOnEdge) throw lastOf('policy of the edge');
      await giveWay(db, {
        isDefault: after.isDefault && !before.isDefault,
        isActiveOnEdge: after.isActiveOnEdge && !before.isActiveOnEdge,
      });
      const values = { ...valuesOf(after), version: before.version + 1, updated_at: now };
      await db.updateTable('merge_policies').set(values).where('id', '=', id).execute();
    });
    this.#changes++;
    return await this.get(id);
  }

  /** Throws ProfileError `merge-policy-not-found` and `merge-policy-in-use`. */
  async delete(id: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const row = await db.selectFrom('merge_policies').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      if (row === undefined) throw notFound(id);
      if (row.is_default) throw inUse(row, 'it is the default', 'Make another one the default first.');
      if (row.is_active_on_edge) throw inUse(row, 'the edge uses it', 'Activate another one on the edge first.');
      const user = await userOf(db, id);
      if (user !== undefined) throw inUse(row, `the audience ${user} uses it`, 'Give that audience another policy first.');
      await db.deleteFrom('merge_policies').where('id', '=', id).execute();
    });
    this.#changes++;
  }
}

/** The name of an audience that is about profiles as a policy merges them. */
async function userOf(db: Transaction<Database>, policy: string): Promise<string | undefined> {
  const rows = db.selectFrom('segment_definitions').select('name').where('merge_policy_id', '=', policy).where('deleted_at', 'is', null);
  return (await rows.executeTakeFirst())?.name;
}

/** Audiences are made of people, and without a graph there are none. Throws ProfileError `merge-policy-invalid`. */
export function requireStitched({ name, identityGraph }: Pick<MergePolicy, 'name' | 'identityGraph'>, role: string): void {
  if (identityGraph === 'pdg') return;
  throw invalid(
    `The merge policy ${name} has no identity graph, so it cannot be ${role}.`,
    'Audiences are made of people, who are known by the graph: take identityGraph.type pdg. Profiles can be looked up without one.',
  );
}

/** Who was the default, or active on the edge, no longer is. */
async function giveWay(
  db: Transaction<Database>,
  { isDefault, isActiveOnEdge }: Pick<NewMergePolicy, 'isDefault' | 'isActiveOnEdge'>,
): Promise<void> {
  if (isDefault) await db.updateTable('merge_policies').set({ is_default: false }).where('is_default', '=', true).execute();
  if (isActiveOnEdge)
    await db.updateTable('merge_policies').set({ is_active_on_edge: false }).where('is_active_on_edge', '=', true).execute();
}

function requireSound({ name, attributeMerge }: NewMergePolicy): void {
  if (name.trim() === '') throw invalid('A merge policy needs a name.', 'Give it one.');
  if (attributeMerge.type === 'timestampOrdered') return;
  const { order } = attributeMerge;
  if (order.length === 0)
    throw invalid('dataSetPrecedence needs its datasets.', 'List their ids in attributeMerge.order, the most trusted first.');
  if (new Set(order).size < order.length) throw invalid('attributeMerge.order names a dataset twice.', 'Name each once.');
}

function valuesOf({ name, identityGraph, attributeMerge, isDefault, isActiveOnEdge }: NewMergePolicy) {
  return {
    name,
    identity_graph: identityGraph,
    attribute_merge: attributeMerge.type,
    dataset_order: JSON.stringify(attributeMerge.type === 'dataSetPrecedence' ? attributeMerge.order : []),
    is_default: isDefault,
    is_active_on_edge: isActiveOnEdge,
  };
}

function policyOf(row: MergePolicyRow): MergePolicy {
  const { id, name, identity_graph: identityGraph, attribute_merge: type, dataset_order: order, version } = row;
  return {
    id,
    name,
    identityGraph,
    attributeMerge: type === 'timestampOrdered' ? { type } : { type, order },
    isDefault: row.is_default,
    isActiveOnEdge: row.is_active_on_edge,
    version,
    updatedAt: row.updated_at,
  };
}

function notFound(id: string): ProfileError {
  return new ProfileError({
    code: 'merge-policy-not-found',
    message: `There is no merge policy ${id}.`,
    hint: 'List them with GET /data/core/ups/config/mergePolicies.',
  });
}

function limit(): ProfileError {
  const message = `There are ${MOST} merge policies already.`;
  return new ProfileError({ code: 'merge-policy-limit', message, hint: 'Change one of them, or delete one first.' });
}

function invalid(message: string, hint: string): ProfileError {
  return new ProfileError({ code: 'merge-policy-invalid', message, hint });
}

function lastOf(role: string): ProfileError {
  return invalid(`There is always a ${role}.`, 'Give the role to another policy, which takes it from this one.');
}

function inUse({ name }: MergePolicyRow, why: string, hint: string): ProfileError {
  return new ProfileError({ code: 'merge-policy-in-use', message: `The merge policy ${name} cannot be deleted: ${why}.`, hint });
}
