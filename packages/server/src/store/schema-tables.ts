/** The tables of schemas, datasets and batches in PostgreSQL. Made by the migrations 0006 and 0008. */
import type { ColumnType, GeneratedAlways, JSONColumnType, Selectable } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Json = JSONColumnType<Readonly<Record<string, unknown>>>;

export type SchemaResourceKind = 'schemas' | 'classes' | 'fieldgroups' | 'datatypes';

export interface SchemaResourcesTable {
  /** `$id` */
  readonly id: string;
  readonly kind: SchemaResourceKind;
  /** The minor version; the major one is always 1. */
  readonly version: number;
  /** As it was given. */
  readonly body: Json;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
  readonly updated_by: string;
}

/** What became of a resource, change by change. */
export interface SchemaChangesTable {
  readonly id: GeneratedAlways<number>;
  readonly resource: string;
  readonly action: 'create' | 'update' | 'delete';
  readonly version: number;
  /** Null: deleted. */
  readonly body: JSONColumnType<Readonly<Record<string, unknown>> | null, string | null, string | null>;
  readonly changed_at: Time;
  readonly changed_by: string;
}

export interface SchemaDescriptorsTable {
  /** `@id` */
  readonly id: string;
  readonly body: Json;
  readonly created_at: Time;
}

export interface IdentityNamespacesTable {
  readonly number: number;
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly id_type: string;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export interface DatasetsTable {
  readonly id: string;
  readonly name: string;
  /** `$id` of the schema. */
  readonly schema_id: string;
  /** Description, tags and what else the catalog keeps of it. */
  readonly body: Json;
  readonly version: number;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export interface BatchesTable {
  readonly id: string;
  readonly dataset_id: string;
  readonly external_id: ColumnType<string | null, string | null | undefined, string | null>;
  readonly status: string;
  /** How it was asked for, its metrics and errors. */
  readonly body: Json;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly started_at: OptionalTime;
  readonly completed_at: OptionalTime;
  readonly created_by: string;
}

export type SchemaResourceRow = Selectable<SchemaResourcesTable>;
export type SchemaChangeRow = Selectable<SchemaChangesTable>;
export type SchemaDescriptorRow = Selectable<SchemaDescriptorsTable>;
export type DatasetRow = Selectable<DatasetsTable>;
export type BatchRow = Selectable<BatchesTable>;
