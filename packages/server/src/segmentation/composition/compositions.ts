/** Compositions in PostgreSQL: edited as drafts, published as audiences. */
import type { UnionSchema } from '@kindred/pql';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../store/index.ts';
import type { Definition } from '../definition.ts';
import { definitionOf } from '../definition.ts';
import { liveDefinitions } from '../definition-query.ts';
import type { Definitions } from '../definitions.ts';
import { SegmentationError } from '../errors.ts';
import type { Evaluator } from '../evaluator.ts';
import { refuseUse } from '../lifecycle.ts';
import type { Memberships } from '../memberships.ts';
import type { Bitmap } from '../bitmap/index.ts';
import { isTaken } from '../taken-names.ts';
import type { CompositionBody, Enrich } from './body.ts';
import type { Composition, CompositionChange, NewComposition } from './composition.ts';
import { compositionNameTaken, compositionNotFound, compositionOf, emptyBody, refuseChanged } from './composition.ts';
import { Outputs } from './outputs.ts';
import type { CompositionPreview } from './preview.ts';
import { previewOf } from './preview.ts';
import type { CompositionProblem } from './problems.ts';
import { namedAudiences, problemsOf } from './problems.ts';
import { pathRules } from './rules.ts';

export interface CompositionsOptions {
  readonly db: Kysely<Database>;
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  readonly evaluator: Evaluator;
  /** What rules are about at this moment. */
  readonly schema: () => UnionSchema;
  /** Those whose record is known. */
  readonly recorded: (enrich: Enrich, signal: AbortSignal | undefined) => Promise<Bitmap>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

export class Compositions {
  readonly #options: CompositionsOptions;
  readonly #outputs: Outputs;

  constructor(options: CompositionsOptions) {
    this.#options = options;
    this.#outputs = new Outputs(options);
  }

  /** Throws SegmentationError `composition-name-taken`. */
  async create({ name, description = '', body = emptyBody(name), createdBy }: NewComposition, now: Date): Promise<Composition> {
    const row = {
      id: randomUUID(),
      name,
      description,
      draft: JSON.stringify(body),
      created_at: now,
      created_by: createdBy,
      updated_at: now,
      updated_by: createdBy,
    };
    const created = this.#options.db.insertInto('compositions').values(row).returningAll();
    return await named(name, async () => compositionOf(await created.executeTakeFirstOrThrow()));
  }

  /** Throws SegmentationError `composition-not-found`. */
  async get(id: string): Promise<Composition> {
    const row = await this.#options.db.selectFrom('compositions').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw compositionNotFound(id);
    return compositionOf(row);
  }

  /** Changed last first. */
  async list(): Promise<readonly Composition[]> {
    const rows = this.#options.db.selectFrom('compositions').selectAll().orderBy('updated_at', 'desc').orderBy('id');
    return (await rows.execute()).map(compositionOf);
  }

  /** The audiences of some compositions. */
  async outputs(ids: readonly string[]): Promise<readonly Definition[]> {
    if (ids.length === 0) return [];
    const rows = liveDefinitions(this.#options.db).where('composition_id', 'in', [...ids]);
    return (await rows.orderBy('created_at').orderBy('id').execute()).map(definitionOf);
  }

  /** What goes along with the members of an audience wherever they are exported; undefined: nothing. */
  async enrichOf({ composition }: Definition): Promise<Enrich | undefined> {
    if (composition === null) return undefined;
    return (await this.get(composition.id)).published?.enrich;
  }

  /** Changes the draft. Throws SegmentationError `composition-not-found`, `composition-changed`, `composition-name-taken`. */
  async update(id: string, { name, description, body, changedBy, ifChanges }: CompositionChange, now: Date): Promise<Composition> {
    return await this.#options.definitions.turn(async () => {
      const before = await this.get(id);
      refuseChanged(before, ifChanges);
      const row = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(body !== undefined && { draft: JSON.stringify(body) }),
        changes: before.changes + 1,
        updated_at: now,
        updated_by: changedBy,
      };
      const update = this.#options.db.updateTable('compositions').set(row).where('id', '=', id).returningAll();
      return await named(name ?? before.name, async () => compositionOf(await update.executeTakeFirstOrThrow()));
    });
  }

  /** What is missing before a body can be published. */
  async problems(id: string, body: CompositionBody): Promise<readonly CompositionProblem[]> {
    const { db, definitions, schema } = this.#options;
    const found = await definitions.getMany(namedAudiences(body));
    const names = body.paths.map(({ name }) => name.trim());
    const others = liveDefinitions(db).where('name', 'in', names);
    const taken = (await others.execute()).filter((row) => row.composition_id !== id).map(({ name }) => name);
    return problemsOf(body, { schema: schema(), audiences: new Map(found.map((each) => [each.id, each])), taken: new Set(taken) });
  }

  /** What each block does: of the draft, or of another body. Throws SegmentationError `composition-not-found`, `audience-cycle`. */
  async preview(
    id: string,
    { body, now, signal }: { readonly body?: CompositionBody | undefined; readonly now: Date; readonly signal?: AbortSignal },
  ): Promise<CompositionPreview> {
    const draft = body ?? (await this.get(id)).body;
    return await previewOf(draft, { id, problems: await this.problems(id, draft) }, { ...this.#options, now, signal });
  }

  /**
   * Makes the paths of the draft audiences: those of paths that there were before keep their id and history, those of paths that are no
   * more are deleted. Throws SegmentationError `composition-not-found`, `composition-changed`, `composition-invalid`, `audience-cycle`,
   * `audience-in-use`, `audience-name-taken`.
   */
  async publish(
    id: string,
    { by, ifChanges }: { readonly by: string; readonly ifChanges?: number | undefined },
    now: Date,
  ): Promise<Composition> {
    const { db, definitions } = this.#options;
    return await definitions.turn(async () => {
      const composition = await this.get(id);
      refuseChanged(composition, ifChanges);
      refuseInvalid(composition, await this.problems(id, composition.body));
      const outputs = await this.#outputs.plan(composition, { rules: pathRules(composition.body, id), before: await this.outputs([id]) });
      const published = await db.transaction().execute(async (transaction) => {
        await this.#outputs.write(transaction, outputs, { composition: id, by, now });
        const row = {
          published: JSON.stringify(composition.body),
          version: composition.version + 1,
          changes: composition.changes + 1,
          updated_at: now,
          updated_by: by,
          published_at: now,
        };
        return await transaction.updateTable('compositions').set(row).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
      });
      await this.#forget(outputs.removed);
      return compositionOf(published);
    });
  }

  /** With all its audiences. Throws SegmentationError `composition-not-found` and `audience-in-use`. */
  async delete(id: string, now: Date): Promise<void> {
    const { db, definitions } = this.#options;
    await definitions.turn(async () => {
      await this.get(id);
      const outputs = await this.outputs([id]);
      for (const each of outputs) refuseUse(each, await definitions.dependents(each.id), 'deleted');
      await db.transaction().execute(async (transaction) => {
        await this.#outputs.remove(transaction, outputs, now);
        await transaction.deleteFrom('compositions').where('id', '=', id).execute();
      });
      await this.#forget(outputs);
    });
  }

  async #forget(outputs: readonly Definition[]): Promise<void> {
    for (const { id } of outputs) await this.#options.memberships.forget(id);
  }
}

async function named<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    throw isTaken(error) ? compositionNameTaken(name) : error;
  }
}

function refuseInvalid({ name }: Composition, problems: readonly CompositionProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new SegmentationError({
    code: 'composition-invalid',
    message: `${name} cannot be published: ${first.message}${more}`,
    hint: first.hint,
    details: problems,
  });
}
