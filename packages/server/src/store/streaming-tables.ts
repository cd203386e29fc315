/** The tables of the stream in PostgreSQL: its ways in and its dead letters. Made by migration 0007. */
import type { ColumnType, JSONColumnType, Selectable } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type OptionalText = ColumnType<string | null, string | null | undefined, string | null>;

export interface StreamDeadLettersTable {
  /** Of the record in the log. */
  readonly log_offset: number;
  readonly kind: 'event' | 'profile' | 'lookup';
  readonly dataset: string;
  readonly source: string;
  readonly received_at: Time;
  readonly problems: JSONColumnType<readonly { readonly field: string; readonly reason: string }[]>;
  /** JSON. */
  readonly document: string;
  readonly operation: 'delete' | 'merge' | null;
  readonly state: ColumnType<'open' | 'replayed' | 'discarded', 'open' | undefined, 'open' | 'replayed' | 'discarded'>;
  readonly changed_at: OptionalTime;
  readonly changed_by: OptionalText;
}

export type FlowObjectKind = 'connections' | 'sourceConnections' | 'targetConnections' | 'flows';

export interface FlowObjectsTable {
  readonly id: string;
  readonly kind: FlowObjectKind;
  /** Of connections that take messages. */
  readonly inlet_id: OptionalText;
  readonly etag: string;
  readonly body: JSONColumnType<Readonly<Record<string, unknown>>>;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export interface WriteKeysTable {
  readonly key: string;
  readonly name: string;
  readonly dataset: string;
  readonly created_at: Time;
  readonly created_by: string;
  readonly revoked_at: OptionalTime;
}

export interface DatastreamsTable {
  readonly id: string;
  readonly name: string;
  /** Of the organisation that clients are configured with: names their cookies. */
  readonly org_id: string;
  readonly event_dataset: string;
  readonly profile_dataset: string;
  /** Where clients are told of audiences. */
  readonly destinations: JSONColumnType<readonly unknown[], string | undefined>;
  /** What is shown to whom. */
  readonly decisions: JSONColumnType<readonly unknown[], string | undefined>;
  readonly created_at: Time;
  readonly created_by: string;
}

export type StreamDeadLetterRow = Selectable<StreamDeadLettersTable>;
export type FlowObjectRow = Selectable<FlowObjectsTable>;
export type WriteKeyRow = Selectable<WriteKeysTable>;
export type DatastreamRow = Selectable<DatastreamsTable>;
