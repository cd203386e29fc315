/** Leaves of any number of audiences → bitmaps. Where queries shared by many leaves will have their place. */
import type { Leaf, LeafHash, UnionSchema } from '@kindred/pql';
import { resolveInstant, testOfLeaf } from '@kindred/pql';
import type { Layout, Table } from '../schema/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { StoreError } from '../store/index.ts';
import { Bitmap, fromState } from './bitmap/index.ts';
import type { BitmapCache } from './cache.ts';
import type { Evaluation } from './evaluation.ts';
import { audienceKey } from './evaluation.ts';
import type { ReadDocuments } from './reference.ts';
import { inRanges } from './ranges.ts';
import { selectByReference } from './reference.ts';
import type { LeafQuery, SqlContext } from './sql/index.ts';
import { leafQuery } from './sql/index.ts';

export interface LeafEngineOptions {
  readonly clickhouse: ClickHouse;
  readonly schema: UnionSchema;
  /** The columns that exist at this moment. */
  readonly layout: (table: Table) => Layout;
  readonly readDocuments: ReadDocuments;
  readonly cache: BitmapCache;
}

/** The engine's numbers for what it refuses: regular expressions that are too large, queries that are too deep or too large. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([427, 167, 168, 306]);

function isRefused(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false;
  return REFUSALS.has(error.clickhouseCode) || error.message.includes('Maximum lambda depth exceeded');
}

const EVERYBODY: LeafQuery = { sql: null, complement: false, exact: false, ranged: null };

export class LeafEngine {
  readonly #options: LeafEngineOptions;

  constructor(options: LeafEngineOptions) {
    this.#options = options;
  }

  /** The members of each leaf. Throws StoreError; when the signal aborts, after the queries have stopped. */
  async evaluate(leaves: ReadonlyMap<LeafHash, Leaf>, evaluation: Evaluation): Promise<ReadonlyMap<LeafHash, Bitmap>> {
    const failure = new AbortController();
    const signals = [failure.signal, ...(evaluation.signal === undefined ? [] : [evaluation.signal])];
    const shared = { ...evaluation, signal: AbortSignal.any(signals) };
    const work = [...leaves].map(async ([hash, leaf]) => {
      try {
        return [hash, await this.#leaf(leaf, hash, shared)] as const;
      } catch (error) {
        // The others' work is for nothing.
        failure.abort(error);
        throw error;
      }
    });
    const settled = await Promise.allSettled(work);
    if (failure.signal.aborted) throw failure.signal.reason;
    return new Map(settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
  }

  async #leaf(leaf: Leaf, hash: LeafHash, evaluation: Evaluation): Promise<Bitmap> {
    if (leaf.kind === 'audience') return evaluation.audiences.get(audienceKey(leaf.namespace, leaf.id)) ?? Bitmap.empty;
    const query = leafQuery(leaf, this.#context(evaluation));
    if (query.exact) return await this.#exact(query, evaluation, async () => await this.#byReference(leaf, hash, EVERYBODY, evaluation));
    return await this.#byReference(leaf, hash, query, evaluation);
  }

  async #exact(query: LeafQuery, evaluation: Evaluation, otherwise: () => Promise<Bitmap>): Promise<Bitmap> {
    try {
      return await this.#candidates(query, evaluation);
    } catch (error) {
      if (isRefused(error)) return await otherwise();
      throw error;
    }
  }

  async #byReference(leaf: Leaf, hash: LeafHash, query: LeafQuery, evaluation: Evaluation): Promise<Bitmap> {
    const compute = async (): Promise<Bitmap> => {
      const candidates = await this.#exact(query, evaluation, () => Promise.resolve(evaluation.universe));
      return await selectByReference(testOfLeaf(leaf), candidates, evaluation, this.#options.readDocuments);
    };
    // What a test says of audiences changes with their definitions, not only with the data.
    if (JSON.stringify(leaf).includes('"op":"audience"')) return await compute();
    return await this.#cached(`reference ${hash} ${evaluation.now} ${evaluation.zone}`, evaluation.revision, compute);
  }

  async #candidates({ sql, complement, ranged }: LeafQuery, evaluation: Evaluation): Promise<Bitmap> {
    if (sql === null) return evaluation.universe;
    let found = Bitmap.empty;
    for (const part of ranged === null ? [sql] : inRanges(evaluation.universe, sql, ranged))
      found = found.or(await this.select(part, evaluation.revision, evaluation.signal));
    return complement ? evaluation.universe.andNot(found) : found;
  }

  /** The one groupBitmap state that a SELECT yields, kept for the next time. */
  async select(sql: string, revision: number, signal: AbortSignal | undefined): Promise<Bitmap> {
    const { clickhouse } = this.#options;
    const read = async (): Promise<Bitmap> => fromState(await clickhouse.bytes(sql, 'RowBinary', signal === undefined ? {} : { signal }));
    return await this.#cached(sql, revision, read);
  }

  async #cached(key: string, revision: number, compute: () => Promise<Bitmap>): Promise<Bitmap> {
    const known = this.#options.cache.get(key, revision);
    if (known !== undefined) return known;
    const bitmap = await compute();
    this.#options.cache.set(key, revision, bitmap);
    return bitmap;
  }

  #context({ now, zone, audiences }: Evaluation): SqlContext {
    const { schema, layout } = this.#options;
    const instantOf: SqlContext['instantOf'] = (value) => resolveInstant(value, { now, zone });
    const membersOf: SqlContext['membersOf'] = (namespace, id) => audiences.get(audienceKey(namespace, id)) ?? Bitmap.empty;
    return { schema, layouts: { events: layout('events'), profiles: layout('profiles') }, now, zone, instantOf, membersOf };
  }
}
