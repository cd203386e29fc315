/** Writing into the tables of profiles and events: one change at a time, each whole or repeatable. */
import type { Database } from 'lmdb';
import type { AmendedLink, Amendment, Identities, Identity, LinkingRules, NamedLinks, Resolved } from '../identity/index.ts';
import type { Column, Layout, Table, XdmSchema } from '../schema/index.ts';
import { addColumns, ensureTables, loadLayout } from '../schema/index.ts';
import type { ClickHouse, Lmdb } from '../store/index.ts';
import { identifier, instantLiteral, literal } from '../store/index.ts';
import type { Chunk, DataChange, Erased, StoredEvents, WriteResult } from './chunk.ts';
import { EVENT_KEYS } from './chunk.ts';
import { KnownEvents } from './known-events.ts';
import type { LookupOrigin, LookupRecord } from './lookups.ts';
import { Lookups } from './lookups.ts';
import type { MergeSource } from './merge.ts';
import { mergeStatement } from './merge.ts';
import { names, OWNERS, ownersOf } from './owners.ts';
import { RecentEvents } from './recent-events.ts';
import { refile } from './refile.ts';
import { rekey } from './rekey.ts';
import { Revision } from './revision.ts';
import { BATCH, DATASET, RECEIVED, REVISION, sameColumn } from './own-columns.ts';
import type { AmendedScores, ScoredModel } from './scores.ts';
import { Scores } from './scores.ts';
import { STAGING, Staging } from './staging.ts';

export interface ProfileTablesOptions {
  readonly clickhouse: ClickHouse;
  readonly lmdb: Lmdb;
  readonly identities: Identities;
  readonly schema: XdmSchema;
  readonly clock: () => Date;
}

const NOBODY: ReadonlySet<number> = new Set();

/** What holds records. */
type Holder = 'events' | 'fragments';

/** What a deletion is about besides a condition on rows: what holds them, and lookup records. */
interface ErasedScope {
  readonly from?: readonly Holder[];
  readonly lookups?: LookupOrigin;
}

export class ProfileTables {
  readonly clickhouse: ClickHouse;
  readonly identities: Identities;
  readonly lookups: Lookups;
  readonly #scores: Scores;
  readonly #staging: Staging;
  readonly #known: KnownEvents;
  readonly #recent: RecentEvents;
  #schema: XdmSchema;
  readonly #revision: Revision;
  readonly #clock: () => Date;
  /** Profiles whose records have moved, until their audiences are decided anew. */
  readonly #moved: Database<boolean, number>;
  readonly #onChanged: ((change: DataChange) => void)[] = [];
  readonly #onMoved: (() => void)[] = [];
  /** Whether it is known of all who moved. */
  #told = true;
  readonly #layouts: Record<Table, Layout>;
  /** Ends when the last change asked for has. */
  #changes: Promise<unknown> = Promise.resolve();
  #rebuilt = 0;

  private constructor(options: ProfileTablesOptions, layouts: Record<Table, Layout>, lookups: Lookups) {
    this.lookups = lookups;
    this.clickhouse = options.clickhouse;
    this.identities = options.identities;
    this.#schema = options.schema;
    this.#scores = new Scores(options.clickhouse);
    this.#staging = new Staging(options.clickhouse);
    this.#known = new KnownEvents(options.clickhouse);
    this.#revision = new Revision(options.lmdb);
    this.#recent = new RecentEvents(this.#revision.current + 1);
    this.#clock = options.clock;
    this.#moved = options.lmdb.environment<boolean, number>('moved');
    this.#layouts = layouts;
  }

  /** Makes what is missing and finishes what a crash cut off. Throws SchemaError or StoreError. */
  static async open(options: ProfileTablesOptions): Promise<ProfileTables> {
    await ensureTables(options.clickhouse);
    const layouts = await loadLayouts(options.clickhouse, options.schema);
    const tables = new ProfileTables(options, layouts, await Lookups.open(options));
    const { identities } = options;
    if (identities.relinking) await tables.relink();
    else if (tables.#revision.interrupted || identities.moves.length > 0)
      await tables.#change(() => Promise.resolve({ profiles: new Uint32Array(), added: 0, duplicates: 0 }));
    return tables;
  }

  /** What the tables can hold now: another object after every change of it. */
  get schema(): XdmSchema {
    return this.#scores.schemaWith(this.#schema);
  }

  /**
   * Takes on another schema between two changes of the tables, once `persist` has run. Throws SchemaError `SCHEMA_TYPE_CHANGED` where
   * stored values contradict it.
   */
  async adopt(schema: XdmSchema, persist: () => Promise<void>): Promise<void> {
    await this.#next(async () => {
      const layouts = await loadLayouts(this.clickhouse, schema);
      await persist();
      await this.lookups.adopt(schema);
      this.#schema = schema;
      Object.assign(this.#layouts, layouts);
    });
  }

