/** The beginning of a CSV file in the browser: its columns and first rows, before anything is sent. */

export interface CsvBeginning {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const READ_BYTES = 256 * 1024;
const ROWS = 20;

/** Throws Error when the file is empty. */
export async function beginningOf(file: File): Promise<CsvBeginning> {
  const whole = file.size <= READ_BYTES;
  const rows = parseCsv(await file.slice(0, READ_BYTES).text());
  // What is read ends in the middle of a row.
  const [columns, ...body] = whole ? rows : rows.slice(0, -1);
  if (columns === undefined) throw new Error(`${file.name} is empty: the first line has the names of the columns.`);
  return { columns, rows: body.slice(0, ROWS) };
}

/** RFC 4180: quoted fields may hold commas, line ends and doubled quotes. Empty lines are left out. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end = ''] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|\r|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

/** The first column whose name or values look like identities, and the namespace they would be of. */
export function guessIdentity(
  { columns, rows }: CsvBeginning,
  namespaces: readonly string[],
): { readonly column: string; readonly namespace: string } {
  const isMail = (column: number) => rows.length > 0 && rows.every((row) => /^[^\s@]+@[^\s@]+$/.test(row[column] ?? ''));
  const mail = columns.findIndex((_, index) => isMail(index));
  if (mail >= 0) return { column: columns[mail] ?? '', namespace: 'Email' };
  for (const column of columns) {
    const namespace = namespaces.find((code) => code.toLowerCase() === column.toLowerCase().replaceAll(/[^a-z\d]/g, ''));
    if (namespace !== undefined) return { column, namespace };
  }
  return { column: columns[0] ?? '', namespace: 'Email' };
}
