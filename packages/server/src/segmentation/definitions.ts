/** Segment definitions: the rules, in PostgreSQL. */
import type { Plan, UnionSchema } from '@kindred/pql';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, EvaluationMethod, LifecycleState, SegmentDefinitionRow } from '../store/index.ts';
import type { Planned } from './dependencies.ts';
import { inLevels } from './dependencies.ts';
import { audienceNotFound, SegmentationError } from './errors.ts';
import { refuseTransition } from './lifecycle.ts';
import { dependenciesOf, planFor } from './plans.ts';

export interface Definition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly pql: string;
  /** The rule as it was given, when it was given as pql/json; else null. */
  readonly json: string | null;
  readonly evaluation: EvaluationMethod;
  readonly lifecycleState: LifecycleState;
  /** Counts the changes of the rule, from 1. */
  readonly version: number;
  readonly labels: readonly string[];
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

export interface NewDefinition {
  readonly name: string;
  readonly pql: string;
  /** The same rule as pql/json, when it was given so. A changed rule without it is text; null makes an unchanged one text again. */
  readonly json?: string | null;
  readonly description?: string;
  readonly evaluation?: EvaluationMethod;
  readonly lifecycleState?: Exclude<LifecycleState, 'inactive'>;
  readonly labels?: readonly string[];
  readonly tags?: readonly string[];
  readonly createdBy: string;
}

export type DefinitionChange = Partial<Omit<NewDefinition, 'createdBy' | 'lifecycleState'>> & { readonly lifecycleState?: LifecycleState };

export interface DefinitionQuery {
  /** How many to leave out, from the front; 0 unless told. */
  readonly start?: number;
  /** How many to give at most; all unless told. */
  readonly limit?: number;
  readonly sort?: readonly { readonly by: DefinitionSortKey; readonly descending: boolean }[];
  /** Contained in the name, in any case. */
  readonly name?: string;
  /** Contained in the description, in any case. */
  readonly description?: string;
  readonly evaluation?: EvaluationMethod;
  readonly lifecycleState?: LifecycleState;
}

export type DefinitionSortKey = 'id' | 'name' | 'createdAt' | 'updatedAt' | 'version';

export interface DefinitionPage {
  readonly definitions: readonly Definition[];
  /** How many there are on all pages. */
  readonly total: number;
}

const COLUMNS = { id: 'id', name: 'name', createdAt: 'created_at', updatedAt: 'updated_at', version: 'version' } as const;

export class Definitions {
  readonly #db: Kysely<Database>;
  readonly #schema: UnionSchema;

  constructor(db: Kysely<Database>, schema: UnionSchema) {
    this.#db = db;
    this.#schema = schema;
  }

