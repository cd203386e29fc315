/** An audience from a list, before it is made. */
import type { CsvBeginning } from './read-csv.ts';
import { beginningOf, guessIdentity } from './read-csv.ts';

export const FIELD_TYPES = ['string', 'number', 'integer', 'long', 'boolean', 'date', 'datetime'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Draft {
  readonly file: File;
  readonly beginning: CsvBeginning;
  readonly name: string;
  readonly description: string;
  readonly column: string;
  readonly namespace: string;
  readonly types: Readonly<Record<string, FieldType>>;
  readonly ttlInDays: number;
}

/** What a file says by itself. Throws Error when it is empty. */
export async function draftOf(file: File, namespaces: readonly string[]): Promise<Draft> {
  // What is compressed only the server reads.
  const beginning = file.name.endsWith('.gz') ? { columns: [], rows: [] } : await beginningOf(file);
  const name = file.name.replace(/(\.csv)?(\.gz)?$/i, '');
  return { file, beginning, name, description: '', types: {}, ttlInDays: 30, ...guessIdentity(beginning, namespaces) };
}

/** Types are said only when one of them is no text: else the server takes any columns that later lists have. */
export function bodyOf({ name, description, column, namespace, types, ttlInDays, beginning }: Draft, uploaded: string) {
  const typed = Object.values(types).some((type) => type !== 'string');
  return {
    name: name.trim(),
    description,
    identity: { column, namespace },
    ...(typed && { fields: beginning.columns.map((each) => ({ name: each, type: types[each] ?? 'string' })) }),
    ttlInDays,
    upload: uploaded,
  };
}
