/** Lists that were taken into audiences: one row each in PostgreSQL. */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, ExternalIngestionRow, IngestionMode, IngestionStatus } from '../store/index.ts';
import type { Definition } from './definition.ts';
import { SegmentationError } from './errors.ts';

export interface IngestionCounts {
  /** Records of the list, broken ones too. */
  readonly recordsIn: number;
  readonly failed: number;
  /** People nobody knew. */
  readonly newProfiles: number;
  /** People who had a profile already. */
  readonly knownProfiles: number;
}

export interface IngestionProblem {
  readonly line: number;
  /** The column; empty when it is about the whole record. */
  readonly field: string;
  readonly reason: string;
}

export interface IngestionError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Ingestion {
  readonly id: string;
  readonly audience: string;
  /** Counts the lists of the audience, from 1. */
  readonly number: number;
  readonly generation: number;
  readonly status: IngestionStatus;
  readonly mode: IngestionMode;
  /** What people call the source. */
  readonly source: string;
  readonly counts: IngestionCounts;
  /** The first records that failed, and why. */
  readonly problems: readonly IngestionProblem[];
  readonly error: IngestionError | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly endedAt: Date | null;
}

export type IngestionOutcome = Pick<Ingestion, 'counts' | 'problems' | 'error'> & { readonly status: 'SUCCESS' | 'FAILED' };

const NOTHING: IngestionCounts = { recordsIn: 0, failed: 0, newProfiles: 0, knownProfiles: 0 };

export class Ingestions {
  readonly #db: Kysely<Database>;
  /** Audiences with a list under way. */
  readonly #running = new Set<string>();

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async failInterrupted(now: Date): Promise<void> {
    const error = { code: 'ingestion-interrupted', message: 'The server ended before this list was taken in.', hint: 'Upload it again.' };
    const row = { status: 'FAILED', error: JSON.stringify(error), ended_at: now } as const;
    await this.#db.updateTable('external_ingestions').set(row).where('status', '=', 'PROCESSING').execute();
  }

  /** Throws SegmentationError `ingestion-running`. */
  async begin(
    { id: audience, name }: Definition,
    request: { readonly mode: IngestionMode; readonly source: string; readonly generation: number; readonly by: string },
    now: Date,
  ): Promise<Ingestion> {
    if (this.#running.has(audience)) {
      throw new SegmentationError({
        code: 'ingestion-running',
        message: `${name} is taking in a list.`,
        hint: 'Wait for its end; the list of ingestions tells.',
      });
    }
    this.#running.add(audience);
    try {
      const { last } = await this.#of(audience)
        .select(({ fn }) => fn.max('number').as('last'))
        .executeTakeFirstOrThrow();
      const row = {
        id: randomUUID(),
        definition_id: audience,
        number: (last ?? 0) + 1,
        generation: request.generation,
        status: 'PROCESSING',
        mode: request.mode,
        source: request.source,
        counts: JSON.stringify(NOTHING),
        problems: '[]',
        created_at: now,
        created_by: request.by,
      } as const;
      return ingestionOf(await this.#db.insertInto('external_ingestions').values(row).returningAll().executeTakeFirstOrThrow());
    } catch (error) {
      this.#running.delete(audience);
      throw error;
    }
  }

  async end(id: string, outcome: IngestionOutcome, now: Date): Promise<Ingestion> {
    const { status, counts, problems, error } = outcome;
    const row = {
      status,
      counts: JSON.stringify(counts),
      problems: JSON.stringify(problems),
      error: error === null ? null : JSON.stringify(error),
      ended_at: now,
    };
    const ended = await this.#db.updateTable('external_ingestions').set(row).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
    this.#running.delete(ended.definition_id);
    return ingestionOf(ended);
  }

  /** Newest first. */
  async list(audience: string): Promise<readonly Ingestion[]> {
    return (await this.#of(audience).selectAll().orderBy('number', 'desc').execute()).map(ingestionOf);
  }

  /** Throws SegmentationError `ingestion-not-found`. */
  async get(audience: string, id: string): Promise<Ingestion> {
    const row = await this.#of(audience).selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return ingestionOf(row);
    throw new SegmentationError({
      code: 'ingestion-not-found',
      message: `The audience has no ingestion ${id}.`,
      hint: 'List its ingestions for their ids.',
    });
  }

  /** Numbers of the lists that make up a generation. */
  async succeeded(audience: string, generation: number): Promise<readonly number[]> {
    const rows = await this.#of(audience).select('number').where('generation', '=', generation).where('status', '=', 'SUCCESS').execute();
    return rows.map(({ number }) => number);
  }

  #of(audience: string) {
    return this.#db.selectFrom('external_ingestions').where('definition_id', '=', audience);
  }
}

function ingestionOf(row: ExternalIngestionRow): Ingestion {
  return {
    id: row.id,
    audience: row.definition_id,
    number: row.number,
    generation: row.generation,
    status: row.status,
    mode: row.mode,
    source: row.source,
    counts: { ...NOTHING, ...row.counts },
    problems: row.problems as readonly IngestionProblem[],
    error: row.error as IngestionError | null,
    createdAt: row.created_at,
    createdBy: row.created_by,
    endedAt: row.ended_at,
  };
}
