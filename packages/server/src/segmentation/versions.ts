/** Every rule an audience has had, with who made it and when. */
import type { Kysely } from 'kysely';
import type { Database, SegmentVersionRow } from '../store/index.ts';
import type { Choice } from './composition/choice.ts';
import type { Definition } from './definition.ts';
import { SegmentationError } from './errors.ts';

export interface Version {
  readonly version: number;
  readonly pql: string;
  /** The rule as it was given, when it was given as pql/json; else null. */
  readonly json: string | null;
  readonly excludeOptOut: boolean;
  /** Who of those for whom the rule holds was in; null: all of them. */
  readonly choice: Choice | null;
  /** The version that came back with this one. */
  readonly restoredFrom: number | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export class Versions {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Keeps the present rule of a definition. */
  async add(definition: Definition, restoredFrom: number | null): Promise<void> {
    const row = {
      definition_id: definition.id,
      version: definition.version,
      pql: definition.pql,
      expression_json: definition.json,
      exclude_opt_out: definition.excludeOptOut,
      restored_from: restoredFrom,
      created_at: definition.updatedAt,
      created_by: definition.updatedBy,
      choice: definition.choice && JSON.stringify(definition.choice),
    };
    await this.#db.insertInto('segment_versions').values(row).execute();
  }

  /** Newest first. */
  async list(audience: string): Promise<readonly Version[]> {
    return (await this.#of(audience).orderBy('version', 'desc').execute()).map(versionOf);
  }

  /** When the present rules of audiences were made, by id. */
  async since(audiences: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    if (audiences.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('segment_versions')
      .select(({ fn }) => ['definition_id', fn.max('created_at').as('since')])
      .where('definition_id', 'in', [...audiences])
      .groupBy('definition_id')
      .execute();
    return new Map(rows.map(({ definition_id: id, since }) => [id, since]));
  }

  /** Throws SegmentationError `version-not-found`. */
  async get(audience: string, version: number): Promise<Version> {
    const row = await this.#of(audience).where('version', '=', version).executeTakeFirst();
    if (row !== undefined) return versionOf(row);
    throw new SegmentationError({
      code: 'version-not-found',
      message: `The audience has no version ${version}.`,
      hint: 'List its versions for their numbers.',
    });
  }

  #of(audience: string) {
    return this.#db.selectFrom('segment_versions').selectAll().where('definition_id', '=', audience);
  }
}

function versionOf(row: SegmentVersionRow): Version {
  return {
    version: row.version,
    pql: row.pql,
    json: row.expression_json,
    excludeOptOut: row.exclude_opt_out,
    choice: row.choice as Choice | null,
    restoredFrom: row.restored_from,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
