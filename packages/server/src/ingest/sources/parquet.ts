/** Parquet files, read row group by row group. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Compressors, FileMetaData } from 'hyparquet';
import { statFile, unreadable } from './bytes.ts';
import type { Batch, Source } from './source.ts';

/** Snappy comes with the library; these with Node. */
const COMPRESSORS: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  ZSTD: (input) => zstdDecompressSync(input),
};

/** Rows handed on at a time. */
const BATCH = 10_000;

/** Throws ImportError when the file is missing, empty or no Parquet. */
export async function openParquet(path: string): Promise<Source> {
  const { mtimeMs } = await statFile(path);
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const state = { read: 0 };
    return {
      columns: null,
      asOf: Math.floor(mtimeMs),
      size: Number(metadata.num_rows),
      position: () => state.read,
      batches: () => batchesOf(path, file, metadata, state),
    };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

type AsyncBuffer = Awaited<ReturnType<typeof asyncBufferFromFile>>;

async function* batchesOf(path: string, file: AsyncBuffer, metadata: FileMetaData, state: { read: number }): AsyncGenerator<Batch> {
  for (const group of metadata.row_groups) {
    const rowEnd = state.read + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, compressors: COMPRESSORS, rowStart: state.read, rowEnd }).catch(
      (cause: unknown) => {
        throw unreadable(path, cause);
      },
    );
    for (let from = 0; from < rows.length; from += BATCH) {
      const first = state.read + 1;
      const part = rows.slice(from, from + BATCH);
      state.read += part.length;
      yield { rows: part.map((value, index) => ({ line: first + index, value: plain(value) })), malformed: [] };
    }
  }
}

/** 64-bit integers as numbers where they fit, typed arrays as arrays. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>, plain);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
