/**
 * Leaves of any number of audiences → bitmaps. What is known is taken from the cache, what is known of an older state of the
 * data or an earlier instant is patched, the rest is asked for: in queries that answer many leaves, where they fit.
 */
import type { Leaf, LeafHash, UnionSchema, Value } from '@kindred/pql';
import { resolveInstant, testOfLeaf } from '@kindred/pql';
import type { Lookups } from '../profile/index.ts';
import type { Layout, Table } from '../schema/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { StoreError } from '../store/index.ts';
import { Bitmap, fromState } from './bitmap/index.ts';
import type { BitmapCache, Kept } from './cache.ts';
import { clockBesidesWindows, clockKey } from './clock.ts';
import type { Evaluation } from './evaluation.ts';
import { audienceKey } from './evaluation.ts';
import type { Running, SharedQuery } from './families/index.ts';
import { patchShared, planFamilies, runShared } from './families/index.ts';
import type { ReadDocuments } from './reference.ts';
import { inRanges } from './ranges.ts';
import { numbersByReference, selectByReference } from './reference.ts';
import type { LeafQuery, SqlContext } from './sql/index.ts';
import { leafQuery } from './sql/index.ts';
import { numbersBySql } from './numbers.ts';
import { inTurns } from './turns.ts';

export interface LeafEngineOptions {
  readonly clickhouse: ClickHouse;
  /** What the tables hold at this moment. */
  readonly schema: () => UnionSchema;
  /** The columns that exist at this moment. */
  readonly layout: (table: Table) => Layout;
  readonly lookups: Lookups;
  readonly readDocuments: ReadDocuments;
  readonly cache: BitmapCache;
  /** Answers of an older state of the data cannot be patched. */
  readonly rebuilt: () => number;
  /** Leaves with fewer of their kind are asked for alone; the usual number when left out. */
  readonly leastTogether?: number;
  /** Events that a query keeps a state of at once; the usual number when left out. */
  readonly rowsAtOnce?: number;
}

/** The engine's numbers for what it refuses: regular expressions that are too large, queries that are too deep or too large. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([427, 167, 168, 306]);

function isRefused(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false;
  return REFUSALS.has(error.clickhouseCode) || error.message.includes('Maximum lambda depth exceeded');
}

const EVERYBODY: LeafQuery = { sql: null, complement: false, exact: false, ranged: null };

/** Heavy queries at a time: the engine uses all processors for each, and each takes memory. */
const AT_ONCE = 2;
/** Two leaves are faster in one query already. */
const LEAST_TOGETHER = 2;
/** At about 100 bytes a state, a hundred megabytes at most. */
const ROWS_AT_ONCE = 1_000_000;
/** Earlier answers that are patched: leaves are sorted by when they were answered, and each such group is asked for by itself. */
const MOST_GROUPS = 3;

type Leaves = ReadonlyMap<LeafHash, Leaf>;
type Bitmaps = ReadonlyMap<LeafHash, Bitmap>;
type Task = () => Promise<Bitmaps>;

export class LeafEngine {
  readonly #options: LeafEngineOptions;
  /** The numbers asked for last: while a composition is edited they are asked for again and again. */
  #ranking: { readonly key: string; readonly profiles: Bitmap; readonly numbers: Float64Array } | null = null;

  constructor(options: LeafEngineOptions) {
    this.#options = options;
  }

