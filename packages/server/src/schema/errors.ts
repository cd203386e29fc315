/** Errors that schemas, descriptors and datasets of users can cause. */

export type SchemaErrorCode =
  | 'SCHEMA_FILE_INVALID'
  | 'SCHEMA_FIELD_INVALID'
  | 'SCHEMA_FIELD_CONFLICT'
  | 'SCHEMA_TENANT_MISMATCH'
  | 'SCHEMA_DESCRIPTOR_INVALID'
  | 'SCHEMA_TYPE_CHANGED'
  | 'SCHEMA_RESOURCE_INVALID'
  | 'SCHEMA_RESOURCE_NOT_FOUND'
  | 'SCHEMA_RESOURCE_IN_USE'
  | 'SCHEMA_CHANGE_BREAKS'
  | 'SCHEMA_IMPORT_CLASH'
  | 'NAMESPACE_INVALID'
  | 'NAMESPACE_NOT_FOUND'
  | 'NAMESPACE_TAKEN'
  | 'DATASET_INVALID'
  | 'DATASET_NOT_FOUND';

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
