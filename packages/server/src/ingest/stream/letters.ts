/** The dead letters of the stream: records that were taken in and cannot be stored as they are. */
import type { Kysely } from 'kysely';
import type { Identity } from '../../identity/index.ts';
import type { Problem, RecordKind } from '../../schema/index.ts';
import type { Database, StreamDeadLetterRow } from '../../store/index.ts';
import { namesSomebody } from '../traces.ts';
import type { StreamLetter } from './encode.ts';

export type LetterState = 'open' | 'replayed' | 'discarded';

export interface KeptLetter {
  /** The offset of the record in the log. */
  readonly id: number;
  readonly kind: RecordKind;
  readonly dataset: string;
  readonly source: string;
  readonly receivedAt: Date;
  readonly problems: readonly Problem[];
  readonly document: unknown;
  /** What was to be done with it; null: stored. */
  readonly operation: 'delete' | 'merge' | null;
  readonly state: LetterState;
  readonly changedAt: Date | null;
  readonly changedBy: string | null;
}

export interface LetterFilter {
  readonly state?: LetterState | undefined;
  readonly dataset?: string | undefined;
  readonly source?: string | undefined;
}

export interface LetterPage extends LetterFilter {
  readonly start: number;
  readonly limit: number;
}

/** Rows in one statement. */
const SLICE = 500;
/** As JSON writes them. What a client made of a field's name can hold what jsonb cannot. */
const NUL = String.raw`\u0000`;
const REPLACEMENT = String.raw`\ufffd`;

export class StreamLetters {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Durable on return; a letter that is there already stays as it is. */
  async keep(letters: readonly StreamLetter[]): Promise<void> {
    for (let from = 0; from < letters.length; from += SLICE) {
      const rows = letters
        .slice(from, from + SLICE)
        .map(({ offset, kind, dataset, source, receivedAt, problems, document, operation }) => ({
          kind,
          dataset,
          source,
          document,
          operation: operation ?? null,
          log_offset: offset,
          received_at: new Date(receivedAt),
          problems: JSON.stringify(problems).replaceAll(NUL, REPLACEMENT),
        }));
      await this.#db
        .insertInto('stream_dead_letters')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }

  /** Newest first. */
  async list({ start, limit, ...filter }: LetterPage): Promise<readonly KeptLetter[]> {
    const rows = await this.#filtered(filter).selectAll().orderBy('log_offset', 'desc').offset(start).limit(limit).execute();
    return rows.map(letterOf);
  }

  async count(filter: LetterFilter): Promise<number> {
    const row = await this.#filtered(filter)
      .select((is) => is.fn.countAll<number>().as('letters'))
      .executeTakeFirst();
    return row?.letters ?? 0;
  }

  async get(id: number): Promise<KeptLetter | undefined> {
    const row = await this.#db.selectFrom('stream_dead_letters').selectAll().where('log_offset', '=', id).executeTakeFirst();
    return row === undefined ? undefined : letterOf(row);
  }

  /** Notes what became of letters. */
  async mark(ids: readonly number[], state: LetterState, by: { readonly name: string; readonly at: Date }): Promise<void> {
    if (ids.length === 0) return;
    const change = { state, changed_at: by.at, changed_by: by.name };
    await this.#db
      .updateTable('stream_dead_letters')
      .set(change)
      .where('log_offset', 'in', [...ids])
      .execute();
  }

  /** Forgets letters that name one of some people. Gives how many. */
  async forget(people: readonly Identity[]): Promise<number> {
    const named = new Set<number>();
    for (const { id } of people) {
      const rows = await this.#db
        .selectFrom('stream_dead_letters')
        .select(['log_offset', 'document'])
        .where((is) => is(is.fn<number>('strpos', ['document', is.val(JSON.stringify(id).slice(1, -1))]), '>', 0))
        .execute();
      for (const row of rows) if (namesSomebody(JSON.parse(row.document), people)) named.add(row.log_offset);
    }
    if (named.size > 0)
      await this.#db
        .deleteFrom('stream_dead_letters')
        .where('log_offset', 'in', [...named])
        .execute();
    return named.size;
  }

  #filtered({ state, dataset, source }: LetterFilter) {
    let letters = this.#db.selectFrom('stream_dead_letters');
    if (state !== undefined) letters = letters.where('state', '=', state);
    if (dataset !== undefined) letters = letters.where('dataset', '=', dataset);
    if (source !== undefined) letters = letters.where('source', '=', source);
    return letters;
  }
}

function letterOf(row: StreamDeadLetterRow): KeptLetter {
  return {
    id: row.log_offset,
    kind: row.kind,
    dataset: row.dataset,
    source: row.source,
    receivedAt: row.received_at,
    problems: row.problems,
    document: JSON.parse(row.document),
    operation: row.operation,
    state: row.state,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  };
}
