/** Reads a source as an import would, and stores nothing: what would become of its records. */
import type { XdmSchema } from '../../schema/index.ts';
import { DeadLetters } from '../dead-letters.ts';
import type { Run } from '../mapping/language/functions/function.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { startReading } from '../reading.ts';
import type { SourceDescription } from '../sources/open.ts';

export interface CheckOptions {
  readonly source: SourceDescription;
  readonly mapping: Mapping;
  readonly schema: XdmSchema;
  readonly run: Run;
  /** Where to put the records that cannot be stored. */
  readonly letterFile: string;
  readonly signal: AbortSignal;
}

export interface CheckedCounts {
  readonly read: number;
  readonly failed: number;
  /** Failed records by what is wrong with them first: a word of JSON Schema, `parse` for what is no record, `record` for the rest. */
  readonly failures: ReadonlyMap<string, number>;
}

const CHUNK_ROWS = 50_000;

/** Throws ImportError when the source cannot be read. */
export async function checkSource({ source, mapping, schema, run, letterFile, signal }: CheckOptions): Promise<CheckedCounts> {
  const letters = new DeadLetters(letterFile);
  const failures = new Map<string, number>();
  let [read, failed] = [0, 0];
  try {
    const reading = await startReading({ source, mapping, schema, run, chunkRows: CHUNK_ROWS });
    for await (const step of reading.steps) {
      await letters.write(step.deadLetters);
      read += step.rowsIn;
      failed += step.deadLetters.length;
      for (const { keyword, malformed } of step.deadLetters) {
        const failure = malformed === true ? 'parse' : (keyword ?? 'record');
        failures.set(failure, (failures.get(failure) ?? 0) + 1);
      }
      signal.throwIfAborted();
    }
  } finally {
    await letters.close();
  }
  return { read, failed, failures };
}
