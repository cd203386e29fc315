export type SourceErrorCode = 'data-source-not-found' | 'data-source-name-taken';

/** Something about sources that cannot be had. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: SourceErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
