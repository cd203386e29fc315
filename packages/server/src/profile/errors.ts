/** What a user can do wrong with merge policies and computed attributes. */

/**
 * - `merge-policy-not-found`, `computed-attribute-not-found`: there is none with that id
 * - `merge-policy-in-use`: the default, the one of the edge, or one that an audience names
 * - `merge-policy-invalid`: a policy was described wrongly
 * - `merge-policy-limit`: there are as many as there can be
 * - `computed-attribute-invalid`: its name or its expression cannot be used
 * - `computed-attribute-name-taken`: names are unique
 * - `computed-attribute-state`: its state does not allow that
 */
export type ProfileErrorCode =
  | 'merge-policy-not-found'
  | 'merge-policy-in-use'
  | 'merge-policy-invalid'
  | 'merge-policy-limit'
  | 'computed-attribute-not-found'
  | 'computed-attribute-invalid'
  | 'computed-attribute-name-taken'
  | 'computed-attribute-state';

export interface ProfileErrorDetails {
  readonly code: ProfileErrorCode;
  /** What is wrong, and where. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly details?: unknown;
}

export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly code: ProfileErrorCode;
  readonly hint: string;
  readonly details: unknown;

  constructor({ code, message, hint, details }: ProfileErrorDetails) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}
