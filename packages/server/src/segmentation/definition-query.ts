/** Lists of definitions: filters, order, pages. */
import type { Kysely, SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import type { AudienceKind, Database, EvaluationMethod, LifecycleState, SegmentDefinitionRow } from '../store/index.ts';

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
  readonly kind?: AudienceKind;
  readonly evaluation?: readonly EvaluationMethod[];
  readonly lifecycleState?: LifecycleState;
  readonly tags?: readonly string[];
  /** Whether one of the tags is enough, or all are asked for; one unless told. */
  readonly tagMatch?: 'any' | 'all';
  /** Null asks for those in no folder. */
  readonly folderId?: string | null;
  readonly createdBy?: string;
  /** Columns that must be equal. */
  readonly equal?: Partial<Readonly<Record<EqualColumn, string>>>;
  readonly created?: TimeRange;
  readonly updated?: TimeRange;
}

/** The end is not included. */
export interface TimeRange {
  readonly from?: Date;
  readonly to?: Date;
}

export type DefinitionSortKey = keyof typeof COLUMNS;
export type EqualColumn = 'id' | 'name' | 'namespace' | 'external_id' | 'origin' | 'merge_policy_id' | 'created_by';

const COLUMNS = {
  id: 'id',
  name: 'name',
  description: 'description',
  namespace: 'namespace',
  origin: 'origin',
  lifecycleState: 'lifecycle_state',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  createdBy: 'created_by',
  version: 'version',
} as const;

type Rows = SelectQueryBuilder<Database, 'segment_definitions', SegmentDefinitionRow>;

/** Definitions that are not deleted. */
export function liveDefinitions(db: Kysely<Database>): Rows {
  return db.selectFrom('segment_definitions').selectAll().where('deleted_at', 'is', null);
}

/** Those that the filters of a query leave. */
export function filtered(rows: Rows, query: DefinitionQuery): Rows {
  let found = byText(rows, query);
  if (query.kind !== undefined) found = found.where('kind', '=', query.kind);
  if (query.evaluation !== undefined) found = found.where('kind', '!=', 'external').where('evaluation_method', 'in', query.evaluation);
  if (query.lifecycleState !== undefined) found = found.where('lifecycle_state', '=', query.lifecycleState);
  if (query.folderId !== undefined) {
    found = query.folderId === null ? found.where('folder_id', 'is', null) : found.where('folder_id', '=', query.folderId);
  }
  if (query.createdBy !== undefined) found = found.where('created_by', '=', query.createdBy);
  if (query.created !== undefined) found = within(found, 'created_at', query.created);
  if (query.updated !== undefined) found = within(found, 'updated_at', query.updated);
  return found;
}

/** In the order of a query, and the page it asks for. */
export function paged(rows: Rows, query: DefinitionQuery): Rows {
  let page = rows;
  for (const { by, descending } of query.sort ?? [{ by: 'updatedAt', descending: true }])
    page = page.orderBy(COLUMNS[by], descending ? 'desc' : 'asc');
  page = page.orderBy('id').offset(query.start ?? 0);
  return query.limit === undefined ? page : page.limit(query.limit);
}

function byText(rows: Rows, query: DefinitionQuery): Rows {
  let found = rows;
  if (query.name !== undefined) found = found.where('name', 'ilike', containing(query.name));
  if (query.description !== undefined) found = found.where('description', 'ilike', containing(query.description));
  const { external_id: outside, ...equal } = query.equal ?? {};
  for (const [column, value] of Object.entries(equal)) found = found.where(column as EqualColumn, '=', value);
  // Who has no id from outside is known there by its own.
  if (outside !== undefined) found = found.where((is) => is(is.fn.coalesce('external_id', 'id'), '=', outside));
  const tags = query.tags ?? [];
  if (tags.length === 0) return found;
  if (query.tagMatch === 'all') return found.where(sql<boolean>`tags @> ${JSON.stringify(tags)}::jsonb`);
  return found.where((is) => is.or(tags.map((tag) => sql<boolean>`tags @> ${JSON.stringify([tag])}::jsonb`)));
}

function within(rows: Rows, column: 'created_at' | 'updated_at', { from, to }: TimeRange): Rows {
  let found = rows;
  if (from !== undefined) found = found.where(column, '>=', from);
  if (to !== undefined) found = found.where(column, '<', to);
  return found;
}

/** A LIKE pattern for texts that contain this one. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%`;
}