  /**
   * Puts a run of scores in force, all of it at once: profiles have them as `customerAI.<key>`. Before, nothing has changed; `persist`
   * runs when nothing can fail any more. Durable when `persist` is.
   */
  async putScores(model: ScoredModel, persist: () => Promise<void>): Promise<void> {
    await this.#change(async (revision) => {
      await this.#scores.prepare(model);
      await persist();
      await this.#scores.exchange(model);
      await this.#scores.keep(revision);
      return this.#rescored(revision);
    });
  }

  /**
   * Puts newer scores of some people over those in force; who follows profiles is told of these people. What is about a run that is not in
   * force any more is left. Durable on return; safe to repeat.
   */
  async amendScores(amended: readonly AmendedScores[]): Promise<void> {
    await this.#change(async (revision) => {
      const current = amended.filter((each) => each.people.length > 0 && this.#scores.isInForce(each));
      for (const each of current) await this.#scores.amend(each);
      const profiles = Uint32Array.from(new Set(current.flatMap(({ people }) => [...people])));
      if (profiles.length > 0) {
        const stored = [...this.#layouts.profiles.columns.values()].map(({ name }) => identifier(name));
        const [columns, people] = [['profile', ...stored].join(', '), literal([...profiles])];
        // Answers kept of before are looked at again for rows of a newer version.
        await this.clickhouse.command(
          `INSERT INTO profiles (version, ${columns}) SELECT ${revision}, ${columns} FROM profiles FINAL WHERE profile IN ${people}`,
        );
        await this.#scores.keep(revision, people);
      }
      return { profiles, added: profiles.length, duplicates: 0 };
    });
  }

  /** Takes the field of a model away, and what was ever scored in these runs. Durable on return; safe to repeat. */
  async dropScores(key: string, runs: readonly string[]): Promise<void> {
    await this.#change(async (revision) => {
      await this.#scores.remove(key, runs);
      return this.#rescored(revision);
    });
  }

  /** Anybody's fields may have another value now. */
  #rescored(revision: number): WriteResult {
    this.#rebuilt = revision;
    return { profiles: new Uint32Array(), added: 1, duplicates: 0 };
  }

  /** Profiles that records came to or went from, because people turned out to be one, or several; until `decided`. */
  get moved(): readonly number[] {
    return [...this.#moved.getKeys()];
  }

  /** Who is in which audience has been decided anew for these. */
  async decided(profiles: readonly number[]): Promise<void> {
    await this.#moved.transaction(() => {
      for (const profile of profiles) this.#moved.removeSync(profile);
    });
  }

  /** Calls back after every change. */
  onChanged(tell: (change: DataChange) => void): void {
    this.#onChanged.push(tell);
  }

  /** Calls back after a change by which profiles have `moved`. */
  onMoved(tell: () => void): void {
    this.#onMoved.push(tell);
  }

  /** The columns that exist now; of profiles also those of scores. */
  layout(table: Table): Layout {
    return table === 'events' ? this.#layouts.events : this.#scores.layoutWith(this.#layouts.profiles);
  }

  /** Grows with every change of events, attributes and identities. */
  currentRevision(): number {
    return this.#revision.current;
  }

  /** Events that a change and later ones brought, the oldest change first; null when they have to be read from the table. */
  recentEvents(revision: number): readonly StoredEvents[] | null {
    return this.#recent.since(revision);
  }

  /** The last change that took rows away from profiles that live on: answers of before it cannot be brought up to date by new rows alone. */
  get rebuilt(): number {
    return this.#rebuilt;
  }

  /** Stores events that are not known yet by their `_id`. Durable on return; safe to repeat. */
  async writeEvents(chunk: Chunk, dataset: string, batch = ''): Promise<WriteResult> {
    return await this.#change(async (revision) => {
      const people = await this.#prepare('events', chunk, { dataset, revision });
      const { profiles, named } = people;
      const received = this.#clock().getTime();
      if ((await this.#known.areNew(chunk.idHashes)) || (await this.#staging.allNew(chunk))) {
        const columns = [...OWNERS.events, DATASET, BATCH, RECEIVED, REVISION, ...EVENT_KEYS, ...chunk.columns];
        const own = [
          ...ownersOf('events', chunk, people),
          sameColumn(DATASET, dataset, chunk.rows),
          sameColumn(BATCH, batch, chunk.rows),
          sameColumn(RECEIVED, received, chunk.rows),
          sameColumn(REVISION, revision, chunk.rows),
        ];
        await this.#staging.send('events', columns, chunk.rows, [...own, chunk.body]);
        return { profiles, added: chunk.rows, duplicates: 0, named, events: [{ revision, chunk, profiles }] };
      }
      await this.#staging.put('events', chunk, people);
      const known = `SELECT id FROM events WHERE idHash IN (SELECT sipHash64(id) FROM ${STAGING})`;
      const fresh = `id NOT IN (${known}) ORDER BY eventType, profile, timestamp LIMIT 1 BY id`;
      const own = {
        dataset: literal(dataset),
        [BATCH.name]: literal(batch),
        [RECEIVED.name]: instantLiteral(received),
        revision: literal(revision),
      };
      return { profiles, named, ...(await this.#staging.insert('events', names('events', chunk), own, fresh)) };
    }, true);
  }

  /** Stores profile records and merges the profiles they belong to. Durable on return; safe to repeat. */
  async writeFragments(chunk: Chunk, dataset: string, batch = ''): Promise<WriteResult> {
    return await this.#change(async (version) => {
      const people = await this.#prepare('profiles', chunk, { dataset, revision: version });
      await this.#staging.put('profiles', chunk, people);
      const known = `SELECT profile, identity, time, content FROM fragments WHERE profile IN (SELECT profile FROM ${STAGING}) AND dataset = ${literal(dataset)}`;
      const fresh = `(profile, identity, time, content) NOT IN (${known}) ORDER BY profile, time LIMIT 1 BY profile, identity, time, content`;
      const received = instantLiteral(this.#clock().getTime());
      const own = { dataset: literal(dataset), [BATCH.name]: literal(batch), [RECEIVED.name]: received };
      const counts = await this.#staging.insert('fragments', names('profiles', chunk), own, fresh);
      await this.#merge(version, `(SELECT profile FROM ${STAGING})`);
      return { profiles: people.profiles, named: people.named, ...counts, events: [] };
    });
  }

  /** Stores records of a lookup entity, or takes some away. Durable on return; safe to repeat. */
  async writeLookups(entity: string, records: readonly LookupRecord[], origin: LookupOrigin): Promise<WriteResult> {
    return await this.#change(async (revision) => {
      const added = await this.lookups.write(entity, records, origin);
      // Whoever refers to them may have entered or left.
      if (added > 0) this.#rebuilt = revision;
      return { profiles: new Uint32Array(), added, duplicates: records.length - added };
    });
  }

  /** Tells people apart by other rules, or goes on doing so; their rows follow. Durable on return. */
  async relink(rules?: LinkingRules): Promise<void> {
    await this.#change(async (revision) => {
      await this.identities.relink(rules);
      await refile(this.clickhouse, this.identities);
      // Rows may move although everybody stays who they are: then answers of before hold no more.
      const { length: removed } = this.identities.moves;
      await this.#settle(revision);
      await this.identities.relinked();
      return { profiles: new Uint32Array(), added: 0, duplicates: 0, removed };
    });
  }

  /**
   * Removes links of identities by hand, or brings them back; the rows of those who part or join follow. Durable on return. Throws
   * AmendError. Gives the links.
   */
  async amendLinks(amendment: Amendment, links: NamedLinks, now: number): Promise<readonly AmendedLink[]> {
    return await this.#next(async () => {
      // Before the change begins: one that fails is followed by a merge of everybody.
      const found = this.identities.requireLinks(amendment, links);
      let amended: readonly AmendedLink[] = [];
      await this.#changeNow(async (revision) => {
        amended = await this.identities.amend(amendment, found, now);
        await this.#settle(revision);
        return { profiles: new Uint32Array(), added: 0, duplicates: 0 };
      });
      return amended;
    });
  }

  /** Takes away the events of a dataset from before an instant (epoch ms). Durable on return. Gives how many. */
  async expireEvents(dataset: string, before: number): Promise<number> {
    const where = `dataset = ${literal(dataset)} AND timestamp < ${instantLiteral(before)}`;
    const { removed = 0 } = await this.#change(async (revision) => {
      const [row] = await this.clickhouse.query<{ events: string }>(`SELECT count() AS events FROM events WHERE ${where}`);
      const events = Number(row?.events ?? 0);
      if (events > 0) {
        await this.clickhouse.command(`DELETE FROM events WHERE ${where}`);
        this.#rebuilt = revision;
      }
      return { profiles: new Uint32Array(), added: 0, duplicates: 0, removed: events };
    });
    return removed;
  }

  /** Forgets people and all that is known of them. Durable on return; safe to repeat. */
  async erasePeople(profiles: readonly number[]): Promise<Erased> {
    return await this.#erase(`profile IN ${literal(profiles)}`, async () => {
      await this.clickhouse.command(`DELETE FROM profiles WHERE profile IN ${literal(profiles)}`);
      await this.#scores.forget(profiles);
      await this.identities.forget(profiles);
      return profiles.length;
    });
  }

  /** Takes away what a dataset brought, of some profiles or, with null, of all. Durable on return; safe to repeat. */
  async eraseRecords(dataset: string, profiles: readonly number[] | null): Promise<Erased> {
    if (profiles === null) return await this.#eraseWhere(`dataset = ${literal(dataset)}`, { lookups: { dataset } });
    return await this.#eraseWhere(`dataset = ${literal(dataset)} AND profile IN ${literal(profiles)}`);
  }

  /** Takes away what a batch brought. Durable on return; safe to repeat. */
  async eraseBatch(batch: string): Promise<Erased> {
    return await this.#eraseWhere(`${identifier(BATCH.name)} = ${literal(batch)}`, { lookups: { batch } });
  }

  /** Takes away the profile records that a dataset has under identities. Durable on return; safe to repeat. */
  async eraseFragments(dataset: string, identities: readonly Identity[]): Promise<Erased> {
    const numbers = identities.flatMap((identity) => this.identities.numberOf(identity) ?? []);
    if (numbers.length === 0) return { events: 0, records: 0, profiles: 0 };
    return await this.#eraseWhere(`dataset = ${literal(dataset)} AND identity IN ${literal(numbers)}`, { from: ['fragments'] });
  }

  async #eraseWhere(where: string, scope?: ErasedScope): Promise<Erased> {
    const merge = async (revision: number, affected: readonly number[]): Promise<number> => {
      if (affected.length === 0) return 0;
      await this.clickhouse.command(`DELETE FROM profiles WHERE profile IN ${literal(affected)}`);
      await this.#merge(revision, literal(affected));
      return 0;
    };
    return await this.#erase(where, merge, scope);
  }

  /** Removes from the disk what deletions have only hidden. */
  async purge(): Promise<void> {
    for (const table of ['events', 'fragments', 'profiles', 'identities', 'scores', 'score_samples'])
      await this.clickhouse.command(`ALTER TABLE ${table} APPLY DELETED MASK SETTINGS mutations_sync = 2`);
  }

  /** @param follow what else goes; it is told whose attributes came from the records, and gives how many profiles are gone */
  async #erase(
    where: string,
    follow: (revision: number, affected: readonly number[]) => Promise<number>,
    { from = ['events', 'fragments'], lookups }: ErasedScope = {},
  ): Promise<Erased> {
    let erased: Erased = { events: 0, records: 0, profiles: 0 };
    await this.#change(async (revision) => {
      const events = from.includes('events') ? await this.#staging.count(`events WHERE ${where}`) : 0;
      const fragments = await this.#staging.count(`fragments WHERE ${where}`);
      const rows = await this.clickhouse.query<{ profile: number }>(`SELECT DISTINCT profile FROM fragments WHERE ${where}`);
      if (events > 0) await this.clickhouse.command(`DELETE FROM events WHERE ${where}`);
      if (fragments > 0) await this.clickhouse.command(`DELETE FROM fragments WHERE ${where}`);
      const profiles = await follow(
        revision,
        rows.map(({ profile }) => profile),
      );
      const records = fragments + (lookups === undefined ? 0 : await this.lookups.erase(lookups));
      erased = { events, records, profiles };
      const removed = events + records + profiles;
      if (removed > 0) this.#rebuilt = revision;
      return { profiles: new Uint32Array(), added: 0, duplicates: 0, removed };
    });
    return erased;
  }

  /**
   * The profiles that identities lead to; for those that lead to none, new profiles of which nothing else is known.
   * Durable on return; safe to repeat. `added` tells how many are new.
   */
  async writePeople(people: readonly Identity[]): Promise<WriteResult> {
    return await this.#change(async () => {
      const unknown = people.filter((identity) => this.identities.find(identity) === undefined);
      const before = this.identities.published;
      await this.identities.resolve(
        unknown.map((primary) => ({ primary, others: [], first: 0, last: 0 })),
        { dataset: '', filing: 'primary' },
      );
      const profiles = Uint32Array.from(people, (identity) => this.identities.find(identity) ?? 0);
      return { profiles, added: this.identities.published - before, duplicates: 0 };
    });
  }

  /** Makes a table like `profiles`, merged in another way. Dropping it is up to the caller. */
  async mergeApart(into: string, source: MergeSource & { readonly version: number }, signal?: AbortSignal): Promise<void> {
    await this.clickhouse.command(`CREATE TABLE ${identifier(into)} AS profiles`);
    await this.mergeInto(into, source, signal);
  }

  /** Brings profiles of a table made by `mergeApart` up to their records. */
  async mergeInto(into: string, source: MergeSource & { readonly version: number }, signal?: AbortSignal): Promise<void> {
    const columns: readonly Column[] = [...this.#layouts.profiles.columns.values()];
    await this.clickhouse.command(mergeStatement(columns, { ...source, into }), signal === undefined ? {} : { signal });
  }

  /** Runs one change after the other. */
  async #change(change: (version: number) => Promise<WriteResult>, eventsOnly = false): Promise<WriteResult> {
    return await this.#next(async () => await this.#changeNow(change, eventsOnly));
  }

  async #next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#changes.then(work);
    this.#changes = turn.catch(() => undefined);
    return await turn;
  }

  async #changeNow(change: (version: number) => Promise<WriteResult>, eventsOnly = false): Promise<WriteResult> {
    const interrupted = this.#revision.interrupted;
    const identities = this.identities.published;
    const version = await this.#revision.begin();
    let outcome: 'changed' | 'nothing' | 'failed' = 'failed';
    let about: Uint32Array | null = null;
    let events: WriteResult['events'];
    let named: ReadonlySet<number> = NOBODY;
    try {
      await this.#settle(version);
      // A change cut off may have stored records whose profiles were never merged.
      if (interrupted) await this.#merge(version);
      const result = await change(version);
      ({ named = NOBODY } = result);
      if (!interrupted) ({ events } = result);
      // Who lost something is not told.
      about = interrupted || (result.removed ?? 0) > 0 || result.profiles.length === 0 ? null : result.profiles;
      await this.#staging.drop();
      outcome =
        interrupted || result.added > 0 || (result.removed ?? 0) > 0 || named.size > 0 || this.identities.published > identities
          ? 'changed'
          : 'nothing';
      return result;
    } finally {
      await this.#revision.end(outcome);
      if (outcome !== 'nothing') this.#recent.note(version, this.#told ? events : undefined);
      if (outcome !== 'nothing') for (const tell of this.#onChanged) tell({ profiles: about, revision: version, eventsOnly, named });
      if (!this.#told) for (const tell of this.#onMoved) tell();
      this.#told = true;
    }
  }

  /** Makes the columns a chunk needs and finds the profiles of its people, for whom rows of others may have to move. */
  async #prepare(
    table: Table,
    chunk: Chunk,
    { dataset, revision }: { readonly dataset: string; readonly revision: number },
  ): Promise<Resolved> {
    const people = await this.identities.resolve(chunk.people, { dataset, filing: table === 'events' ? 'priority' : 'primary' });
    await this.#settle(revision);
    this.#layouts[table] = await addColumns(this.clickhouse, this.#layouts[table], chunk.columns);
    return people;
  }

  /** Puts the rows of identities that have gone to other profiles where they belong, and merges those profiles. */
  async #settle(revision: number): Promise<void> {
    const { moves } = this.identities;
    if (moves.length === 0) return;
    await rekey(this.clickhouse, moves, revision);
    const profiles = [...new Set(moves.flatMap(({ from, to }) => [...from, to]))];
    await this.clickhouse.command(`DELETE FROM profiles WHERE profile IN ${literal(profiles)}`);
    await this.#merge(revision, literal(profiles));
    const left = moves.flatMap(({ from, to }) => from.filter((profile) => profile !== to));
    if (this.identities.identitiesOf(left).size > 0) this.#rebuilt = revision;
    await this.#moved.transaction(() => {
      for (const profile of profiles) this.#moved.putSync(profile, true);
    });
    this.#told = false;
    await this.identities.moved(moves);
  }

  async #merge(version: number, profiles?: string): Promise<void> {
    const columns: readonly Column[] = [...this.#layouts.profiles.columns.values()];
    await this.clickhouse.command(mergeStatement(columns, { version, ...(profiles === undefined ? {} : { profiles }) }));
    await this.#scores.keep(version, profiles);
  }
}

async function loadLayouts(clickhouse: ClickHouse, { event, profile }: XdmSchema): Promise<Record<Table, Layout>> {
  return { events: await loadLayout(clickhouse, 'events', event), profiles: await loadLayout(clickhouse, 'profiles', profile) };
}
