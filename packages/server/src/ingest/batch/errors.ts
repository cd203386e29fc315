/** Errors of batches as a whole. */

export type BatchErrorCode = 'batch-not-found' | 'batch-state' | 'batch-invalid' | 'batch-file-not-found' | 'batch-file-incomplete';

/** What cannot be done with a batch. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
  readonly code: BatchErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: BatchErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
