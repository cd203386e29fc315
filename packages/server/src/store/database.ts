/** The tables of PostgreSQL, as Kysely sees them. The migrations make them. */
import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable, Updateable } from 'kysely';
import type { PredictionModelsTable, PredictionOutcomesTable, PredictionRunsTable, PredictionsTable } from './prediction-tables.ts';
import type { PrivacyOrdersTable } from './privacy-tables.ts';
import type { DataSourceRunsTable, DataSourcesTable, MappingSetsTable } from './source-tables.ts';
import type { ComputedAttributesTable, MergePoliciesTable } from './profile-tables.ts';
import type {
  BatchesTable,
  DatasetsTable,
  IdentityNamespacesTable,
  SchemaChangesTable,
  SchemaDescriptorsTable,
  SchemaResourcesTable,
} from './schema-tables.ts';
import type { DatastreamsTable, FlowObjectsTable, StreamDeadLettersTable, WriteKeysTable } from './streaming-tables.ts';

/** Read as Date; written as Date or ISO text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** Set by the database when left out. */
export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
/** jsonb: read as a value, written as text (JSON.stringify), so that arrays are not taken for PostgreSQL arrays. */
type Json<T extends object | null> = JSONColumnType<T>;
type NullableJson<T extends object> = JSONColumnType<T | null, string | null | undefined, string | null>;
type GeneratedJson<T extends object> = JSONColumnType<T, string | undefined>;
type OptionalTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export type EvaluationMethod = 'batch' | 'streaming' | 'edge';
export type LifecycleState = 'draft' | 'published' | 'inactive';
export type JobStatus = 'NEW' | 'QUEUED' | 'PROCESSING' | 'CANCELLING' | 'CANCELLED' | 'FAILED' | 'SUCCEEDED';
/** Whether the members follow from a rule, come from outside, or are those of a path of a composition. */
export type AudienceKind = 'rule' | 'external' | 'composition';
export type IngestionStatus = 'PROCESSING' | 'SUCCESS' | 'FAILED';
/** Whether an ingestion replaces the members there are, or adds to them. */
export type IngestionMode = 'replace' | 'add';

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
  readonly updated_by: Generated<string>;
  readonly deleted_at: OptionalTimestamp;
  readonly kind: Generated<AudienceKind>;
  /** Where segmentMembership lists it. */
  readonly namespace: Generated<string>;
  /** The id that whoever made an external audience gave it; unique in its namespace among those not deleted. */
  readonly external_id: ColumnType<string | null, string | null | undefined, string | null>;
  readonly origin: Generated<string>;
  readonly exclude_opt_out: Generated<boolean>;
  readonly ttl_in_days: ColumnType<number | null, number | null | undefined, number | null>;
  readonly folder_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** Fields of the documented API that are kept and given back as they came. */
  readonly documented: GeneratedJson<Readonly<Record<string, unknown>>>;
  /** The audiences that the rule refers to, `{namespace, id}`; null when it was never looked at. */
  readonly refers_to: NullableJson<readonly { readonly namespace: string; readonly id: string }[]>;
  /** Counts all changes, from 1. */
  readonly changes: Generated<number>;
  /** The composition it is a path of, and the key of that path. */
  readonly composition_id: ColumnType<string | null, string | null | undefined, string | null>;
  readonly composition_path: ColumnType<string | null, string | null | undefined, string | null>;
  /** Who of those for whom the rule holds is in; null: all of them. */
  readonly choice: NullableJson<object>;
}

/** Every rule an audience has had, the present one included. */
export interface SegmentVersionsTable {
  readonly definition_id: string;
  readonly version: number;
  readonly pql: string;
  readonly expression_json: string | null;
  readonly exclude_opt_out: boolean;
  /** The version that was brought back by this one. */
  readonly restored_from: number | null;
  readonly created_at: Timestamp;
  readonly created_by: string;
  readonly choice: NullableJson<object>;
}

