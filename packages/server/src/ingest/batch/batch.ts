/** A batch: files of records for one dataset, taken in as a whole. */
import type { FileFormat } from '../sources/open.ts';

/**
 * `loading`: takes files. `loaded`: waits for its turn. `processing`: is read. `success`, `failed`, `aborted`: over. `inactive`: what it
 * brought was taken away again, or replaced.
 */
export type BatchStatus = 'loading' | 'loaded' | 'processing' | 'success' | 'failed' | 'aborted' | 'inactive';

export interface BatchInput {
  readonly format: FileFormat;
  /** Of CSV; default `,`. */
  readonly delimiter: string | null;
  readonly charset: string | null;
  readonly diagnostics: boolean;
  /** How much of the records may fail, in percent, without the batch failing; null: none. */
  readonly mostFailed: number | null;
  /** Batches whose records those of this one take the place of. */
  readonly replaces: readonly string[];
  /** What else was asked for, shown as it came. */
  readonly asked: Readonly<Record<string, unknown>>;
}

export interface BatchMetrics {
  readonly inputByteSize: number;
  readonly inputFileCount: number;
  readonly inputRecordCount: number;
  readonly outputRecordCount: number;
  readonly failedRecordCount: number;
}

export interface BatchProblem {
  readonly code: string;
  readonly description: string;
  readonly recordCount?: number;
}

export interface Batch {
  readonly id: string;
  readonly dataset: string;
  readonly externalId: string | null;
  readonly status: BatchStatus;
  readonly input: BatchInput;
  readonly metrics: BatchMetrics | null;
  readonly errors: readonly BatchProblem[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly createdBy: string;
}
