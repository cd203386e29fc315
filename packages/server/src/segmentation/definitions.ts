/** Segment definitions in PostgreSQL: created, read, listed, changed, under the rules of their lifecycle. */
import type { UnionSchema } from '@kindred/pql';
import { compile, compileValue, planOf } from '@kindred/pql';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { MergePolicies } from '../profile/index.ts';
import { requireStitched } from '../profile/index.ts';
import type { Database, LifecycleState, SegmentDefinitionRow } from '../store/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import type { Definition, DefinitionChange, NewDefinition, NewExternal } from './definition.ts';
import { changedDetails, definitionOf, newRow, ruleColumns } from './definition.ts';
import type { DefinitionQuery } from './definition-query.ts';
import { filtered, liveDefinitions, paged } from './definition-query.ts';
import type { Planned } from './dependencies.ts';
import { inLevels } from './dependencies.ts';
import { audienceNotFound, SegmentationError } from './errors.ts';
import type { NewExternalDetails } from './external-fields.ts';
import { externalRow } from './external-fields.ts';
import { refuseComposed, refuseDrafts, refusePath, refuseTransition, refuseUse, refuseWithoutRule } from './lifecycle.ts';
import { plannedChoice } from './composition/number.ts';
import { withoutOptedOut } from './opt-out.ts';
import type { AudienceReference } from './plans.ts';
import { planFor, referencesOf } from './plans.ts';
import { named } from './taken-names.ts';
import { Versions } from './versions.ts';

export type { Definition, DefinitionChange, NewDefinition } from './definition.ts';

export interface DefinitionPage {
  readonly definitions: readonly Definition[];
  /** How many there are on all pages. */
  readonly total: number;
}

export interface DefinitionsOptions {
  readonly db: Kysely<Database>;
  /** What rules are about at this moment. */
  readonly schema: () => UnionSchema;
  /** Who is in an audience whose members come from outside, at an instant (epoch ms). */
  readonly outside: (id: string, now: number) => Promise<Bitmap>;
  /** Who was in an audience at its last evaluation. */
  readonly last: (id: string) => Promise<Bitmap>;
  readonly policies: Pick<MergePolicies, 'inForce'>;
}

/** How audiences refer to each other, by id. */
export interface Relations {
  readonly dependents: readonly string[];
  readonly dependencies: readonly string[];
}

/** The plan of an audience that has no rule. */
const NOBODY = planOf({ op: 'constant', value: false });

export class Definitions {
  readonly versions: Versions;
  readonly #db: Kysely<Database>;
  readonly #schema: () => UnionSchema;
  readonly #outside: DefinitionsOptions['outside'];
  readonly #last: DefinitionsOptions['last'];
  readonly #policies: DefinitionsOptions['policies'];
  /** Ends when the last change asked for has: what a change checks must hold until it is made. */
  #changes: Promise<unknown> = Promise.resolve();
  #revision = 0;
  /** Those that were asked for, as long as nothing changes. */
  #names: { readonly revision: number; readonly known: Map<string, string> } = { revision: 0, known: new Map() };

  private constructor({ db, schema, outside, last, policies }: DefinitionsOptions) {
    this.#policies = policies;
    this.#db = db;
    this.#schema = schema;
    this.#outside = outside;
    this.#last = last;
    this.versions = new Versions(db);
  }

  /** Looks once at what the rules refer to where nobody has yet. */
  static async open(options: DefinitionsOptions): Promise<Definitions> {
    const definitions = new Definitions(options);
    const rows = await liveDefinitions(options.db).where('refers_to', 'is', null).execute();
    for (const { id, pql } of rows) {
      const row = { refers_to: JSON.stringify(definitions.references(pql)) };
      await options.db.updateTable('segment_definitions').set(row).where('id', '=', id).execute();
    }
    return definitions;
  }

  /** Grows with every change made here. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Throws SegmentationError `pql-invalid`, `audience-reference-unknown`, `audience-name-taken`, `audience-lifecycle`, `folder-not-found`,
   * and ProfileError `merge-policy-invalid`.
   */
  async create(input: NewDefinition, now: Date): Promise<Definition> {
    return await this.turn(async () => {
      const row = newRow(randomUUID(), input, now);
      const lifecycleState = input.lifecycleState ?? 'published';
      const { name, pql, excludeOptOut = false, mergePolicyId = null } = input;
      await this.#checkPolicy(name, mergePolicyId);
      const planned = this.planRule({ id: row.id, name, pql, excludeOptOut, mergePolicyId, choice: null });
      await this.#checkRule(planned, lifecycleState);
      const rule = ruleColumns(input.pql, input.json ?? null, referencesOf(planned.plan));
      return await this.#insert({ ...row, ...rule, lifecycle_state: lifecycleState });
    });
  }