  /** The members of each leaf. Throws StoreError; when the signal aborts, after the queries have stopped. */
  async evaluate(leaves: Leaves, evaluation: Evaluation): Promise<Bitmaps> {
    const found = new Map<LeafHash, Bitmap>();
    const unknown = new Map<LeafHash, Leaf>();
    for (const [hash, leaf] of leaves) {
      const bitmap = this.#known(hash, leaf, evaluation);
      if (bitmap === undefined) unknown.set(hash, leaf);
      else found.set(hash, bitmap);
    }
    const answers = await inTurns(AT_ONCE, evaluation.signal, (signal) => this.#tasks(unknown, { ...evaluation, signal }));
    for (const [hash, bitmap] of answers.flatMap((each) => [...each])) {
      found.set(hash, bitmap);
      this.#keep(hash, leaves, { bitmap, evaluation });
    }
    return found;
  }

  /** The one groupBitmap state that a SELECT yields, kept for the next time. */
  async select(sql: string, revision: number, signal: AbortSignal | undefined): Promise<Bitmap> {
    const known = this.#options.cache.get(sql, '', revision);
    if (known !== undefined) return known;
    const bitmap = await this.#read(sql, signal);
    this.#options.cache.set(sql, '', { bitmap, revision, clock: { now: 0, zone: 'UTC' }, universe: bitmap });
    return bitmap;
  }

  /** One number of each of some profiles, in their order, NaN where it is not known. Throws StoreError. */
  async numbers(value: Value, profiles: Bitmap, evaluation: Evaluation): Promise<Float64Array> {
    const key = JSON.stringify([value, evaluation.revision, clockKey({ kind: 'general', test: { op: 'known', value } }, evaluation)]);
    if (this.#ranking?.key !== key || !this.#ranking.profiles.equals(profiles)) {
      this.#ranking = { key, profiles, numbers: await this.#numbers(value, profiles, evaluation) };
    }
    return this.#ranking.numbers;
  }

  async #numbers(value: Value, profiles: Bitmap, evaluation: Evaluation): Promise<Float64Array> {
    try {
      const found = await numbersBySql(value, profiles, {
        evaluation,
        context: this.#context(evaluation),
        clickhouse: this.#options.clickhouse,
      });
      if (found !== null) return found;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
    return await numbersByReference(value, profiles, evaluation, this.#options);
  }

  #known(hash: LeafHash, leaf: Leaf, evaluation: Evaluation): Bitmap | undefined {
    if (leaf.kind === 'audience') return evaluation.audiences.get(audienceKey(leaf.namespace, leaf.id)) ?? Bitmap.empty;
    return this.#options.cache.get(hash, clockKey(leaf, evaluation), evaluation.revision);
  }

  /** What a test says of audiences changes with their definitions, not only with the data. */
  #keep(hash: LeafHash, leaves: Leaves, { bitmap, evaluation }: { readonly bitmap: Bitmap; readonly evaluation: Evaluation }): void {
    const leaf = leaves.get(hash);
    if (leaf === undefined || readsAudiences(leaf)) return;
    const { revision, universe, now, zone } = evaluation;
    this.#options.cache.set(hash, clockKey(leaf, evaluation), { bitmap, revision, universe, clock: { now, zone } });
  }

