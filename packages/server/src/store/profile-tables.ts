/** The tables of merge policies and computed attributes in PostgreSQL. Made by migration 0009. */
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Selectable } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;

export interface MergePoliciesTable {
  readonly id: string;
  readonly name: string;
  /** `pdg`: all identities of the graph; `none`: the one asked for. */
  readonly identity_graph: 'pdg' | 'none';
  readonly attribute_merge: 'timestampOrdered' | 'dataSetPrecedence';
  /** Datasets, the most trusted first. */
  readonly dataset_order: JSONColumnType<readonly string[], string | undefined>;
  readonly is_default: Generated<boolean>;
  readonly is_active_on_edge: Generated<boolean>;
  readonly version: Generated<number>;
  readonly created_at: Time;
  readonly updated_at: Time;
}

export interface ComputedAttributesTable {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  /** PQL. */
  readonly expression: string;
  /** Both null: all events count. */
  readonly duration_count: number | null;
  readonly duration_unit: 'HOURS' | 'DAYS' | 'WEEKS' | 'MONTHS' | null;
  readonly keep_current: boolean;
  readonly status: 'DRAFT' | 'PROCESSED' | 'INACTIVE';
  /** The order in which they were made: one may use those before it. */
  readonly position: GeneratedAlways<number>;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export type MergePolicyRow = Selectable<MergePoliciesTable>;
export type ComputedAttributeRow = Selectable<ComputedAttributesTable>;