  /** Throws SegmentationError `audience-name-taken`, `external-id-taken`, `folder-not-found`. */
  async createExternal(input: NewExternal, details: NewExternalDetails, now: Date): Promise<Definition> {
    const { namespace, externalId, origin } = input;
    const row = newRow(randomUUID(), input, now);
    const outside = externalRow(row.id, details);
    return await this.turn(() => this.#insert({ ...row, kind: 'external', namespace, external_id: externalId ?? null, origin }, outside));
  }

  /** Throws SegmentationError `audience-not-found`. */
  async get(id: string): Promise<Definition> {
    const definition = await this.find(id);
    if (definition === undefined) throw audienceNotFound(id);
    return definition;
  }

  /** Undefined when there is none. */
  async find(id: string): Promise<Definition | undefined> {
    const row = await liveDefinitions(this.#db).where('id', '=', id).executeTakeFirst();
    return row && definitionOf(row);
  }

  async list(query: DefinitionQuery = {}): Promise<DefinitionPage> {
    const all = filtered(liveDefinitions(this.#db), query);
    const { total } = await all
      .clearSelect()
      .select(({ fn }) => fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow();
    return { definitions: (await paged(all, query).execute()).map(definitionOf), total: Number(total) };
  }

  /** Those of the ids that exist, in no promised order. */
  async getMany(ids: readonly string[]): Promise<readonly Definition[]> {
    if (ids.length === 0) return [];
    const rows = await liveDefinitions(this.#db)
      .where('id', 'in', [...ids])
      .execute();
    return rows.map(definitionOf);
  }

  /** The names of those of the ids that exist. */
  async names(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (this.#names.revision !== this.#revision) this.#names = { revision: this.#revision, known: new Map() };
    const { known } = this.#names;
    const unknown = ids.filter((id) => !known.has(id));
    for (const { id, name } of await this.getMany(unknown)) known.set(id, name);
    return new Map(
      ids.flatMap((id) => {
        const name = known.get(id);
        return name === undefined ? [] : [[id, name] as const];
      }),
    );
  }

  /**
   * Changes what is given; a new rule makes a new version. Throws SegmentationError as `create`, for the lifecycle, and
   * `audience-changed`.
   */
  async update(id: string, change: DefinitionChange, now: Date): Promise<Definition> {
    return await this.turn(() => this.#update(id, change, now));
  }

  /** Throws SegmentationError `audience-not-found`, `audience-in-use` and `audience-changed`. */
  async delete(id: string, now: Date, ifChanges?: number): Promise<void> {
    await this.turn(async () => {
      const definition = await this.get(id);
      refusePath(definition);
      refuseChanged(definition, ifChanges);
      refuseUse(definition, await this.dependents(id), 'deleted');
      // What is gone holds no folder.
      await this.#db.updateTable('segment_definitions').set({ deleted_at: now, folder_id: null }).where('id', '=', id).execute();
    });
  }

  /** Audiences whose rules refer to this one. */
  async dependents(id: string): Promise<readonly Definition[]> {
    const definition = await this.find(id);
    if (definition === undefined) return [];
    const names = namesOf(definition);
    const rows = liveDefinitions(this.#db).where((is) =>
      is.or(names.map((name) => sql<boolean>`refers_to @> ${JSON.stringify([name])}::jsonb`)),
    );
    return (await rows.orderBy('name').execute()).map(definitionOf);
  }

  /** How some audiences and all others refer to each other, by id. */
  async relations(definitions: readonly Definition[]): Promise<ReadonlyMap<string, Relations>> {
    const columns = ['id', 'kind', 'namespace', 'external_id as externalId', 'refers_to'] as const;
    const rows = await liveDefinitions(this.#db).clearSelect().select(columns).execute();
    const ids = new Map(rows.flatMap((row) => namesOf(row).map((name) => [keyOf(name), row.id] as const)));
    const edges = rows.flatMap(({ id, refers_to: targets }) =>
      (targets ?? []).flatMap((target) => {
        const to = ids.get(keyOf(target));
        return to === undefined ? [] : [{ from: id, to }];
      }),
    );
    const forward = Map.groupBy(edges, ({ from }) => from);
    const back = Map.groupBy(edges, ({ to }) => to);
    const relationsOf = (id: string): Relations => ({
      dependents: [...new Set((back.get(id) ?? []).map(({ from }) => from))],
      dependencies: [...new Set((forward.get(id) ?? []).map(({ to }) => to))],
    });
    return new Map(definitions.map(({ id }) => [id, relationsOf(id)]));
  }

  /** The audiences whose rules are valid now and would not be with another schema. */
  async brokenBy(schema: UnionSchema): Promise<readonly Definition[]> {
    const rows = await liveDefinitions(this.#db).where('kind', '!=', 'external').execute();
    const now = this.#schema();
    return rows.map(definitionOf).filter((each) => isValid(each, now) && !isValid(each, schema));
  }

  /** The audiences that a rule refers to; none when it is not valid. */
  references(pql: string): readonly AudienceReference[] {
    try {
      return referencesOf(planFor(pql, this.#schema()));
    } catch (error) {
      if (error instanceof SegmentationError) return [];
      throw error;
    }
  }

  /** With its plan, opt-outs left out where it says so. Throws SegmentationError `pql-invalid`. */
  planOf(definition: Definition): Planned {
    if (definition.kind !== 'external') return this.planRule(definition);
    const { id, name } = definition;
    const names = namesOf(definition).slice(2);
    return { id, name, plan: NOBODY, outside: { names, members: (now) => this.#outside(id, now) } };
  }

  /** What a rule refers to, with its plan; undefined when it does not exist or is inactive. */
  async planned({ namespace, id }: AudienceReference): Promise<Planned | undefined> {
    const active = liveDefinitions(this.#db).where('lifecycle_state', '!=', 'inactive');
    const own = namespace === 'ups' || namespace === 'AEPSegments';
    const called = own
      ? active.where('id', '=', id)
      : active
          .where('kind', '=', 'external')
          .where('namespace', '=', namespace)
          .where((is) => is.or([is('id', '=', id), is('external_id', '=', id)]));
    const row = await called.executeTakeFirst();
    return row && this.planOf(definitionOf(row));
  }

  async #update(id: string, change: DefinitionChange, now: Date): Promise<Definition> {
    const before = await this.get(id);
    refuseChanged(before, change.ifChanges);
    const after = { ...before, ...given(change), id };
    refuseComposed(before, after);
    if (change.pql !== undefined || change.excludeOptOut === true) refuseWithoutRule(before);
    const newRule = after.pql !== before.pql || after.excludeOptOut !== before.excludeOptOut;
    if (after.mergePolicyId !== before.mergePolicyId) await this.#checkPolicy(after.name, after.mergePolicyId);
    const planned = this.planOf(after);
    if (change.publishReferred === true && change.lifecycleState === 'published') await this.#publishReferred(planned, change, now);
    await this.#checkTransition(before, after.lifecycleState);
    const publishes = after.lifecycleState === 'published' && before.lifecycleState !== 'published';
    if (newRule || publishes) await this.#checkRule(planned, after.lifecycleState);
    const row = {
      ...changedDetails(change),
      ...((newRule || change.json !== undefined) &&
        before.kind === 'rule' &&
        ruleColumns(after.pql, jsonAfter(before, change), referencesOf(planned.plan))),
      ...(newRule && { version: before.version + 1 }),
      changes: before.changes + 1,
      updated_at: now,
      updated_by: change.changedBy ?? before.updatedBy,
    };
    return await this.#write(row, { id, name: after.name, restoredFrom: newRule ? (change.restoredFrom ?? null) : undefined });
  }

  async #write(
    row: Partial<Omit<SegmentDefinitionRow, 'labels' | 'tags' | 'documented' | 'refers_to' | 'choice'>> & {
      readonly [column: string]: unknown;
    },
    { id, name, restoredFrom }: { readonly id: string; readonly name: string; readonly restoredFrom: number | null | undefined },
  ): Promise<Definition> {
    return await named(name, () =>
      this.#db.transaction().execute(async (db) => {
        const update = db.updateTable('segment_definitions').set(row).where('id', '=', id).where('deleted_at', 'is', null);
        const updated = await update.returningAll().executeTakeFirst();
        if (updated === undefined) throw audienceNotFound(id);
        const definition = definitionOf(updated);
        if (restoredFrom !== undefined) await new Versions(db).add(definition, restoredFrom);
        return definition;
      }),
    );
  }

  async #insert(row: ReturnType<typeof newRow>, outside?: ReturnType<typeof externalRow>): Promise<Definition> {
    return await named(row.name, () =>
      this.#db.transaction().execute(async (db) => {
        const definition = definitionOf(await db.insertInto('segment_definitions').values(row).returningAll().executeTakeFirstOrThrow());
        if (outside === undefined) await new Versions(db).add(definition, null);
        else await db.insertInto('external_audiences').values(outside).execute();
        return definition;
      }),
    );
  }

  /** Throws SegmentationError `pql-invalid`. */
  planRule({ id, name, pql, excludeOptOut, mergePolicyId, choice }: RuleOf): Planned {
    const schema = this.#schema();
    const plan = planFor(pql, schema);
    const planned = { id, name, plan: excludeOptOut ? withoutOptedOut(plan, schema) : plan, mergePolicyId };
    if (choice === null) return planned;
    return { ...planned, choice: plannedChoice(choice, schema), outside: { names: [], members: () => this.#last(id) } };
  }

  /** Throws ProfileError `merge-policy-invalid`. */
  async #checkPolicy(audience: string, id: string | null): Promise<void> {
    if (id !== null) requireStitched(await this.#policies.inForce(id), `the policy of the audience ${audience}`);
  }

  /** What rules that are published refer to must exist and be published. Throws SegmentationError. */
  async requirePublished(rules: readonly Planned[]): Promise<void> {
    const [first] = rules;
    if (first !== undefined) refuseDrafts(first, await this.#referred(rules));
  }

  /** What a rule refers to must exist and be active; what a published one refers to, published. */
  async #checkRule(planned: Planned, state: LifecycleState): Promise<void> {
    const referred = await this.#referred([planned]);
    if (state === 'published') refuseDrafts(planned, referred);
  }

  /** All audiences below rules, first those that refer to none. */
  async #referred(rules: readonly Planned[]): Promise<readonly Definition[]> {
    const levels = await inLevels(rules, (reference) => this.planned(reference));
    const own = new Set(rules.map(({ id }) => id));
    const ids = levels
      .flat()
      .map(({ id }) => id)
      .filter((id) => !own.has(id));
    const found = new Map((await this.getMany(ids)).map((definition) => [definition.id, definition]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async #publishReferred(planned: Planned, { changedBy }: DefinitionChange, now: Date): Promise<void> {
    for (const { id, lifecycleState } of await this.#referred([planned])) {
      if (lifecycleState === 'draft')
        await this.#update(id, { lifecycleState: 'published', ...(changedBy !== undefined && { changedBy }) }, now);
    }
  }

  async #checkTransition(before: Definition, to: LifecycleState): Promise<void> {
    if (to === before.lifecycleState) return;
    refuseTransition(before, to);
    if (to === 'inactive') refuseUse(before, await this.dependents(before.id), 'deactivated');
  }

  /** Runs one change after the other: what a change of audiences checks holds until it is made. */
  async turn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = this.#changes.then(change);
    this.#changes = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#revision++;
    }
  }
}

type RuleOf = Pick<Definition, 'id' | 'name' | 'pql' | 'excludeOptOut' | 'mergePolicyId' | 'choice'>;

function isValid({ pql, choice }: Definition, schema: UnionSchema): boolean {
  return compile(pql, schema).plan !== null && (choice?.kind !== 'top' || compileValue(choice.by, schema).value !== null);
}

/** All names by which rules may call an audience. */
export function namesOf({
  id,
  kind,
  namespace,
  externalId,
}: Pick<Definition, 'id' | 'kind' | 'namespace' | 'externalId'>): readonly AudienceReference[] {
  const own = ['ups', 'AEPSegments'].map((each) => ({ namespace: each, id }));
  if (kind !== 'external') return own;
  return [...own, { namespace, id }, ...(externalId === null ? [] : [{ namespace, id: externalId }])];
}

function keyOf({ namespace, id }: AudienceReference): string {
  return `${namespace}\0${id}`;
}

/** Without what is left out. */
function given(change: DefinitionChange): Partial<Definition> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** A new rule that comes as text is text. */
function jsonAfter(before: Definition, change: DefinitionChange): string | null {
  if (change.json !== undefined) return change.json;
  return change.pql === undefined || change.pql === before.pql ? before.json : null;
}

function refuseChanged({ name, changes }: Definition, ifChanges: number | undefined): void {
  if (ifChanges === undefined || ifChanges === changes) return;
  throw new SegmentationError({
    code: 'audience-changed',
    message: `${name} has been changed since it was read.`,
    hint: 'Read it again, and send the change with its present _etag.',
  });
}
