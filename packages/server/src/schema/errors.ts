/** Errors a user's schema files can cause. */

export type SchemaErrorCode =
  | 'SCHEMA_FILE_INVALID'
  | 'SCHEMA_FIELD_INVALID'
  | 'SCHEMA_FIELD_CONFLICT'
  | 'SCHEMA_TENANT_MISMATCH'
  | 'SCHEMA_DESCRIPTOR_INVALID'
  | 'SCHEMA_TYPE_CHANGED';

export interface SchemaErrorDetails {
  readonly code: SchemaErrorCode;
  /** What is wrong, and where. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** A schema, field group or descriptor that cannot be used. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly code: SchemaErrorCode;
  readonly hint: string;

  constructor(details: SchemaErrorDetails) {
    super(details.message);
    this.code = details.code;
    this.hint = details.hint;
  }
}