/** Audiences made of blocks: as they are edited, and as they were published. */
export interface CompositionsTable {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly draft: Json<object>;
  readonly published: NullableJson<object>;
  /** Counts the publications. */
  readonly version: Generated<number>;
  /** Counts all changes, from 1. */
  readonly changes: Generated<number>;
  readonly created_at: Timestamp;
  readonly created_by: string;
  readonly updated_at: Timestamp;
  readonly updated_by: string;
  readonly published_at: OptionalTimestamp;
}

export interface AudienceFoldersTable {
  readonly id: string;
  /** Unique within its parent. */
  readonly name: string;
  /** Null at the top. */
  readonly parent_id: string | null;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly created_by: string;
}

/** What an audience has besides its definition when its members come from outside. */
export interface ExternalAudiencesTable {
  readonly definition_id: string;
  /** Of its creation, on the documented paths. */
  readonly task_id: string;
  /** Null for audiences that take no files. */
  readonly identity_column: string | null;
  readonly identity_namespace: string | null;
  /** The columns of its files; null when each file tells them. */
  readonly fields: NullableJson<readonly unknown[]>;
  /** Where its files come from, as it was told. */
  readonly source: Json<Readonly<Record<string, unknown>>>;
  readonly profile_ingestion: boolean;
  /** Counts the ingestions that replaced the members. */
  readonly generation: Generated<number>;
  readonly ingested_at: OptionalTimestamp;
  /** Nobody is a member from then on. */
  readonly expires_at: OptionalTimestamp;
}

export interface ExternalIngestionsTable {
  readonly id: string;
  readonly definition_id: string;
  /** Counts the ingestions of its audience, from 1. */
  readonly number: number;
  readonly generation: number;
  readonly status: IngestionStatus;
  readonly mode: IngestionMode;
  /** What people call the source. */
  readonly source: string;
  readonly counts: Json<Readonly<Record<string, number>>>;
  /** The first records that failed, and why. */
  readonly problems: Json<readonly unknown[]>;
  readonly error: NullableJson<Readonly<Record<string, unknown>>>;
  readonly created_at: Timestamp;
  readonly created_by: string;
  readonly ended_at: OptionalTimestamp;
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
  /** How often it was begun: more than once when the process ended in the middle. */
  readonly attempts: Generated<number>;
  /** Id of the request that asked for it. */
  readonly request_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** Names the state of the data it evaluated. */
  readonly snapshot: ColumnType<string | null, string | null | undefined, string | null>;
  /** `scheduleId` and `runId` when a schedule asked. */
  readonly properties: ColumnType<Readonly<Record<string, string>>, string | undefined, string>;
}

/** A comparison of live memberships with batch evaluation. */
export interface DriftChecksTable {
  readonly id: Generated<number>;
  readonly checked_at: Timestamp;
  /** Of all audiences that are followed, or of some. */
  readonly full_check: boolean;
  readonly audiences: number;
  readonly profiles: number;
  readonly disagreements: number;
  readonly took_ms: number;
}

/** Somebody whom the two did not agree about. */
export interface DriftCasesTable {
  readonly id: Generated<number>;
  readonly check_id: number;
  readonly definition_id: string;
  readonly profile: number;
  readonly live: boolean;
  readonly batch: boolean;
  /** What the reference evaluator says; null: it could not. */
  readonly reference: boolean | null;
}

export type ScheduleType = 'batch_segmentation' | 'export';
export type ScheduleState = 'active' | 'inactive';

export interface SchedulesTable {
  readonly id: string;
  readonly name: string;
  readonly type: ScheduleType;
  readonly state: ScheduleState;
  /** Quartz cron, UTC. */
  readonly schedule: string;
  readonly properties: Json<Readonly<Record<string, unknown>>>;
  /** The next instant to run at; null when inactive, or when there is none. */
  readonly due_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  readonly last_run_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  readonly last_job_id: ColumnType<string | null, string | null | undefined, string | null>;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
}

