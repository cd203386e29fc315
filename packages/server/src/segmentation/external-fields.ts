/** The columns of lists from outside, and what is wrong with them. */
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
      return isDay(text) ? text : undefined;
    case 'datetime':
      return isInstant(text) ? text : undefined;
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

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/.test(text) && !Number.isNaN(Date.parse(text));
}
