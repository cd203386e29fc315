/** The table of privacy orders in PostgreSQL. Made by migration 0013. */
import type { ColumnType, JSONColumnType, Selectable } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;

export type PrivacyOrderKind = 'entity' | 'workorder' | 'privacy' | 'system';
export type PrivacyOrderStatus = 'received' | 'processing' | 'completed' | 'failed';

export interface PrivacyOrdersTable {
  readonly id: string;
  readonly kind: PrivacyOrderKind;
  readonly status: PrivacyOrderStatus;
  /** Whom and what it is about. */
  readonly request: JSONColumnType<object>;
  /** The profiles and identities it found when it began; null before. */
  readonly targets: JSONColumnType<object | null, string | null | undefined, string | null>;
  /** What was found and removed; null before the end. */
  readonly report: JSONColumnType<object | null, string | null | undefined, string | null>;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export type PrivacyOrderRow = Selectable<PrivacyOrdersTable>;
