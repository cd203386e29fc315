/** What an export is asked for, as it is kept with its job. */
import type { Received } from '../../profile/index.ts';

export const EXPORT_FORMATS = ['jsonl', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Came at the last evaluation; was in before it already; has left. */
export type MembershipStatus = 'realized' | 'existing' | 'exited';

export interface ExportSegment {
  readonly id: string;
  readonly namespace: string;
  readonly status: readonly MembershipStatus[];
}

export interface ExportRequest {
  readonly format: ExportFormat;
  /** What the receiver calls it; kept and shown, nothing more. */
  readonly dataset: string | null;
  /** One file for each audience. */
  readonly segmentPerBatch: boolean;
  /** Dotted paths; none means all. */
  readonly fields: readonly string[];
  /** Null: everybody. */
  readonly segments: readonly ExportSegment[] | null;
  /** When somebody came or left, epoch ms, both ends included; null is open. */
  readonly qualification: { readonly from: number | null; readonly to: number | null };
  /** The policy by which profiles are merged; null: the default policy. */
  readonly mergePolicy: { readonly id: string; readonly version: number } | null;
  /** Only people of whom something was stored later than this, epoch ms. */
  readonly receivedAfter: number | null;
  /** Of the events, those that were stored then. */
  readonly eventsReceived: Received;
  /** Profiles with events only, too. */
  readonly emptyProfiles: boolean;
  /** Events too, with these fields, or all of them when there are none; null: no events. */
  readonly eventFields: readonly string[] | null;
  /** Evaluate the audiences first. */
  readonly evaluate: boolean;
}

/** What a request that says nothing of them means. */
export const UNSAID: Pick<ExportRequest, 'mergePolicy' | 'receivedAfter' | 'eventsReceived'> = {
  mergePolicy: null,
  receivedAfter: null,
  eventsReceived: { after: null, until: null },
};

/** As it was kept, by an earlier version of Kindred too. */
export function requestKept(kept: unknown): ExportRequest {
  return { ...UNSAID, ...(kept as Omit<ExportRequest, keyof typeof UNSAID>) };
}
