/** Refusals of the intake. Nothing of what is refused was kept. */

export type IntakeErrorCode = 'stream-busy' | 'record-too-large';

export class IntakeError extends Error {
  override readonly name = 'IntakeError';
  readonly code: IntakeErrorCode;
  readonly hint: string;
  /** Seconds until it makes sense to try again. */
  readonly retryAfter: number | undefined;

  constructor(code: IntakeErrorCode, message: string, more: { readonly hint: string; readonly retryAfter?: number }) {
    super(message);
    this.code = code;
    this.hint = more.hint;
    this.retryAfter = more.retryAfter;
  }
}
