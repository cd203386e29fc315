/** Takes in a batch: reads everything once to see whether it is good enough, then stores it. */
import type { ProfileTables } from '../../profile/index.ts';
import { ImportError } from '../errors.ts';
import type { Run } from '../mapping/language/functions/function.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { xdmMapping } from '../mapping/mapping.ts';
import { runImport } from '../run-import.ts';
import type { SourceDescription } from '../sources/open.ts';
import type { BatchFile, BatchFiles } from './batch-files.ts';
import type { Batch, BatchMetrics, BatchProblem } from './batch.ts';
import { checkSource } from './check-source.ts';

export interface BatchWork {
  readonly tables: ProfileTables;
  readonly files: BatchFiles;
  /** In milliseconds. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

export interface BatchOutcome {
  readonly status: 'success' | 'failed';
  readonly metrics: BatchMetrics;
  readonly errors: readonly BatchProblem[];
}

/** Documented codes, by what is wrong with a record. */
const CODES: Readonly<Record<string, readonly [code: string, description: string]>> = {
  parse: ['INGEST-1401-400', 'The row is corrupt and cannot be read.'],
  required: ['INGEST-1555-400', 'A required field is missing or null.'],
};
const OTHER = ['INGEST-1212-400', 'A value does not fit the schema.'] as const;

/** Can be repeated: what is stored is not stored twice. Throws StoreError, and ImportError `IMPORT_STOPPED`. */
export async function runBatch(batch: Batch, work: BatchWork): Promise<BatchOutcome> {
  const files = await work.files.list(batch.id);
  const inputs = { inputByteSize: files.reduce((sum, { size }) => sum + size, 0), inputFileCount: files.length };
  const failed = (error: BatchProblem, counts: Counts = NOTHING): BatchOutcome => ({
    status: 'failed',
    metrics: { ...inputs, inputRecordCount: counts.read, outputRecordCount: 0, failedRecordCount: counts.failed },
    errors: [error, ...problemsOf(counts)],
  });
  if (inputs.inputByteSize === 0) return failed({ code: '106', description: 'The batch has no file with data.' });
  const dataset = work.tables.schema.datasets.get(batch.dataset);
  if (dataset === undefined)
    return failed({ code: '500', description: `The dataset ${batch.dataset} is no more, or its schema has changed its class.` });
  const mapping = xdmMapping(dataset.class, batch.dataset);
  try {
    const counts = await checkAll(batch, files, { ...work, mapping });
    const refusal = refusalOf(batch, counts);
    if (refusal !== null) return failed(refusal, counts);
    for (const replaced of batch.input.replaces) await work.tables.eraseBatch(replaced);
    if (dataset.profile) await storeAll(batch, files, { ...work, mapping });
    const metrics = {
      ...inputs,
      inputRecordCount: counts.read,
      outputRecordCount: counts.read - counts.failed,
      failedRecordCount: counts.failed,
    };
    return { status: 'success', metrics, errors: problemsOf(counts) };
  } catch (error) {
    if (!(error instanceof ImportError) || error.code === 'IMPORT_STOPPED' || error.code === 'IMPORT_DISK_FULL') throw error;
    return failed({ code: 'INGEST-1401-400', description: `${error.message}. ${error.hint}` });
  }
}

interface Counts {
  readonly read: number;
  readonly failed: number;
  readonly failures: ReadonlyMap<string, number>;
}

const NOTHING: Counts = { read: 0, failed: 0, failures: new Map() };

interface Reading extends BatchWork {
  readonly mapping: Mapping;
}

async function checkAll(batch: Batch, files: readonly BatchFile[], { tables, mapping, signal, files: place }: Reading): Promise<Counts> {
  let [read, failed] = [0, 0];
  const failures = new Map<string, number>();
  for (const file of files) {
    const letterFile = place.letterFile(batch.id, file.name);
    const counts = await checkSource({
      source: sourceOf(batch, file),
      mapping,
      schema: tables.schema,
      run: runOf(batch, file),
      letterFile,
      signal,
    });
    read += counts.read;
    failed += counts.failed;
    for (const [failure, count] of counts.failures) failures.set(failure, (failures.get(failure) ?? 0) + count);
  }
  return { read, failed, failures };
}

async function storeAll(
  batch: Batch,
  files: readonly BatchFile[],
  { tables, mapping, signal, clock, files: place }: Reading,
): Promise<void> {
  for (const file of files) {
    const deadLetterFile = place.letterFile(batch.id, file.name);
    await runImport({
      source: sourceOf(batch, file),
      mapping,
      tables,
      deadLetterFile,
      clock,
      signal,
      run: runOf(batch, file),
      batch: batch.id,
    });
  }
}

/** The same however often the batch is read. */
function runOf({ id, createdAt }: Batch, { name }: BatchFile): Run {
  return { now: createdAt.getTime(), seed: `batch/${id}/${name}` };
}

function sourceOf({ input: { format, delimiter, charset } }: Batch, { path }: BatchFile): SourceDescription {
  const csv = { ...(delimiter !== null && { delimiter }), ...(charset !== null && { encoding: charset }) };
  return { kind: 'file', path, format, csv };
}

/** Null for a batch that is good enough. */
function refusalOf({ input: { mostFailed } }: Batch, { read, failed }: Counts): BatchProblem | null {
  if (read === 0) return { code: '106', description: 'The files hold no records.' };
  if (failed === 0 || (mostFailed !== null && (failed / read) * 100 <= mostFailed)) return null;
  const allowed = mostFailed === null ? 'no failed records are allowed' : `${mostFailed} % are allowed`;
  return {
    code: 'INGEST-1212-400',
    description: `${failed} of ${read} records cannot be stored, ${allowed}. Nothing was stored.`,
    recordCount: failed,
  };
}

function problemsOf({ failures }: Counts): readonly BatchProblem[] {
  const counts = new Map<readonly [string, string], number>();
  for (const [failure, count] of failures) {
    const kind = CODES[failure] ?? OTHER;
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  return [...counts].map(([[code, description], recordCount]) => ({ code, description, recordCount }));
}
