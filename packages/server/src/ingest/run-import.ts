/** The import job: steps from the worker into the tables, one after the other, counted and reported. */
import type { ProfileTables } from '../profile/index.ts';
import { isDiskFull } from '../store/index.ts';
import { DeadLetters } from './dead-letters.ts';
import { ImportError } from './errors.ts';
import type { Run } from './mapping/language/functions/function.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { Step } from './pipeline.ts';
import { startReading } from './reading.ts';
import type { SourceDescription } from './sources/open.ts';

export interface ImportOptions {
  readonly source: SourceDescription;
  readonly mapping: Mapping;
  /** The batch that the records came with; none when left out. */
  readonly batch?: string;
  readonly tables: ProfileTables;
  /** Where to put the records that are not imported. */
  readonly deadLetterFile: string;
  /** A clock in milliseconds, for the report. */
  readonly clock: () => number;
  /** Called after each step. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops after the step under way. */
  readonly signal?: AbortSignal;
  /** Left out: now, and the source by what it is. */
  readonly run?: Run;
  /** Records stored at a time. */
  readonly chunkRows?: number;
}

export interface ImportCounts {
  /** Records found in the source. */
  readonly rowsIn: number;
  /** Stored now. */
  readonly accepted: number;
  /** Known already. */
  readonly duplicates: number;
  /** In the dead-letter file. */
  readonly rejected: number;
  /** Left out by a rule of the mapping. */
  readonly skipped: number;
}

export interface ImportProgress extends ImportCounts {
  /** How much of the source is done, 0 … 1; null when its size is not known. */
  readonly done: number | null;
}

export interface ImportReport extends ImportCounts {
  /** Records left out, by the reason of the rule. */
  readonly skippedBy: Readonly<Record<string, number>>;
  /** Unknown fields left out, by path, when the mapping says to drop them. */
  readonly droppedFields: Readonly<Record<string, number>>;
  /** Profiles the stored and known records belong to. */
  readonly profiles: number;
  readonly tookMs: number;
  /** Null when every record was good. */
  readonly deadLetterFile: string | null;
}

const CHUNK_ROWS = 150_000;

/**
 * Imports a source. Can be repeated: what is known stays out. Throws ImportError when it cannot begin or go on, and
 * StoreError when a store fails; what was stored by then stays.
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const { tables, mapping, source, clock } = options;
  const start = clock();
  const letters = new DeadLetters(options.deadLetterFile);
  const tally = new Tally();
  try {
    options.signal?.throwIfAborted();
    const { run = { now: start, seed: JSON.stringify(source) }, chunkRows = CHUNK_ROWS } = options;
    const reading = await startReading({ source, mapping, schema: tables.schema, run, chunkRows });
    for await (const step of reading.steps) {
      await letters.write(step.deadLetters);
      await store(step, options, tally);
      options.onProgress?.({ ...tally.counts(), done: reading.size === null ? null : Math.min(1, step.position / reading.size) });
      options.signal?.throwIfAborted();
    }
    return { ...tally.report(), tookMs: clock() - start, deadLetterFile: letters.file };
  } catch (error) {
    throw stopped(error, options.signal, tally);
  } finally {
    await letters.close();
  }
}

async function store(step: Step, { tables, mapping, batch }: ImportOptions, tally: Tally): Promise<void> {
  for (const { target, chunk } of step.chunks) {
    const result =
      target === 'event'
        ? await tables.writeEvents(chunk, mapping.dataset, batch)
        : await tables.writeFragments(chunk, mapping.dataset, batch);
    tally.stored(result.added, result.duplicates, result.profiles);
  }
  const { entity } = tables.schema.datasets.get(mapping.dataset) ?? {};
  if (step.lookups.length > 0 && entity !== undefined) {
    const { added, duplicates, profiles } = await tables.writeLookups(entity, step.lookups, {
      dataset: mapping.dataset,
      batch: batch ?? '',
    });
    tally.stored(added, duplicates, profiles);
  }
  tally.read(step);
}

class Tally {
  #rowsIn = 0;
  #accepted = 0;
  #duplicates = 0;
  #rejected = 0;
  #dropped: Readonly<Record<string, number>> = {};
  readonly #skippedBy = new Map<string, number>();
  readonly #profiles = new Set<number>();

  stored(added: number, duplicates: number, profiles: Uint32Array): void {
    this.#accepted += added;
    this.#duplicates += duplicates;
    for (const profile of profiles) this.#profiles.add(profile);
  }

  read(step: Step): void {
    this.#rowsIn += step.rowsIn;
    this.#rejected += step.deadLetters.length;
    this.#dropped = step.dropped;
    for (const [reason, count] of Object.entries(step.skipped)) this.#skippedBy.set(reason, (this.#skippedBy.get(reason) ?? 0) + count);
  }

  counts(): ImportCounts {
    const skipped = [...this.#skippedBy.values()].reduce((sum, count) => sum + count, 0);
    return { rowsIn: this.#rowsIn, accepted: this.#accepted, duplicates: this.#duplicates, rejected: this.#rejected, skipped };
  }

  report(): Omit<ImportReport, 'tookMs' | 'deadLetterFile'> {
    return {
      ...this.counts(),
      skippedBy: Object.fromEntries(this.#skippedBy),
      droppedFields: this.#dropped,
      profiles: this.#profiles.size,
    };
  }
}

/** What ended an import early, with what is stored already. */
function stopped(error: unknown, signal: AbortSignal | undefined, tally: Tally): unknown {
  const { accepted } = tally.counts();
  const stays = `${accepted} records are stored and stay`;
  if (signal?.aborted === true) {
    return new ImportError({
      code: 'IMPORT_STOPPED',
      message: `the import was stopped; ${stays}`,
      hint: 'Run it again to import the rest.',
      cause: error,
    });
  }
  if (!isDiskFull(error)) return error;
  const hint = 'Free space there, then run the import again: it goes on where it stopped.';
  return new ImportError({ code: 'IMPORT_DISK_FULL', message: `the disk of the data folder is full; ${stays}`, hint, cause: error });
}
