/**
 * Who was in an audience at its last evaluation and who came and left at each, in ClickHouse; its sizes, in PostgreSQL.
 *
 * An evaluation writes to both, in one order: what is intended (`membership_writes`), the changes, the members, the
 * size. The members are the deed: one insert replaces those of all audiences of a batch at once. What a crash leaves is
 * finished when the members are there and undone when they are not (`recover`), so the three always agree. What one
 * evaluation changed is what its members differ in from those before, so nothing is told twice and nothing is left out.
 */
import type { Kysely } from 'kysely';
import type { Succession } from '../identity/index.ts';
import type { ClickHouse, Database, MembershipWriteRow } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';
import type { Size } from './audience-sizes.ts';
import { beginWrites, finishWrites, LastSizes, readSizes } from './audience-sizes.ts';
import { Bitmap, readState } from './bitmap/index.ts';
import type { Cause, CauseKind } from './cause.ts';
import type { Flip, FlipPage, FlipPosition, LogPage, LogQuery } from './changes.ts';
import { bitmapOf, endOfLog, readChanges, readFlips, readLog } from './changes.ts';
import { Meanwhile } from './meanwhile.ts';
import type { Decided } from './meanwhile.ts';
import type { ChangeRow } from './membership-rows.ts';
import { CHANGE_COLUMNS, changeRow, MEMBER_COLUMNS, memberRow } from './membership-rows.ts';

export type { Size } from './audience-sizes.ts';

export interface Membership {
  readonly audience: string;
  /** The first evaluation that found the profile in, and none since found it out. */
  readonly since: Date;
}

/** Profiles by what became of them since the evaluation before. */
export interface Change {
  readonly entered: number;
  readonly stayed: number;
  readonly exited: number;
}

/** Why people came and left. */
export interface Causes {
  /** Of everybody who is not in `causes`. */
  readonly cause: CauseKind;
  /** By profile. */
  readonly causes?: ReadonlyMap<number, Cause> | undefined;
}

export interface Evaluated extends Size, Causes {
  readonly audience: string;
  readonly members: Bitmap;
}

/** Who of some people is in an audience. */
export interface Amended extends Causes {
  readonly audience: string;
  /** Of the rule it was decided by. */
  readonly version: number;
  /** Null: everybody. */
  readonly about: Bitmap | null;
  readonly members: Bitmap;
}

interface Stored {
  /** Of the row, which the engine keeps the greatest of. */
  readonly version: number;
  readonly members: Bitmap;
}

const NOBODY: Stored = { version: 0, members: Bitmap.empty };
const NO_CAUSES: ReadonlyMap<number, Cause> = new Map();
/** Bytes of members that are kept to hand. */
const MOST_KNOWN = 128 * 1024 * 1024;

export class Memberships {
  readonly #clickhouse: ClickHouse;
  readonly #db: Kysely<Database>;
  readonly #succession: Succession | undefined;
  /** Ends when the last change asked for has. */
  #turns: Promise<unknown> = Promise.resolve();
  /** A write has begun and not ended. */
  #unsettled = false;
  readonly #onEvaluated: (() => void)[] = [];
  /** Evaluations of everybody. */
  readonly #underWay = new Set<Meanwhile>();
  /** What the table holds, as far as it was asked for lately; the longest unused first. */
  readonly #known = new Map<string, Stored>();
  #bytes = 0;
  readonly #lastSizes: LastSizes;
  #evaluations = 0;
  #gone: { readonly edition: number; readonly profiles: Bitmap } | null = null;
  /** The place of the next change in the log of all. */
  #end = 1;
  readonly #listeners = new Set<() => void>();

  private constructor(clickhouse: ClickHouse, db: Kysely<Database>, succession: Succession | undefined) {
    this.#clickhouse = clickhouse;
    this.#db = db;
    this.#lastSizes = new LastSizes(db);
    this.#succession = succession;
  }

  /** Finishes or undoes what the end of the process cut off. */
  static async open(clickhouse: ClickHouse, db: Kysely<Database>, succession?: Succession): Promise<Memberships> {
    const memberships = new Memberships(clickhouse, db, succession);
    await memberships.#recover();
    return memberships;
  }