  #tasks(leaves: Leaves, evaluation: Evaluation): readonly Task[] {
    const rest = new Map(leaves);
    const tasks: Task[] = [];
    for (const group of this.#patchable(leaves, evaluation)) {
      const { queries } = planFamilies(new Map(group.leaves), this.#context(evaluation), 1);
      for (const query of queries) {
        for (const { hash } of query.answers) rest.delete(hash);
        const patching = this.#patching(query, group.kept);
        tasks.push(() => this.#shared(query, patching, { leaves, evaluation }));
      }
    }
    const plan = planFamilies(rest, this.#context(evaluation), this.#options.leastTogether ?? LEAST_TOGETHER);
    const nobody = new Map(plan.nobody.map((hash) => [hash, Bitmap.empty]));
    return [
      ...tasks,
      () => Promise.resolve(nobody),
      ...plan.queries.map((query) => () => this.#shared(query, async (running) => await runShared(query, running), { leaves, evaluation })),
      ...[...plan.rest].map(
        ([hash, leaf]) =>
          async () =>
            new Map([[hash, await this.#alone(leaf, evaluation)]]),
      ),
    ];
  }

  /** Leaves with an answer that can be patched, by the state of the data and the instant of that answer. */
  #patchable(leaves: Leaves, evaluation: Evaluation): readonly Group[] {
    const found = [...leaves].flatMap(([hash, leaf]): Patchable[] => {
      const kept = this.#options.cache.newest(hash);
      if (kept === undefined || kept.revision > evaluation.revision || kept.revision < this.#options.rebuilt()) return [];
      return clockBesidesWindows(leaf, kept.clock) === clockBesidesWindows(leaf, evaluation) ? [{ hash, leaf, kept }] : [];
    });
    const groups = Map.groupBy(found, ({ kept }) => `${kept.revision} ${kept.clock.now} ${kept.clock.zone}`);
    const largest = [...groups.values()].toSorted((a, b) => b.length - a.length).slice(0, MOST_GROUPS);
    return largest.map((group) => ({
      leaves: group.map(({ hash, leaf }) => [hash, leaf] as const),
      kept: new Map(group.map(({ hash, kept }) => [hash, kept])),
    }));
  }

  #patching(query: SharedQuery, kept: ReadonlyMap<LeafHash, Kept>): (running: Running) => Promise<Bitmaps> {
    const [first] = kept.values();
    if (first === undefined) throw new Error('a group without leaves');
    const { clock, revision, universe } = first;
    const members = new Map([...kept].map(([hash, { bitmap }]) => [hash, bitmap]));
    const before = { revision, universe, members, instantOf: instants(clock) };
    return async (running) => await patchShared(query, before, running);
  }

  /** What the engine refuses is a matter of its own leaf. */
  async #shared(query: SharedQuery, run: (running: Running) => Promise<Bitmaps>, { leaves, evaluation }: Asked): Promise<Bitmaps> {
    try {
      const { clickhouse, rowsAtOnce = ROWS_AT_ONCE } = this.#options;
      return await run({ clickhouse, rowsAtOnce, ...evaluation });
    } catch (error) {
      if (!isRefused(error)) throw error;
      const found = new Map<LeafHash, Bitmap>();
      for (const { hash } of query.answers) {
        const leaf = leaves.get(hash);
        if (leaf !== undefined) found.set(hash, await this.#alone(leaf, evaluation));
      }
      return found;
    }
  }

  async #alone(leaf: Leaf, evaluation: Evaluation): Promise<Bitmap> {
    if (leaf.kind === 'audience') throw new Error('an audience is an evaluation of its own');
    const query = leafQuery(leaf, this.#context(evaluation));
    if (query.exact) return await this.#exact(query, evaluation, async () => await this.#byReference(leaf, EVERYBODY, evaluation));
    return await this.#byReference(leaf, query, evaluation);
  }

  async #exact(query: LeafQuery, evaluation: Evaluation, otherwise: () => Promise<Bitmap>): Promise<Bitmap> {
    try {
      return await this.#candidates(query, evaluation);
    } catch (error) {
      if (isRefused(error)) return await otherwise();
      throw error;
    }
  }

  async #byReference(leaf: Leaf, query: LeafQuery, evaluation: Evaluation): Promise<Bitmap> {
    const candidates = await this.#exact(query, evaluation, () => Promise.resolve(evaluation.universe));
    return await selectByReference(testOfLeaf(leaf), candidates, evaluation, this.#options);
  }

  async #candidates({ sql, complement, ranged }: LeafQuery, { universe, signal }: Evaluation): Promise<Bitmap> {
    if (sql === null) return universe;
    let found = Bitmap.empty;
    for (const part of ranged === null ? [sql] : inRanges(universe, sql, ranged)) found = found.or(await this.#read(part, signal));
    return complement ? universe.andNot(found) : found;
  }

  async #read(sql: string, signal: AbortSignal | undefined): Promise<Bitmap> {
    return fromState(await this.#options.clickhouse.bytes(sql, 'RowBinary', signal === undefined ? {} : { signal }));
  }

  #context({ now, zone, audiences }: Evaluation): SqlContext {
    const { schema, layout, lookups } = this.#options;
    const membersOf: SqlContext['membersOf'] = (namespace, id) => audiences.get(audienceKey(namespace, id)) ?? Bitmap.empty;
    const layouts = { events: layout('events'), profiles: layout('profiles') };
    const lookupTable: SqlContext['lookupTable'] = (entity) => lookups.tableOf(entity);
    return { schema: schema(), layouts, lookupTable, now, zone, instantOf: instants({ now, zone }), membersOf };
  }
}

interface Asked {
  readonly leaves: Leaves;
  readonly evaluation: Evaluation;
}

interface Patchable {
  readonly hash: LeafHash;
  readonly leaf: Leaf;
  readonly kept: Kept;
}

/** Leaves answered together before. */
interface Group {
  readonly leaves: readonly (readonly [LeafHash, Leaf])[];
  readonly kept: ReadonlyMap<LeafHash, Kept>;
}

function instants({ now, zone }: { readonly now: number; readonly zone: string }): SqlContext['instantOf'] {
  return (value) => resolveInstant(value, { now, zone });
}

/** Whether a leaf depends on the members of other audiences. */
export function readsAudiences(leaf: Leaf): boolean {
  return leaf.kind === 'audience' || (leaf.kind === 'general' && JSON.stringify(leaf).includes('"op":"audience"'));
}
