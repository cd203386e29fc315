/** Errors of a whole import, as opposed to bad records, which go to the dead letters. */

export type ImportErrorCode =
  | 'SOURCE_NOT_FOUND'
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_EMPTY'
  | 'SOURCE_FORMAT_UNKNOWN'
  | 'SOURCE_HEADER_INVALID'
  | 'MAPPING_INVALID'
  | 'MAPPING_COLUMN_UNKNOWN'
  | 'MAPPING_FIELD_UNKNOWN'
  | 'MAPPING_SET_UNKNOWN'
  | 'IMPORT_STOPPED'
  | 'IMPORT_DISK_FULL';

export interface ImportErrorDetails {
  readonly code: ImportErrorCode;
  /** What is wrong, and where. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** An import that cannot begin or go on. What it has acknowledged stays; it can be repeated. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;
  readonly hint: string;

  constructor(details: ImportErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = details.code;
    this.hint = details.hint;
  }
}
