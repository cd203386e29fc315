/** One run of a source: portion after portion is imported, and after each its place is kept. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileTables } from '../../profile/index.ts';
import { ImportError } from '../errors.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { runImport } from '../run-import.ts';
import type { Connector, Cursor, Portion } from './connector.ts';
import { ConnectorError } from './connector.ts';
import type { SourceCounts, SourceRun } from './source.ts';
import { NO_COUNTS, sumOf } from './source.ts';

export interface RunOptions {
  readonly connector: Connector<never>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly cursor: Cursor;
  readonly mapping: Mapping;
  readonly tables: ProfileTables;
  /** For what is brought here; removed at the end. */
  readonly spool: string;
  /** Where the records of a portion go that cannot be stored. */
  readonly letterFile: (portion: number) => string;
  /** Keeps the place that reading has come to, and what the portion brought. Durable on return. */
  readonly advance: (cursor: Cursor, counts: SourceCounts) => Promise<void>;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
}

export type RunResult = Omit<SourceRun, 'id' | 'startedAt' | 'endedAt'>;

/** What may be the matter with one portion alone. */
const OF_THE_PORTION: ReadonlySet<string> = new Set([
  'SOURCE_NOT_FOUND',
  'SOURCE_UNREADABLE',
  'SOURCE_EMPTY',
  'SOURCE_FORMAT_UNKNOWN',
  'SOURCE_HEADER_INVALID',
]);

/** Throws what is neither the source's nor the mapping's fault, such as StoreError. */
export async function runSource(options: RunOptions): Promise<RunResult> {
  const { connector, settings, cursor, spool, signal, clock } = options;
  const run = new Run(options);
  await mkdir(spool, { recursive: true });
  try {
    const portions = connector.fetch(settings as never, cursor, { spool, signal, now: clock().getTime() });
    for await (const portion of portions) await run.take(portion);
    return run.result(null);
  } catch (error) {
    if (signal.aborted) return run.result(null);
    if (error instanceof ConnectorError || error instanceof ImportError) return run.result(error);
    throw error;
  } finally {
    await rm(spool, { recursive: true, force: true });
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #skipped: { readonly name: string; readonly reason: string }[] = [];
  readonly #letterFiles: string[] = [];
  #counts: SourceCounts = NO_COUNTS;
  #portions = 0;
  /** The portion under way. */
  #name = '';

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async take(portion: Portion): Promise<void> {
    const { mapping, tables, letterFile, advance, clock, signal, spool } = this.#options;
    this.#name = portion.name;
    const { source } = portion;
    try {
      const report = await runImport({
        source,
        mapping,
        tables,
        deadLetterFile: letterFile(++this.#portions),
        clock: () => clock().getTime(),
        signal,
      });
      if (report.deadLetterFile !== null) this.#letterFiles.push(report.deadLetterFile);
      const { rowsIn, accepted, duplicates, rejected, skipped } = report;
      const counts = { portions: 1, rowsIn, accepted, duplicates, rejected, skipped };
      await advance(portion.cursor, counts);
      this.#counts = sumOf(this.#counts, counts);
    } catch (error) {
      if (!(error instanceof ImportError) || portion.skipping === undefined || !OF_THE_PORTION.has(error.code)) throw error;
      this.#skipped.push({ name: portion.name, reason: error.message });
      await advance(portion.skipping, NO_COUNTS);
    }
    if (source.kind === 'file' && source.path.startsWith(join(spool, '/'))) await rm(source.path, { force: true });
  }

  result(error: ConnectorError | ImportError | null): RunResult {
    const where = error instanceof ImportError && this.#name !== '' ? `${this.#name}: ` : '';
    return {
      counts: this.#counts,
      skipped: this.#skipped,
      letterFiles: this.#letterFiles,
      error: error && { code: error.code, message: `${where}${error.message}`, hint: error.hint },
    };
  }
}
