/**
 * Scores of people as fields of their profiles: `customerAI.<key>.score`. What was scored lies in the table `scores`, run by run; the run in
 * force is read from a table in memory through columns of `profiles` that are looked up and not stored, so going over to another
 * run is one exchange of tables.
 */
import type { Field, ObjectType } from '@kindred/pql';
import type { Column, Layout, XdmSchema } from '../schema/index.ts';
import { columnsOf } from '../schema/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { identifier, literal } from '../store/index.ts';

/** The field of the profile that holds them. */
export const SCORES = 'customerAI';

/** Whose scores are in force. */
export interface ScoredModel {
  /** Letters and digits; unique, whatever the case. */
  readonly key: string;
  readonly title: string;
  /** The run whose rows of `scores` count. */
  readonly run: string;
  /** The one in force before, which changes are told against. */
  readonly previous: string | null;
}

/** Newer scores of some people in a run. */
export interface AmendedScores extends Pick<ScoredModel, 'key' | 'run'> {
  readonly people: Uint32Array;
  /** What goes into the table `scores`: rows of `columns` in the format JSONCompactEachRow. */
  readonly columns: readonly string[];
  readonly rows: Uint8Array;
  /** Of all rows: the state of the data that they were made of. */
  readonly revision: number;
}

const FACTOR: ObjectType = {
  kind: 'object',
  fields: {
    code: { type: { kind: 'string' }, title: 'Feature' },
    label: { type: { kind: 'string' }, title: 'In words' },
    value: { type: { kind: 'string' }, title: 'Value' },
    direction: { type: { kind: 'string', enum: ['up', 'down'] }, title: 'Direction' },
    importance: { type: { kind: 'string', enum: ['low', 'medium', 'high'] }, title: 'Importance' },
    isNew: { type: { kind: 'boolean' }, title: 'New', description: 'Not among the factors of the scoring before' },
  },
};

const MODEL: ObjectType = {
  kind: 'object',
  fields: {
    score: { type: { kind: 'integer' }, title: 'Score', description: 'Of 100 such people, how many reach the goal' },
    probability: { type: { kind: 'number' }, title: 'Probability' },
    percentile: {
      type: { kind: 'integer' },
      title: 'Percentile',
      description: '99: only one of a hundred people scored has a higher score',
    },
    bucket: { type: { kind: 'string', enum: ['Low', 'Medium', 'High'] }, title: 'Bucket' },
    scoredAt: { type: { kind: 'datetime' }, title: 'Scored at' },
    modelVersion: { type: { kind: 'integer' }, title: 'Version of the model' },
    factors: { type: { kind: 'array', items: FACTOR }, title: 'Influential factors' },
    previousScore: { type: { kind: 'integer' }, title: 'Score before', description: 'Of the scoring of everybody before the last one' },
    previousBucket: { type: { kind: 'string', enum: ['Low', 'Medium', 'High'] }, title: 'Bucket before' },
    change: { type: { kind: 'integer' }, title: 'Change of the score', description: 'Since the scoring before: above 0 where it rose' },
  },
};

/** What a column holds, as SQL over a row of the table `scores` and the one of the same person in the run before. */
const SOURCES: Readonly<Record<string, string>> = {
  score: 'toInt64(score)',
  probability: 'toFloat64(probability)',
  percentile: 'toInt64(percentile)',
  bucket: 'toString(bucket)',
  scoredAt: 'scored',
  modelVersion: 'toInt64(version)',
  'factors/#': 'toUInt32(length(codes))',
  'factors/code': 'codes',
  'factors/label': 'labels',
  'factors/value': 'texts',
  'factors/direction': "arrayMap(x -> if(x > 0, 'up', 'down'), contributions)",
  'factors/importance': 'importances',
  // Where there is nothing to compare with, nothing is known of it.
  'factors/isNew': 'arrayMap(code -> if(scoredBefore, NOT has(codesBefore, code), NULL), codes)',
  previousScore: 'if(scoredBefore, toInt64(scoreBefore), NULL)',
  previousBucket: 'if(scoredBefore, toString(bucketBefore), NULL)',
  change: 'if(scoredBefore, toInt64(score) - toInt64(scoreBefore), NULL)',
};

/** A SELECT of the scores of a run, of everybody the newest: who has left the population since has none. */
export function scoresOf(run: string): string {
  const rows = `scores WHERE run = ${literal(run)}`;
  return `SELECT * FROM ${rows} AND (profile, revision) IN (SELECT profile, max(revision) FROM ${rows} GROUP BY profile) AND NOT gone`;
}

