/** The tables of sources that data is fetched from and of mapping sets, in PostgreSQL. Made by the migrations 0010 and 0011. */
import type { ColumnType, Generated, JSONColumnType, Selectable } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface DataSourcesTable {
  readonly id: string;
  /** Unique. */
  readonly name: string;
  readonly kind: string;
  /** With its secrets. */
  readonly settings: JSONColumnType<Readonly<Record<string, unknown>>>;
  readonly dataset: string;
  readonly mapping: JSONColumnType<Readonly<Record<string, unknown>> | null, string | null, string | null>;
  readonly target: 'event' | 'profile';
  readonly interval_seconds: number;
  readonly state: 'active' | 'paused';
  /** How far it has been read. */
  readonly cursor: ColumnType<unknown, string | null | undefined, string | null>;
  readonly next_run: OptionalTime;
  readonly failures: Generated<number>;
  readonly counts: JSONColumnType<Readonly<Record<string, number>>>;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export interface DataSourceRunsTable {
  readonly id: Generated<number>;
  readonly source_id: string;
  readonly started_at: Time;
  readonly ended_at: Time;
  readonly counts: JSONColumnType<Readonly<Record<string, number>>>;
  readonly skipped: JSONColumnType<readonly { readonly name: string; readonly reason: string }[]>;
  readonly letter_files: JSONColumnType<readonly string[]>;
  readonly error: JSONColumnType<
    { readonly code: string; readonly message: string; readonly hint: string } | null,
    string | null,
    string | null
  >;
}

export interface MappingSetsTable {
  readonly id: string;
  readonly version: number;
  /** As it was given. */
  readonly body: JSONColumnType<Readonly<Record<string, unknown>>>;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export type MappingSetRow = Selectable<MappingSetsTable>;
export type DataSourceRow = Selectable<DataSourcesTable>;
export type DataSourceRunRow = Selectable<DataSourceRunsTable>;