  /**
   * Replaces the members of some audiences, all at once, and adds to their histories of changes and sizes. Durable on
   * return. Gives the changes by audience; audiences deleted meanwhile are left out.
   * @param meanwhile who was decided while these were evaluated, and stays where they were told to be
   */
  async store(evaluated: readonly Evaluated[], meanwhile?: Meanwhile): Promise<ReadonlyMap<string, Change>> {
    return await this.#inTurn(async () => {
      const changes = await this.#store(meanwhile === undefined ? evaluated : await this.#merged(evaluated, meanwhile));
      this.#evaluations++;
      for (const tell of this.#onEvaluated) tell();
      return changes;
    });
  }

  /** Notes who is decided while something is done. */
  async during<Result>(work: (meanwhile: Meanwhile) => Promise<Result>): Promise<Result> {
    const meanwhile = new Meanwhile();
    this.#underWay.add(meanwhile);
    try {
      return await work(meanwhile);
    } finally {
      this.#underWay.delete(meanwhile);
    }
  }

  async #merged(evaluated: readonly Evaluated[], meanwhile: Meanwhile): Promise<readonly Evaluated[]> {
    const stored = await this.#stored(evaluated.map(({ audience }) => audience));
    return evaluated.map((each) => {
      const told = this.#presentOf(stored.get(each.audience)).members;
      const members = meanwhile.membersOf(each.audience, each.version, { found: each.members, told });
      return { ...each, members, size: members.size };
    });
  }

  /** Calls back after every evaluation of everybody by `store`. */
  onEvaluated(tell: () => void): void {
    this.#onEvaluated.push(tell);
  }

  /** Another number after every evaluation of everybody by `store`. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /**
   * Puts some people into audiences and takes them out of others; everybody else stays. Audiences whose rule is another by now are left
   * alone. Gives how many audiences changed.
   * @param decided about whom it was decided, where that is more than what changes
   */
  async amend(amended: readonly Amended[], now: Date, decided?: Decided): Promise<number> {
    return await this.#inTurn(async () => {
      for (const meanwhile of this.#underWay) {
        if (decided !== undefined) meanwhile.note(decided);
        for (const { audience, version, about } of amended) meanwhile.note({ audiences: new Map([[audience, version]]), people: about });
      }
      if (amended.length === 0) return 0;
      const ids = amended.map(({ audience }) => audience);
      const [sizes, stored] = [await this.lastSizes(ids), await this.#stored(ids)];
      const changed = amended.flatMap(({ audience, version, about, members: among, cause, causes }): readonly Evaluated[] => {
        const [size, kept] = [sizes.get(audience), stored.get(audience)];
        if (size?.version !== version || kept === undefined) return [];
        const before = this.present(kept.members);
        const members = about === null ? among : before.andNot(about).or(among);
        if (members.equals(before)) return [];
        return [{ audience, version, revision: size.revision, tookMs: 0, evaluatedAt: now, size: members.size, members, cause, causes }];
      });
      await this.#store(changed, { thin: true });
      return changed.length;
    });
  }

  /** Takes profiles that are to be forgotten out of all audiences. Gives how many audiences one of them was in. Safe to repeat. */
  async takeOut(profiles: Bitmap, now: Date): Promise<number> {
    return await this.#inTurn(async () => {
      for (const meanwhile of this.#underWay) meanwhile.noteForgotten(profiles);
      const line = bitmapOf(profiles);
      const rows = await this.#clickhouse.query<{ audience: string }>(
        `SELECT audience FROM memberships FINAL WHERE bitmapHasAny(members, ${line})`,
      );
      const ids = rows.map(({ audience }) => audience);
      const [sizes, stored] = [await this.lastSizes(ids), await this.#stored(ids)];
      const left = ids.flatMap((audience): readonly Evaluated[] => {
        const [size, before] = [sizes.get(audience), stored.get(audience)];
        if (size === undefined || before === undefined) return [];
        const members = before.members.andNot(profiles);
        const { version, revision } = size;
        return [{ audience, version, revision, tookMs: 0, evaluatedAt: now, size: members.size, members, cause: 'removal' }];
      });
      await this.#store(left);
      // What they did is told by the ids of their events.
      await this.#clickhouse.command(
        `ALTER TABLE membership_changes UPDATE \`about#events\` = arrayMap((profile, event) -> if(bitmapContains(${line}, profile), '', event),
         \`about#profiles\`, \`about#events\`) WHERE bitmapHasAny(bitmapBuild(\`about#profiles\`), ${line}) SETTINGS mutations_sync = 2`,
      );
      return ids.length;
    });
  }

  /** Nobody is in the audience any more, and nobody was. The history of sizes stays. */
  async forget(audience: string): Promise<void> {
    await this.#inTurn(async () => {
      this.#drop(audience);
      for (const table of ['memberships', 'membership_changes']) {
        await this.#clickhouse.command(`DELETE FROM ${table} WHERE audience = ${literal(audience)}`);
      }
    });
  }

  /** Nobody before the first evaluation. */
  async load(audience: string): Promise<Bitmap> {
    return (await this.loadMany([audience])).get(audience) ?? Bitmap.empty;
  }

  /** Members by audience; those never evaluated are absent. */
  async loadMany(audiences: readonly string[]): Promise<ReadonlyMap<string, Bitmap>> {
    return new Map([...(await this.#stored(audiences))].map(([audience, { members }]) => [audience, this.present(members)]));
  }

  /** The profiles that these are now: what somebody was counts for whom they turned out to be. */
  present(profiles: Bitmap): Bitmap {
    const moved = profiles.and(this.#everGone());
    if (moved.size === 0) return profiles;
    return profiles.andNot(moved).or(Bitmap.of([...moved.toArray()].map((gone) => this.#succession?.presentOf(gone) ?? gone)));
  }

  /** Who came and left at each evaluation, newest first. */
  async changes(audience: string): Promise<readonly ChangeRow[]> {
    return await readChanges(this.#clickhouse, audience);
  }

  /** Who came and left, person by person, newest first; of people by the ordinals they have now. */
  async flips(audience: string, page: { readonly limit: number; readonly from: FlipPosition | null }): Promise<FlipPage> {
    const { flips, next } = await readFlips(this.#clickhouse, audience, page);
    return { flips: this.#presentFlips(flips), next };
  }

  /** The place in the log of all changes that the next one will have. */
  get end(): number {
    return this.#end;
  }

  /** Changes of all audiences from a place on, oldest first; of people by the ordinals they have now. */
  async log({ profile, ...query }: Omit<LogQuery, 'until' | 'profiles'> & { readonly profile?: number | undefined }): Promise<LogPage> {
    const profiles = profile === undefined ? undefined : [profile, ...(this.#succession?.before(profile) ?? [])];
    const page = await readLog(this.#clickhouse, { ...query, until: this.#end, profiles });
    return { flips: this.#presentFlips(page.flips), next: page.next };
  }

  /** Calls back when there are new changes. Gives what ends that. */
  onChanges(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Forgets the changes of before an instant, who came and left then; who is in stays. Gives how many evaluations are forgotten. The last
   * change of all is kept, and with it the count of places.
   */
  async expireChanges(before: Date): Promise<number> {
    return await this.#inTurn(async () => {
      const where = `evaluated < ${instantLiteral(before.getTime())}
        AND offset + bitmapCardinality(entered) + bitmapCardinality(exited) < ${literal(this.#end)}`;
      const [row] = await this.#clickhouse.query<{ rows: string }>(`SELECT count() AS rows FROM membership_changes WHERE ${where}`);
      const expired = Number(row?.rows ?? 0);
      if (expired > 0) await this.#clickhouse.command(`DELETE FROM membership_changes WHERE ${where}`);
      return expired;
    });
  }

  /** Audiences that a profile was in at their last evaluation; `since` is the oldest instant known where their coming is forgotten. */
  async of(profile: number): Promise<readonly Membership[]> {
    const line = bitmapOf([profile, ...(this.#succession?.before(profile) ?? [])]);
    const rows = await this.#clickhouse.query<{ audience: string; since: string }>(
      `SELECT audience, toUnixTimestamp64Milli(if(came.at = 0, members.evaluated, came.at)) AS since
       FROM (SELECT audience, evaluated FROM memberships FINAL WHERE bitmapHasAny(members, ${line})) AS members
       LEFT JOIN (SELECT audience, max(evaluated) AS at FROM membership_changes WHERE bitmapHasAny(entered, ${line}) GROUP BY audience) AS came
       USING audience ORDER BY audience`,
    );
    return rows.map(({ audience, since }) => ({ audience, since: new Date(Number(since)) }));
  }

  /** Audiences that a profile was in at an instant, as far as they had been evaluated by then. */
  async ofAt(profile: number, at: Date): Promise<readonly Membership[]> {
    const line = bitmapOf([profile, ...(this.#succession?.before(profile) ?? [])]);
    const rows = await this.#clickhouse.query<{ audience: string; since: string }>(
      `SELECT audience, toUnixTimestamp64Milli(maxIf(evaluated, bitmapHasAny(entered, ${line}))) AS since FROM membership_changes
       WHERE evaluated <= ${instantLiteral(at.getTime())}
         AND (bitmapHasAny(entered, ${line}) OR bitmapHasAny(exited, ${line}))
       GROUP BY audience HAVING argMax(bitmapHasAny(entered, ${line}), (evaluated, version)) = 1 ORDER BY audience`,
    );
    return rows.map(({ audience, since }) => ({ audience, since: new Date(Number(since)) }));
  }

  /** Audiences that one of the profiles was in at some evaluation. */
  async everOf(profiles: Bitmap): Promise<ReadonlySet<string>> {
    const rows = await this.#clickhouse.query<{ audience: string }>(
      `SELECT DISTINCT audience FROM membership_changes WHERE bitmapHasAny(entered, ${bitmapOf(profiles)})`,
    );
    return new Set(rows.map(({ audience }) => audience));
  }

  /** One entry for each evaluation, oldest first; those told of are among them. */
  async sizes(audience: string): Promise<readonly Size[]> {
    return await this.#inTurn(async () => await readSizes(this.#db, audience));
  }

  /** The last evaluation of each of the audiences that were evaluated. */
  async lastSizes(audiences: readonly string[]): Promise<ReadonlyMap<string, Size>> {
    return await this.#lastSizes.read(audiences);
  }

  /** One change of the tables at a time: what was read before a change is what it changes. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return await turn;
  }

  /** @param thin whether of the sizes of a minute the last is enough */
  async #store(evaluated: readonly Evaluated[], { thin } = { thin: false }): Promise<ReadonlyMap<string, Change>> {
    if (this.#unsettled) await this.#recover();
    if (evaluated.length === 0) return new Map();
    const before = await this.#stored(evaluated.map(({ audience }) => audience));
    this.#unsettled = true;
    // Those whose rule has not been deleted since the evaluation began.
    const existing = await beginWrites(
      this.#db,
      evaluated.map((each) => writeOf(each, before.get(each.audience))),
    );
    let end = this.#end;
    const rows = evaluated
      .filter(({ audience }) => existing.has(audience))
      .map((each) => {
        const change = changeOf(each, this.#presentOf(before.get(each.audience)), end);
        end += change.entered.size + change.exited.size;
        return { change, evaluated: each };
      });
    if (rows.length > 0) await this.#write(rows, end, thin);
    this.#unsettled = false;
    return new Map(
      rows.map(({ change: { audience, entered, exited }, evaluated: { members: now } }) => {
        return [audience, { entered: entered.size, stayed: now.size - entered.size, exited: exited.size }];
      }),
    );
  }

  async #write(rows: readonly { readonly change: ChangeRow; readonly evaluated: Evaluated }[], end: number, thin: boolean): Promise<void> {
    await this.#insert(
      'membership_changes',
      CHANGE_COLUMNS,
      rows.map(({ change }) => changeRow(change)),
    );
    const members = rows.map(({ change, evaluated: { members: now } }) => memberRow({ ...change, members: now }));
    await this.#insert('memberships', MEMBER_COLUMNS, members);
    // That is the deed: who waits to be told need not wait for the rest.
    for (const { change, evaluated } of rows) {
      this.#keep(evaluated.audience, { version: change.version, members: evaluated.members });
      this.#lastSizes.note(evaluated.audience, evaluated);
    }
    if (end > this.#end) {
      this.#end = end;
      for (const tell of this.#listeners) tell();
    }
    await finishWrites(
      this.#db,
      rows.map(({ evaluated: { audience } }) => audience),
      { thin },
    );
  }

  async #insert(table: string, columns: readonly string[], rows: readonly Buffer[]): Promise<void> {
    await this.#clickhouse.insert(table, [...columns], 'RowBinary', Buffer.concat(rows));
  }

  async #stored(audiences: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    const unknown = audiences.filter((audience) => !this.#known.has(audience));
    const read = unknown.length === 0 ? new Map<string, Stored>() : await this.#read(unknown);
    const found = audiences.flatMap((audience) => {
      const stored = this.#known.get(audience) ?? read.get(audience);
      return stored === undefined ? [] : [[audience, stored] as const];
    });
    return new Map(found);
  }

  async #read(audiences: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    const bytes = await this.#clickhouse.bytes(
      `SELECT audience, version, members FROM memberships FINAL WHERE audience IN ${literal(audiences)}`,
      'RowBinary',
    );
    const found = new Map<string, Stored>();
    for (let at = 0; at < bytes.length;) {
      const length = bytes[at] ?? 0;
      const audience = Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString();
      const version = Number(Buffer.from(bytes.subarray(at + 1 + length, at + 9 + length)).readBigUInt64LE());
      const { bitmap, end } = readState(bytes, at + 9 + length);
      found.set(audience, { version, members: bitmap });
      at = end;
    }
    return found;
  }

  /** Keeps to hand what was written, in place of what was not used for longest. */
  #keep(audience: string, stored: Stored): void {
    this.#drop(audience);
    this.#known.set(audience, stored);
    this.#bytes += stored.members.bytes;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= MOST_KNOWN) return;
      this.#drop(oldest);
    }
  }

  #drop(audience: string): void {
    this.#bytes -= this.#known.get(audience)?.members.bytes ?? 0;
    this.#known.delete(audience);
  }

  /** Who turned out to be somebody else has neither come nor left. */
  #presentOf({ version, members }: Stored = NOBODY): Stored {
    return { version, members: this.present(members) };
  }

  #presentFlips(flips: readonly Flip[]): readonly Flip[] {
    return flips.map((flip) => ({ ...flip, profile: this.#succession?.presentOf(flip.profile) ?? flip.profile }));
  }

  /** Ordinals of profiles that are no more. */
  #everGone(): Bitmap {
    const edition = this.#succession?.edition ?? 0;
    if (this.#gone?.edition !== edition)
      this.#gone = { edition, profiles: Bitmap.of([...(this.#succession?.all() ?? [])].map(([gone]) => gone)) };
    return this.#gone.profiles;
  }

  /** Brings sizes and changes to what the members say. */
  async #recover(): Promise<void> {
    this.#known.clear();
    this.#bytes = 0;
    this.#lastSizes.clear();
    const writes = await this.#db.selectFrom('membership_writes').selectAll().execute();
    if (writes.length > 0) await this.#settle(writes);
    this.#end = await endOfLog(this.#clickhouse);
    this.#unsettled = false;
  }

  async #settle(writes: readonly MembershipWriteRow[]): Promise<void> {
    const rows = await this.#clickhouse.query<{ audience: string; version: string }>(
      `SELECT audience, max(version) AS version FROM memberships WHERE audience IN ${literal(writes.map((each) => each.definition_id))} GROUP BY audience`,
    );
    const versions = new Map(rows.map(({ audience, version }) => [audience, Number(version)]));
    const done = writes.filter((each) => versions.get(each.definition_id) === each.sequence);
    for (const { definition_id: audience, sequence } of writes.filter((each) => !done.includes(each))) {
      await this.#clickhouse.command(
        `DELETE FROM membership_changes WHERE audience = ${literal(audience)} AND version = ${literal(sequence)}`,
      );
    }
    await finishWrites(
      this.#db,
      done.map((each) => each.definition_id),
      { thin: false },
    );
    await this.#db.deleteFrom('membership_writes').execute();
  }
}

function changeOf({ audience, members, evaluatedAt, version: rule, cause, causes }: Evaluated, before: Stored, offset: number): ChangeRow {
  return {
    audience,
    version: before.version + 1,
    evaluated: evaluatedAt.getTime(),
    entered: members.andNot(before.members),
    exited: before.members.andNot(members),
    offset,
    rule,
    cause,
    causes: causes ?? NO_CAUSES,
  };
}

function writeOf(evaluated: Evaluated, before: Stored = NOBODY): MembershipWriteRow {
  const { audience, version, evaluatedAt, size, tookMs, revision } = evaluated;
  return {
    definition_id: audience,
    sequence: before.version + 1,
    version,
    evaluated_at: evaluatedAt,
    size,
    took_ms: tookMs,
    revision: String(revision),
  };
}