export interface ExportJobsTable {
  readonly id: Generated<number>;
  readonly status: JobStatus;
  /** What was asked for. */
  readonly request: Json<Readonly<Record<string, unknown>>>;
  readonly metrics: Json<Readonly<Record<string, unknown>>>;
  /** What there is to download. */
  readonly files: Json<readonly unknown[]>;
  readonly errors: Json<readonly unknown[]>;
  readonly attempts: Generated<number>;
  readonly request_id: ColumnType<string | null, string | null | undefined, string | null>;
  readonly source: string;
  readonly properties: ColumnType<Readonly<Record<string, string>>, string | undefined, string>;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
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

export interface ApiKeysTable {
  readonly id: string;
  readonly name: string;
  /** The first characters of the secret, to tell keys apart in a list. */
  readonly prefix: string;
  /** SHA-256 of the secret, hex. The secret itself is stored nowhere. */
  readonly hash: string;
  readonly role: string;
  readonly created_at: Timestamp;
  readonly revoked_at: OptionalTimestamp;
  readonly last_used_at: OptionalTimestamp;
}

export interface Database {
  readonly segment_definitions: SegmentDefinitionsTable;
  readonly segment_versions: SegmentVersionsTable;
  readonly compositions: CompositionsTable;
  readonly audience_folders: AudienceFoldersTable;
  readonly external_audiences: ExternalAudiencesTable;
  readonly external_ingestions: ExternalIngestionsTable;
  readonly segment_sizes: SegmentSizesTable;
  readonly segment_jobs: SegmentJobsTable;
  readonly drift_checks: DriftChecksTable;
  readonly drift_cases: DriftCasesTable;
  readonly schedules: SchedulesTable;
  readonly export_jobs: ExportJobsTable;
  readonly import_jobs: ImportJobsTable;
  readonly schema_resources: SchemaResourcesTable;
  readonly schema_changes: SchemaChangesTable;
  readonly schema_descriptors: SchemaDescriptorsTable;
  readonly datasets: DatasetsTable;
  readonly batches: BatchesTable;
  readonly identity_namespaces: IdentityNamespacesTable;
  readonly api_keys: ApiKeysTable;
  readonly privacy_orders: PrivacyOrdersTable;
  readonly mapping_sets: MappingSetsTable;
  readonly data_sources: DataSourcesTable;
  readonly data_source_runs: DataSourceRunsTable;
  readonly stream_dead_letters: StreamDeadLettersTable;
  readonly flow_objects: FlowObjectsTable;
  readonly write_keys: WriteKeysTable;
  readonly datastreams: DatastreamsTable;
  readonly merge_policies: MergePoliciesTable;
  readonly computed_attributes: ComputedAttributesTable;
  readonly predictions: PredictionsTable;
  readonly prediction_outcomes: PredictionOutcomesTable;
  readonly prediction_models: PredictionModelsTable;
  readonly prediction_runs: PredictionRunsTable;
}

export type SegmentDefinitionRow = Selectable<SegmentDefinitionsTable>;
export type NewSegmentDefinition = Insertable<SegmentDefinitionsTable>;
export type SegmentDefinitionChange = Updateable<SegmentDefinitionsTable>;
export type SegmentVersionRow = Selectable<SegmentVersionsTable>;
export type CompositionRow = Selectable<CompositionsTable>;
export type AudienceFolderRow = Selectable<AudienceFoldersTable>;
export type ExternalAudienceRow = Selectable<ExternalAudiencesTable>;
export type ExternalIngestionRow = Selectable<ExternalIngestionsTable>;
export type SegmentJobRow = Selectable<SegmentJobsTable>;
export type ScheduleRow = Selectable<SchedulesTable>;
export type ExportJobRow = Selectable<ExportJobsTable>;
export type ImportJobRow = Selectable<ImportJobsTable>;
export type ApiKeyRow = Selectable<ApiKeysTable>;