  /** Throws SegmentationError `pql-invalid`, `audience-reference-unknown`, `audience-name-taken`. */
  async create(input: NewDefinition, now: Date): Promise<Definition> {
    const id = randomUUID();
    await this.#checkRule({ id, name: input.name, plan: planFor(input.pql, this.#schema) });
    const row = {
      id,
      name: input.name,
      description: input.description ?? '',
      pql: input.pql,
      ...expressionColumns(input.json ?? null),
      schema_name: '_xdm.context.profile',
      evaluation_method: input.evaluation ?? 'batch',
      lifecycle_state: input.lifecycleState ?? 'published',
      merge_policy_id: null,
      labels: JSON.stringify(input.labels ?? []),
      tags: JSON.stringify(input.tags ?? []),
      created_at: now,
      updated_at: now,
      created_by: input.createdBy,
    } as const;
    return await this.#named(input.name, async () => {
      return definitionOf(await this.#db.insertInto('segment_definitions').values(row).returningAll().executeTakeFirstOrThrow());
    });
  }

  /** Throws SegmentationError `audience-not-found`. */
  async get(id: string): Promise<Definition> {
    const definition = await this.find(id);
    if (definition === undefined) throw audienceNotFound(id);
    return definition;
  }

  /** Undefined when there is none. */
  async find(id: string): Promise<Definition | undefined> {
    const row = await this.#live().where('id', '=', id).executeTakeFirst();
    return row && definitionOf(row);
  }

  async list(query: DefinitionQuery = {}): Promise<DefinitionPage> {
    let all = this.#live();
    if (query.name !== undefined) all = all.where('name', 'ilike', containing(query.name));
    if (query.description !== undefined) all = all.where('description', 'ilike', containing(query.description));
    if (query.evaluation !== undefined) all = all.where('evaluation_method', '=', query.evaluation);
    if (query.lifecycleState !== undefined) all = all.where('lifecycle_state', '=', query.lifecycleState);
    const { total } = await all
      .clearSelect()
      .select(({ fn }) => fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow();
    for (const { by, descending } of query.sort ?? [{ by: 'updatedAt', descending: true }])
      all = all.orderBy(COLUMNS[by], descending ? 'desc' : 'asc');
    all = all.orderBy('id').offset(query.start ?? 0);
    if (query.limit !== undefined) all = all.limit(query.limit);
    return { definitions: (await all.execute()).map(definitionOf), total: Number(total) };
  }

  /** Those of the ids that exist, in no promised order. */
  async getMany(ids: readonly string[]): Promise<readonly Definition[]> {
    if (ids.length === 0) return [];
    return (
      await this.#live()
        .where('id', 'in', [...ids])
        .execute()
    ).map(definitionOf);
  }

  /** Changes what is given; a new rule makes a new version. Throws SegmentationError as `create` and for the lifecycle. */
  async update(id: string, change: DefinitionChange, now: Date): Promise<Definition> {
    const before = await this.get(id);
    const newRule = change.pql !== undefined && change.pql !== before.pql;
    const plan = planFor(change.pql ?? before.pql, this.#schema);
    if (newRule) await this.#checkRule({ id, name: change.name ?? before.name, plan });
    if (change.lifecycleState !== undefined) await this.#checkTransition(before, change.lifecycleState, plan);
    const row = {
      ...(change.name !== undefined && { name: change.name }),
      ...(change.description !== undefined && { description: change.description }),
      ...(newRule && { pql: change.pql, version: before.version + 1 }),
      ...((newRule || change.json !== undefined) && expressionColumns(change.json ?? null)),
      ...(change.evaluation !== undefined && { evaluation_method: change.evaluation }),
      ...(change.lifecycleState !== undefined && { lifecycle_state: change.lifecycleState }),
      ...(change.labels !== undefined && { labels: JSON.stringify(change.labels) }),
      ...(change.tags !== undefined && { tags: JSON.stringify(change.tags) }),
      updated_at: now,
    };
    return await this.#named(change.name ?? before.name, async () => {
      const update = this.#db.updateTable('segment_definitions').set(row).where('id', '=', id).where('deleted_at', 'is', null);
      const updated = await update.returningAll().executeTakeFirst();
      if (updated === undefined) throw audienceNotFound(id);
      return definitionOf(updated);
    });
  }

  /** Throws SegmentationError `audience-not-found` and `audience-in-use`. */
  async delete(id: string, now: Date): Promise<void> {
    const definition = await this.get(id);
    await this.#refuseWhenUsed(definition, 'deleted');
    await this.#db.updateTable('segment_definitions').set({ deleted_at: now }).where('id', '=', id).execute();
  }

  /** Audiences whose rules refer to this one. */
  async dependents(id: string): Promise<readonly Definition[]> {
    // Ids are random, so a rule that holds the text refers to it; the plan decides.
    const candidates = await this.#live().where('pql', 'like', containing(id)).execute();
    return candidates.map(definitionOf).filter(({ pql }) => this.dependencies(pql).includes(id));
  }

  /** Ids of the audiences that a rule refers to; none when it is not valid. */
  dependencies(pql: string): readonly string[] {
    try {
      return dependenciesOf(planFor(pql, this.#schema));
    } catch (error) {
      if (error instanceof SegmentationError) return [];
      throw error;
    }
  }

  /** With its plan, as others refer to it; undefined when it does not exist or is inactive. */
  async planned(id: string): Promise<Planned | undefined> {
    const definition = await this.find(id);
    if (definition === undefined || definition.lifecycleState === 'inactive') return undefined;
    return { id, name: definition.name, plan: planFor(definition.pql, this.#schema) };
  }

  async #checkRule(planned: Planned): Promise<void> {
    await inLevels([planned], (id) => this.planned(id));
  }

  async #checkTransition(before: Definition, to: LifecycleState, plan: Plan): Promise<void> {
    if (to === before.lifecycleState) return;
    refuseTransition(before, to);
    if (to === 'inactive') await this.#refuseWhenUsed(before, 'deactivated');
    if (to !== 'published') return;
    const drafts = (await this.getMany(dependenciesOf(plan))).filter(({ lifecycleState }) => lifecycleState !== 'published');
    if (drafts.length === 0) return;
    throw new SegmentationError({
      code: 'audience-lifecycle',
      message: `${before.name} cannot be published: it refers to ${drafts.map(({ name }) => name).join(', ')}, not published yet.`,
      hint: 'Publish these first.',
      details: drafts.map(({ id }) => id),
    });
  }

  async #refuseWhenUsed({ id, name }: Definition, what: string): Promise<void> {
    const dependents = await this.dependents(id);
    if (dependents.length === 0) return;
    throw new SegmentationError({
      code: 'audience-in-use',
      message: `${name} cannot be ${what}: ${dependents.map((each) => each.name).join(', ')} ${dependents.length === 1 ? 'refers' : 'refer'} to it.`,
      hint: 'Take inSegment(…) out of these rules first.',
      details: dependents.map((each) => each.id),
    });
  }

  async #named<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new SegmentationError({
        code: 'audience-name-taken',
        message: `There is an audience named ${JSON.stringify(name)} already.`,
        hint: 'Choose another name, or change that audience.',
      });
    }
  }

  #live() {
    return this.#db.selectFrom('segment_definitions').selectAll().where('deleted_at', 'is', null);
  }
}

function expressionColumns(json: string | null): Pick<SegmentDefinitionRow, 'expression_format' | 'expression_json'> {
  return { expression_format: json === null ? 'pql/text' : 'pql/json', expression_json: json };
}

/** A LIKE pattern for texts that contain this one. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%`;
}

const UNIQUE_VIOLATION = '23505';

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}

function definitionOf(row: SegmentDefinitionRow): Definition {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    pql: row.pql,
    json: row.expression_json,
    evaluation: row.evaluation_method,
    lifecycleState: row.lifecycle_state,
    version: row.version,
    labels: row.labels,
    tags: row.tags,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
  };
}
