/** The tables of PostgreSQL, as Kysely sees them. The migrations make them. */
import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable, Updateable } from 'kysely';

/** Read as Date; written as Date or ISO text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** Set by the database when left out. */
export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
/** jsonb: read as a value, written as text (JSON.stringify), so that arrays are not taken for PostgreSQL arrays. */
type Json<T extends object | null> = JSONColumnType<T>;
type NullableJson<T extends object> = JSONColumnType<T | null, string | null | undefined, string | null>;

export type EvaluationMethod = 'batch' | 'streaming' | 'edge';
export type LifecycleState = 'draft' | 'published' | 'inactive';
export type JobStatus = 'NEW' | 'QUEUED' | 'PROCESSING' | 'CANCELLING' | 'CANCELLED' | 'FAILED' | 'SUCCEEDED';
export type DatasetKind = 'profile' | 'event';

export interface SegmentDefinitionsTable {
  readonly id: string;
  /** Unique among definitions that are not deleted. */
  readonly name: string;
  readonly description: string;
  readonly pql: string;
  /** `pql/text` or `pql/json`. */
  readonly expression_format: string;
  /** The rule as it was given, when it was given as pql/json. */
  readonly expression_json: ColumnType<string | null, string | null | undefined, string | null>;
  /** The XDM class it is about, `_xdm.context.profile`. */
  readonly schema_name: string;
  readonly evaluation_method: EvaluationMethod;
  readonly lifecycle_state: LifecycleState;
  readonly merge_policy_id: string | null;
  /** Counts the changes of the rule, from 1. */
  readonly version: Generated<number>;
  readonly labels: Json<readonly string[]>;
  readonly tags: Json<readonly string[]>;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly created_by: string;
  readonly deleted_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
}

/** One row per evaluation: the history behind the size of an audience. */
export interface SegmentSizesTable {
  readonly definition_id: string;
  readonly version: number;
  /** The instant the answer is exact for. */
  readonly evaluated_at: Timestamp;
  readonly size: number;
  readonly took_ms: number;
  /** Data revision the answer was computed on. */
  readonly revision: string;
}

export interface SegmentJobsTable {
  readonly id: string;
  readonly status: JobStatus;
  readonly segment_ids: Json<readonly string[]>;
  readonly metrics: Json<Readonly<Record<string, unknown>>>;
  readonly errors: Json<readonly unknown[]>;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  /** Who asked: `api`, `scheduler`, `cli`. */
  readonly source: string;
}

export interface ImportJobsTable {
  readonly id: string;
  readonly state: JobStatus;
  readonly source: Json<Readonly<Record<string, unknown>>>;
  readonly mapping: Json<Readonly<Record<string, unknown>>>;
  readonly counters: Json<Readonly<Record<string, number>>>;
  readonly error: NullableJson<Readonly<Record<string, unknown>>>;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
}

export interface DatasetsTable {
  readonly id: string;
  readonly name: string;
  readonly kind: DatasetKind;
  readonly created_at: Timestamp;
}

export interface ApiKeysTable {
  readonly id: string;
  readonly name: string;
  /** The first characters of the secret, to tell keys apart in a list. */
  readonly prefix: string;
  /** SHA-256 of the secret, hex. The secret itself is stored nowhere. */
  readonly hash: string;
  readonly role: string;
  readonly created_at: Timestamp;
  readonly revoked_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  readonly last_used_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
}

export interface Database {
  readonly segment_definitions: SegmentDefinitionsTable;
  readonly segment_sizes: SegmentSizesTable;
  readonly segment_jobs: SegmentJobsTable;
  readonly import_jobs: ImportJobsTable;
  readonly datasets: DatasetsTable;
  readonly api_keys: ApiKeysTable;
}

export type SegmentDefinitionRow = Selectable<SegmentDefinitionsTable>;
export type NewSegmentDefinition = Insertable<SegmentDefinitionsTable>;
export type SegmentDefinitionChange = Updateable<SegmentDefinitionsTable>;
export type SegmentSizeRow = Selectable<SegmentSizesTable>;
export type SegmentJobRow = Selectable<SegmentJobsTable>;
export type ImportJobRow = Selectable<ImportJobsTable>;
export type DatasetRow = Selectable<DatasetsTable>;
export type ApiKeyRow = Selectable<ApiKeysTable>;
