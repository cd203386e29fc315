/** The columns of lists from outside, and what is wrong with them. */
import { randomUUID } from 'node:crypto';
import { parseDate, parseInstant } from '../schema/index.ts';
import { SegmentationError } from './errors.ts';

export const FIELD_TYPES = ['string', 'number', 'long', 'integer', 'date', 'datetime', 'boolean'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface ExternalField {
  readonly name: string;
  readonly type: FieldType;
  /** The namespace, when the column identifies people. */
  readonly identityNs?: string;
  readonly labels?: readonly string[];
}

/** The column that identifies people. */
export interface IdentityColumn {
  readonly column: string;
  readonly namespace: string;
}

/** What is said of an audience from outside at its creation. */
export interface NewExternalDetails {
  /** Null when it takes no lists. */
  readonly identity: IdentityColumn | null;
  /** The columns of its lists; null when each list tells them. */
  readonly fields: readonly ExternalField[] | null;
  /** Where its lists come from, as it was told. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Whether its people become profiles and members; else its records are only kept. */
  readonly profileIngestion: boolean;
}

/** A new row of `external_audiences`. */
export function externalRow(id: string, { identity, fields, source, profileIngestion }: NewExternalDetails) {
  return {
    definition_id: id,
    task_id: randomUUID(),
    identity_column: identity?.column ?? null,
    identity_namespace: identity?.namespace ?? null,
    fields: fields === null ? null : JSON.stringify(fields),
    source: JSON.stringify(source),
    profile_ingestion: profileIngestion,
  };
}

/** Columns a list has at most. */
export const MOST_COLUMNS = 25;

/** What is wrong with the names of columns; null when nothing is. */
export function columnsProblem(names: readonly string[]): string | null {
  if (names.length > MOST_COLUMNS) return `the list has ${names.length} columns, at most ${MOST_COLUMNS} are taken`;
  const bad = names.find((name) => !/^[^\s-]{1,255}$/.test(name));
  if (bad !== undefined) return `the column ${JSON.stringify(bad)} must have a name without spaces and dashes`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `there are two columns called ${JSON.stringify(twice)}`;
}

/** The one column that identifies people. Throws SegmentationError `external-invalid`. */
export function identityOf(fields: readonly ExternalField[]): IdentityColumn {
  const problem = columnsProblem(fields.map(({ name }) => name));
  if (problem !== null) throw invalidExternal(problem);
  const [identity, another] = fields.filter(({ identityNs }) => identityNs !== undefined);
  if (identity?.identityNs === undefined || another !== undefined) {
    throw invalidExternal(`one field must have an identityNs, and only one; ${another === undefined ? 'none has' : 'several have'}`);
  }
  return { column: identity.name, namespace: identity.identityNs };
}

export function invalidExternal(problem: string): SegmentationError {
  return new SegmentationError({
    code: 'external-invalid',
    message: `This is no list of identities: ${problem}.`,
    hint: 'docs/audiences.md tells what such a list has.',
  });
}

/** The value of a field, from the text of a list. Undefined when the text is no such value. */
export function valueOf(type: FieldType, text: string): string | number | boolean | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'long':
    case 'integer':
      return integerOf(text, type);
    case 'boolean':
      return { true: true, false: false }[text.toLowerCase()];
    case 'date':
      return Number.isNaN(parseDate(text)) ? undefined : text;
    case 'datetime':
      // Without a zone it means UTC.
      return Number.isNaN(parseInstant(text)) && Number.isNaN(parseInstant(`${text}Z`)) ? undefined : text;
    default:
      return type satisfies never;
  }
}

/** What JSON numbers cannot hold stays text. */
function integerOf(text: string, type: 'long' | 'integer'): string | number | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = Number(text);
  if (type === 'integer') return Math.abs(value) <= 2_147_483_648 ? value : undefined;
  return Number.isSafeInteger(value) ? value : text;
}
