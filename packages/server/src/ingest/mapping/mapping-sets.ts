/** Mapping sets that are kept, in PostgreSQL: each change makes another version. */
import type { Kysely } from 'kysely';
import type { Database, MappingSetRow } from '../../store/index.ts';
import { ImportError } from '../errors.ts';
import { Columns } from './language/columns.ts';
import { mappingRows } from './preview.ts';
import { rowTerm } from './mapping-set.ts';

export interface MappingSetBody {
  /** As it was given. */
  readonly mappings: readonly Readonly<Record<string, unknown>>[];
  readonly [more: string]: unknown;
}

export interface MappingSet {
  readonly id: string;
  /** Counts the changes, from 0. */
  readonly version: number;
  readonly body: MappingSetBody;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

export interface MappingSetsOptions {
  readonly db: Kysely<Database>;
  readonly clock: () => Date;
  /** Unique. */
  readonly newId: () => string;
}

export class MappingSets {
  readonly #options: MappingSetsOptions;
  /** Those that were asked for: every raw message asks. */
  readonly #known = new Map<string, MappingSet>();

  constructor(options: MappingSetsOptions) {
    this.#options = options;
  }

  async create(body: MappingSetBody, by: string): Promise<MappingSet> {
    const { db, clock, newId } = this.#options;
    const now = clock();
    const row = { id: newId(), version: 0, body: JSON.stringify(body), created_at: now, updated_at: now, created_by: by };
    await db.insertInto('mapping_sets').values(row).execute();
    return await this.get(row.id);
  }

  /** Newest first. */
  async list({ start, limit }: { readonly start: number; readonly limit: number }): Promise<readonly MappingSet[]> {
    const rows = this.#options.db.selectFrom('mapping_sets').selectAll().orderBy('created_at', 'desc').orderBy('id');
    return (await rows.offset(start).limit(limit).execute()).map(setOf);
  }

  /** Throws ImportError `MAPPING_SET_UNKNOWN`. */
  async get(id: string): Promise<MappingSet> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const row = await this.#options.db.selectFrom('mapping_sets').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return unknown(id);
    const set = setOf(row);
    this.#known.set(id, set);
    return set;
  }

  /** Throws ImportError `MAPPING_SET_UNKNOWN`. */
  async replace(id: string, body: MappingSetBody): Promise<MappingSet> {
    const { db, clock } = this.#options;
    const { numUpdatedRows } = await db
      .updateTable('mapping_sets')
      .set((is) => ({ version: is('version', '+', 1), body: JSON.stringify(body), updated_at: clock() }))
      .where('id', '=', id)
      .executeTakeFirst();
    this.#known.delete(id);
    return numUpdatedRows === 0n ? unknown(id) : await this.get(id);
  }

  /** Throws ImportError `MAPPING_SET_UNKNOWN`. */
  async delete(id: string): Promise<void> {
    const { numDeletedRows } = await this.#options.db.deleteFrom('mapping_sets').where('id', '=', id).executeTakeFirst();
    this.#known.delete(id);
    if (numDeletedRows === 0n) unknown(id);
  }
}

/** Throws ImportError `MAPPING_INVALID` when a row has the wrong form or an expression cannot be used. */
export function requireMappings({ mappings }: MappingSetBody): void {
  const columns = new Columns(null);
  for (const [index, row] of mappingRows(mappings).entries()) rowTerm(row, columns, `mappings[${index}].source`);
}

function unknown(id: string): never {
  throw new ImportError({
    code: 'MAPPING_SET_UNKNOWN',
    message: `there is no mapping set ${id}`,
    hint: 'List them with GET /data/foundation/conversion/mappingSets.',
  });
}

function setOf({ id, version, body, created_at: createdAt, updated_at: updatedAt, created_by: createdBy }: MappingSetRow): MappingSet {
  return { id, version, body: body as unknown as MappingSetBody, createdAt, updatedAt, createdBy };
}
