/** Reading a list of identities: CSV files whose one column tells who, and whose others say something of them. */
import { stat } from 'node:fs/promises';
import { ImportError } from './errors.ts';
import { openCsv } from './sources/csv.ts';
import type { Batch } from './sources/source.ts';

/** A record of a list, all values as text; columns without a value are left out. */
export interface ListRecord {
  readonly line: number;
  readonly id: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface ListBatch {
  /** Records without any value: a list of one of them clears an audience. */
  readonly blank: number;
  readonly records: readonly ListRecord[];
  readonly broken: readonly { readonly line: number; readonly field: string; readonly reason: string }[];
}

export interface ListFile {
  /** In the order of the file. */
  readonly columns: readonly string[];
  batches(): AsyncGenerator<ListBatch>;
}

/** Lists are smaller than that, in bytes. */
const LARGEST = 1024 ** 3;

/** Throws ImportError when it is no CSV file with the column. */
export async function openAudienceFile(path: string, identityColumn: string): Promise<ListFile> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size >= LARGEST) {
    throw new ImportError({
      code: 'SOURCE_UNREADABLE',
      message: `the list has ${size} bytes; it must be smaller than 1 GB`,
      hint: 'Split it, and take in the parts with "mode": "add".',
    });
  }
  const source = await openCsv(path, {});
  const columns = (source.columns ?? []).map((column, index) => (index === 0 ? column.replace(/^\uFEFF/, '') : column).trim());
  const place = columns.indexOf(identityColumn);
  if (place === -1) {
    throw new ImportError({
      code: 'SOURCE_HEADER_INVALID',
      message: `the list has no column ${JSON.stringify(identityColumn)}, which identifies its people; it has ${columns.join(', ')}`,
      hint: 'The first line names the columns, exactly as the audience was told.',
    });
  }
  return {
    columns,
    async *batches() {
      for await (const batch of source.batches()) yield listBatch(batch, columns, place);
    },
  };
}

function listBatch({ rows, malformed }: Batch, columns: readonly string[], place: number): ListBatch {
  const records: ListRecord[] = [];
  let blank = 0;
  for (const { line, value } of rows) {
    const values = (value as readonly string[]).map((each) => each.trim());
    if (values.every((each) => each === '')) {
      blank++;
      continue;
    }
    const named = columns.flatMap((column, index) => {
      const text = values[index] ?? '';
      return index === place || text === '' ? [] : [[column, text] as const];
    });
    records.push({ line, id: values[place] ?? '', values: Object.fromEntries(named) });
  }
  return { blank, records, broken: malformed.map(({ line, reason }) => ({ line, field: '', reason })) };
}
