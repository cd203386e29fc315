/** A source that data is fetched from, and what became of it. */
import type { ImportCounts } from '../run-import.ts';

export type SourceState = 'active' | 'paused';

export interface DataSource {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Secrets left out. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly dataset: string;
  /** As it was given; null: records are XDM documents. */
  readonly mapping: Readonly<Record<string, unknown>> | null;
  readonly target: 'event' | 'profile';
  readonly intervalSeconds: number;
  readonly state: SourceState;
  /** Null while it is paused. */
  readonly nextRun: Date | null;
  /** Runs in a row that failed. */
  readonly failures: number;
  /** Since it was made. */
  readonly counts: SourceCounts;
  readonly lastRun: SourceRun | null;
  readonly running: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

export interface SourceCounts extends ImportCounts {
  /** Files, or pages of rows. */
  readonly portions: number;
}

export interface SourceRun {
  readonly id: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly counts: SourceCounts;
  /** Portions that could not be read and were passed over, with the reason. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Files with the records that could not be stored, on the machine of the server. */
  readonly letterFiles: readonly string[];
  /** Why it stopped; null: it came to the end. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

export const NO_COUNTS: SourceCounts = { portions: 0, rowsIn: 0, accepted: 0, duplicates: 0, rejected: 0, skipped: 0 };

export function sumOf(one: SourceCounts, other: SourceCounts): SourceCounts {
  return {
    portions: one.portions + other.portions,
    rowsIn: one.rowsIn + other.rowsIn,
    accepted: one.accepted + other.accepted,
    duplicates: one.duplicates + other.duplicates,
    rejected: one.rejected + other.rejected,
    skipped: one.skipped + other.skipped,
  };
}