/** Rows of the table `scores`, each beside what the same person had in another run. */
function besides(rows: string, previous: string | null): string {
  const before = previous === null ? 'SELECT * FROM scores WHERE 0' : scoresOf(previous);
  return `SELECT now.*, before.* EXCEPT profile FROM (${rows}) AS now LEFT JOIN
    (SELECT profile, true AS scoredBefore, score AS scoreBefore, bucket AS bucketBefore, codes AS codesBefore FROM (${before})) AS before
    ON before.profile = now.profile`;
}

/** Whether a column is none of records. */
export function isScore({ path }: Column): boolean {
  return path[0] === SCORES;
}

/** Rows put over others in memory take room until the run is read anew: when they are so many, and more than half of all. */
const MANY_AMENDED = 10_000;

/** A table in memory. */
interface Loaded {
  readonly rows: number;
  /** Put over others, or added. */
  amended: number;
}

export class Scores {
  readonly #clickhouse: ClickHouse;
  /** By key. */
  readonly #loaded = new Map<string, Loaded>();
  #models: ReadonlyMap<string, ScoredModel> = new Map();
  #schema: { readonly stored: XdmSchema; readonly seen: XdmSchema } | null = null;
  #layout: { readonly stored: Layout; readonly seen: Layout } | null = null;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** A schema with the fields of all models: the same object until something changes. */
  schemaWith(stored: XdmSchema): XdmSchema {
    if (this.#schema?.stored !== stored) this.#schema = { stored, seen: { ...stored, profile: this.#typeWith(stored.profile) } };
    return this.#schema.seen;
  }

  /** The columns of profiles with those of all models: the same object until something changes. */
  layoutWith(stored: Layout): Layout {
    if (this.#models.size === 0) return stored;
    if (this.#layout?.stored !== stored) this.#layout = { stored, seen: stored.with([...this.#models.keys()].flatMap(columnsOfModel)) };
    return this.#layout.seen;
  }

  #typeWith(profile: ObjectType): ObjectType {
    if (this.#models.size === 0) return profile;
    const fields = Object.fromEntries([...this.#models.values()].map(({ key, title }): [string, Field] => [key, { type: MODEL, title }]));
    return { ...profile, fields: { ...profile.fields, [SCORES]: { type: { kind: 'object', fields }, title: 'Customer AI' } } };
  }

  /** Reads a run into memory beside the one in force. Throws StoreError. */
  async prepare({ key, run, previous }: ScoredModel): Promise<void> {
    const columns = columnsOfModel(key);
    const definitions = columns.map(({ name, chType }) => `${identifier(name)} ${compact(chType)}`);
    const next = nextTable(key);
    await this.#clickhouse.command(`DROP TABLE IF EXISTS ${next} SYNC`);
    await this.#clickhouse.command(
      `CREATE TABLE ${next} (profile UInt32, ${definitions.join(', ')}) ENGINE = Join(ANY, LEFT, profile) SETTINGS join_any_take_last_row = 1, persistent = 0`,
    );
    await this.#clickhouse.command(`INSERT INTO ${next} SELECT profile, ${sourcesOf(columns)} FROM (${besides(scoresOf(run), previous)})`);
  }

  /** Puts what was prepared in force. */
  async exchange(model: ScoredModel): Promise<void> {
    const { key } = model;
    const table = tableOf(key);
    await this.#goOver(key);
    // Whole, since deletions of rows look at all columns in the background, where no database is the usual one.
    const [row] = await this.#clickhouse.query<{ name: string }>(`SELECT concat(currentDatabase(), '.', ${literal(table)}) AS name`);
    const whole = literal(row?.name ?? table);
    const columns = columnsOfModel(key).map(
      ({ name, chType }) => `ADD COLUMN IF NOT EXISTS ${identifier(name)} ${chType} ALIAS joinGet(${whole}, ${literal(name)}, profile)`,
    );
    await this.#clickhouse.command(`ALTER TABLE profiles ${columns.join(', ')}`);
    this.#know(new Map(this.#models).set(key, model));
  }

  async #goOver(key: string): Promise<void> {
    const [table, next] = [tableOf(key), nextTable(key)];
    await this.#clickhouse.command(`CREATE TABLE IF NOT EXISTS ${table} AS ${next}`);
    await this.#clickhouse.command(`EXCHANGE TABLES ${table} AND ${next}`);
    await this.#clickhouse.command(`DROP TABLE ${next} SYNC`);
    const [row] = await this.#clickhouse.query<{ rows: string }>(`SELECT count() AS rows FROM ${table}`);
    this.#loaded.set(key, { rows: Number(row?.rows ?? 0), amended: 0 });
  }

  isInForce({ key, run }: Pick<ScoredModel, 'key' | 'run'>): boolean {
    return this.#models.get(key)?.run === run;
  }

  /** Puts newer scores of some people over those of a run in force. Durable on return; safe to repeat. */
  async amend({ key, run, people, columns, rows, revision }: AmendedScores): Promise<void> {
    await this.#clickhouse.insert('scores', columns, 'JSONCompactEachRow', Buffer.from(rows));
    const fields = columnsOfModel(key);
    const amended = `SELECT * FROM scores WHERE run = ${literal(run)} AND profile IN ${literal([...people])} AND revision = ${literal(revision)}`;
    const previous = this.#models.get(key)?.previous ?? null;
    const table = tableOf(key);
    const into = `${table} (profile, ${fields.map(({ name }) => identifier(name)).join(', ')})`;
    await this.#clickhouse.command(
      `INSERT INTO ${into} SELECT profile, ${sourcesOf(fields)} FROM (${besides(`${amended} AND NOT gone`, previous)})`,
    );
    // A row without values reads as none.
    await this.#clickhouse.command(`INSERT INTO ${table} (profile) SELECT profile FROM (${amended} AND gone)`);
    const loaded = this.#loaded.get(key);
    const model = this.#models.get(key);
    if (loaded === undefined || model === undefined) return;
    loaded.amended += people.length;
    if (loaded.amended < MANY_AMENDED || loaded.amended < loaded.rows / 2) return;
    await this.prepare(model);
    await this.#goOver(key);
  }

  /** Takes the fields away, and what was ever scored in some runs. */
  async remove(key: string, runs: readonly string[]): Promise<void> {
    const columns = columnsOfModel(key).map(({ name }) => `DROP COLUMN IF EXISTS ${identifier(name)}`);
    await this.#clickhouse.command(`ALTER TABLE profiles ${columns.join(', ')}`);
    this.#know(new Map([...this.#models].filter(([known]) => known !== key)));
    await this.#clickhouse.command(`DROP TABLE IF EXISTS ${tableOf(key)} SYNC`);
    this.#loaded.delete(key);
    if (runs.length > 0) await this.#clickhouse.command(`DELETE FROM scores WHERE run IN ${literal(runs)}`);
  }

  /** Who has scores has a row to see them in, whether there are records or not. @param profiles which ones, as the right side of IN */
  async keep(version: number, profiles?: string): Promise<void> {
    const where = profiles === undefined ? '1' : `profile IN ${profiles}`;
    for (const key of this.#models.keys())
      await this.#clickhouse.command(
        `INSERT INTO profiles (profile, version) SELECT profile, ${version} FROM ${tableOf(key)} WHERE ${where}
           AND profile NOT IN (SELECT profile FROM profiles) AND profile IN (SELECT profile FROM identities)`,
      );
  }

  /** Forgets people. */
  async forget(profiles: readonly number[]): Promise<void> {
    for (const table of ['scores', 'score_samples'])
      await this.#clickhouse.command(`DELETE FROM ${table} WHERE profile IN ${literal(profiles)}`);
    for (const key of this.#models.keys())
      await this.#clickhouse.command(`ALTER TABLE ${tableOf(key)} DELETE WHERE profile IN ${literal(profiles)}`);
  }

  #know(models: ReadonlyMap<string, ScoredModel>): void {
    this.#models = models;
    this.#schema = null;
    this.#layout = null;
  }
}

function columnsOfModel(key: string): readonly Column[] {
  return columnsOf('lookups', { kind: 'object', fields: { [SCORES]: { type: { kind: 'object', fields: { [key]: { type: MODEL } } } } } });
}

/** What columns hold, of a row of the table `scores`. */
function sourcesOf(columns: readonly Column[]): string {
  return columns.map(({ path }) => SOURCES[path.slice(2).join('/')] ?? 'NULL').join(', ');
}

/** Texts that come again and again are numbers in memory. */
function compact(chType: string): string {
  return chType === 'Array(Nullable(String))' ? 'Array(LowCardinality(Nullable(String)))' : chType;
}

function tableOf(key: string): string {
  return `scores_of_${key}`;
}

function nextTable(key: string): string {
  return `scores_next_${key}`;
}
