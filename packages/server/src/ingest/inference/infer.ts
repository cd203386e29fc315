/** Looks at the first records of a file: which columns there are, and what is in them. */
import type { SourceDescription } from '../sources/open.ts';
import { openSource } from '../sources/open.ts';
import type { ColumnSummary } from './column-values.ts';
import { ColumnValues } from './column-values.ts';
import type { Proposal, ProposalOptions } from './propose.ts';
import { propose } from './propose.ts';

export interface Inference extends Proposal {
  /** Records looked at. */
  readonly rows: number;
  /** Pieces of the file that are no records. */
  readonly malformed: number;
  readonly columns: readonly ColumnSummary[];
}

const MOST_ROWS = 10_000;
/** Columns, or different paths in documents. */
const MOST_COLUMNS = 2000;

/** Throws ImportError when the file cannot be read. */
export async function inferSchema(source: SourceDescription, options: ProposalOptions): Promise<Inference> {
  const opened = await openSource(source);
  const names = opened.columns;
  const columns = new Map<string, ColumnValues>((names ?? []).map((name) => [name, new ColumnValues(name)]));
  let [rows, malformed] = [0, 0];
  for await (const batch of opened.batches()) {
    malformed += batch.malformed.length;
    for (const { value } of batch.rows) {
      if (rows >= MOST_ROWS) break;
      rows++;
      if (names === null) addDocument(value, '', columns);
      else for (const [index, name] of names.entries()) columns.get(name)?.add((value as readonly unknown[])[index]);
    }
    if (rows >= MOST_ROWS) break;
  }
  const summaries = [...columns.values()].map((column) => column.summary(rows));
  return { rows, malformed, columns: summaries, ...propose(summaries, options) };
}

/** Objects are gone into; lists are one value. */
function addDocument(value: unknown, path: string, columns: Map<string, ColumnValues>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
    for (const [name, inner] of Object.entries(value)) addDocument(inner, path === '' ? name : `${path}.${name}`, columns);
    return;
  }
  if (path === '' || (columns.size >= MOST_COLUMNS && !columns.has(path))) return;
  let column = columns.get(path);
  if (column === undefined) columns.set(path, (column = new ColumnValues(path)));
  column.add(value);
}
