/**
 * Who was in an audience at its last evaluation and who came and left at each, in ClickHouse; its sizes, in PostgreSQL.
 *
 * The log of changes is the deed: one insert adds what a batch of events or an evaluation changed in all audiences at once. Who is in
 * and how many they are follows from it, is kept to hand, and is written down later (`members.ts`), so the three always agree. What one
 * evaluation changed is what its members differ in from those before, so nothing is told twice and nothing is left out.
 */
import type { Kysely } from 'kysely';
import type { Succession } from '../identity/index.ts';
import type { ClickHouse, Database } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';
import type { Size, SizeHistory } from './audience-sizes.ts';
import { LastSizes, readSizes } from './audience-sizes.ts';
import { Bitmap } from './bitmap/index.ts';
import type { Cause, CauseKind } from './cause.ts';
import type { Flip, FlipPage, FlipPosition, LogPage, LogQuery } from './changes.ts';
import { bitmapOf, endOfLog, pageOf, readChanges, readFlips, readLog } from './changes.ts';
import { Meanwhile } from './meanwhile.ts';
import type { Decided } from './meanwhile.ts';
import type { Stored } from './members.ts';
import { Members } from './members.ts';
import type { ChangeRow } from './membership-rows.ts';
import { CHANGE_COLUMNS, changeRows } from './membership-rows.ts';
import { RecentChanges } from './recent-changes.ts';
import type { Movement } from './movements.ts';
import { movementsSince } from './movements.ts';

export type { Size, SizeHistory } from './audience-sizes.ts';

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
  /** Who came and left, where that is known. */
  readonly turned?: Pick<ChangeRow, 'entered' | 'exited'>;
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

const NOBODY: Stored = { version: 0, members: Bitmap.empty };
const NO_CAUSES: ReadonlyMap<number, Cause> = new Map();
/** For how long what came event by event is not written down, ms: the seldomer, the less is written of audiences that are large. */
const LATER = 5000;
const LATEST = 60_000;
/** Of all time, what writing it down may take: where audiences are many and large, it is done less often. */
const SHARE = 0.05;

export interface MembershipsOptions {
  readonly clickhouse: ClickHouse;
  readonly db: Kysely<Database>;
  readonly succession?: Succession;
  /** For how long what came event by event is not written down at least, ms. */
  readonly later?: number;
  /** Hears of failures that nobody asked for anything in. */
  readonly onUnexpected?: (error: unknown) => void;
}

export class Memberships {
  readonly #options: MembershipsOptions;
  readonly #clickhouse: ClickHouse;
  readonly #sizes: LastSizes;
  readonly #members: Members;
  /** Ends when the last change asked for has. */
  #turns: Promise<unknown> = Promise.resolve();
  /** A change has begun and not ended: whether it is in the log is not known. */
  #unsettled = false;
  readonly #onEvaluated: (() => void)[] = [];
  /** Evaluations of everybody. */
  readonly #underWay = new Set<Meanwhile>();
  /** Audiences that are no more. */
  readonly #forgotten = new Set<string>();
  #evaluations = 0;
  #gone: { readonly edition: number; readonly profiles: Bitmap } | null = null;
  /** The place of the next change in the log of all. */
  #end = 1;
  readonly #listeners = new Set<() => void>();
  readonly #recent = new RecentChanges();
  #later: NodeJS.Timeout | null = null;
  /** How long it took last to write down what had not been, ms. */
  #wrote = 0;

  private constructor(options: MembershipsOptions) {
    this.#options = options;
    this.#clickhouse = options.clickhouse;
    this.#sizes = new LastSizes(options.db);
    this.#members = new Members({ ...options, sizes: this.#sizes });
  }

  /** Writes down what the end of the process cut off. */
  static async open(options: MembershipsOptions): Promise<Memberships> {
    const memberships = new Memberships(options);
    await memberships.#recover();
    return memberships;
  }

  /** Writes down what is not yet, when that goes: else it follows from the log after the next start. */
  async close(): Promise<void> {
    if (this.#later !== null) clearTimeout(this.#later);
    await this.#written().catch((error: unknown) => this.#options.onUnexpected?.(error));
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
    const stored = await this.#members.read(evaluated.map(({ audience }) => audience));
    return evaluated.map((each) => {
      const told = this.present(stored.get(each.audience)?.members ?? Bitmap.empty);
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
      const [sizes, stored] = [await this.lastSizes(ids), await this.#members.read(ids)];
      const changed = amended.flatMap(({ audience, version, about, members: among, cause, causes }): readonly Evaluated[] => {
        const [size, kept] = [sizes.get(audience), stored.get(audience)];
        if (size?.version !== version || kept === undefined) return [];
        const before = this.present(kept.members);
        // Of the many who are in and stay, nobody is looked at.
        const turned = { entered: among.andNot(before), exited: (about?.and(before) ?? before).andNot(among) };
        if (turned.entered.size + turned.exited.size === 0) return [];
        const [members, { revision }] = [before.andNot(turned.exited).or(turned.entered), size];
        return [{ audience, version, revision, tookMs: 0, evaluatedAt: now, size: members.size, members, turned, cause, causes }];
      });
      await this.#store(changed, { thin: true });
      return changed.length;
    });
  }

  /** Takes profiles that are to be forgotten out of all audiences. Gives how many audiences one of them was in. Safe to repeat. */
  async takeOut(profiles: Bitmap, now: Date): Promise<number> {
    return await this.#inTurn(async () => {
      for (const meanwhile of this.#underWay) meanwhile.noteForgotten(profiles);
      await this.#members.write();
      const line = bitmapOf(profiles);
      const rows = await this.#clickhouse.query<{ audience: string }>(
        `SELECT audience FROM memberships FINAL WHERE bitmapHasAny(members, ${line})`,
      );
      const ids = rows.map(({ audience }) => audience);
      const [sizes, stored] = [await this.lastSizes(ids), await this.#members.read(ids)];
      const left = ids.flatMap((audience): readonly Evaluated[] => {
        const [size, before] = [sizes.get(audience), stored.get(audience)];
        if (size === undefined || before === undefined) return [];
        const members = this.present(before.members).andNot(profiles);
        const { version, revision } = size;
        return [{ audience, version, revision, tookMs: 0, evaluatedAt: now, size: members.size, members, cause: 'removal' }];
      });
      await this.#store(left);
      // What they did is told by the ids of their events.
      this.#recent.clear();
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
      this.#forgotten.add(audience);
      this.#recent.clear();
      await this.#clickhouse.command(`DELETE FROM membership_changes WHERE audience = ${literal(audience)}`);
      await this.#members.drop(audience);
    });
  }

  /** Nobody before the first evaluation. */
  async load(audience: string): Promise<Bitmap> {
    return (await this.loadMany([audience])).get(audience) ?? Bitmap.empty;
  }

  /** Members by audience; those never evaluated are absent. */
  async loadMany(audiences: readonly string[]): Promise<ReadonlyMap<string, Bitmap>> {
    // It can be in the log and not to hand.
    if (this.#unsettled) await this.#inTurn(() => Promise.resolve());
    return new Map([...(await this.#members.read(audiences))].map(([audience, { members }]) => [audience, this.present(members)]));
  }

  /** The profiles that these are now: what somebody was counts for whom they turned out to be. */
  present(profiles: Bitmap): Bitmap {
    const moved = profiles.and(this.#everGone());
    if (moved.size === 0) return profiles;
    return profiles.andNot(moved).or(Bitmap.of([...moved.toArray()].map((gone) => this.#options.succession?.presentOf(gone) ?? gone)));
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
    const profiles = profile === undefined ? undefined : [profile, ...(this.#options.succession?.before(profile) ?? [])];
    const asked = { ...query, until: this.#end, profiles };
    const recent = this.#recent.since(query.from);
    const page = recent === null ? await readLog(this.#clickhouse, asked) : pageOf(recent, asked);
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
      this.#recent.clear();
      if (expired > 0) await this.#clickhouse.command(`DELETE FROM membership_changes WHERE ${where}`);
      return expired;
    });
  }

  /** Audiences that a profile was in at their last evaluation; `since` is the oldest instant known where their coming is forgotten. */
  async of(profile: number): Promise<readonly Membership[]> {
    await this.#written();
    const line = bitmapOf([profile, ...(this.#options.succession?.before(profile) ?? [])]);
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
    const line = bitmapOf([profile, ...(this.#options.succession?.before(profile) ?? [])]);
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

  /**
   * One entry for each evaluation, oldest first; those told of are among them.
   * @param most as many of them as make a picture (`readSizes`)
   */
  async sizes(audience: string, most?: number): Promise<SizeHistory> {
    await this.#written();
    return await readSizes(this.#options.db, audience, most);
  }

  /** Of the audiences in which somebody came or left since an instant. */
  async movements(since: Date): Promise<readonly Movement[]> {
    await this.#written();
    return await movementsSince(this.#clickhouse, since);
  }

  /** The last evaluation of each of the audiences that were evaluated. */
  async lastSizes(audiences: readonly string[]): Promise<ReadonlyMap<string, Size>> {
    return await this.#sizes.read(audiences);
  }

  /** One change of the tables at a time: what was read before a change is what it changes. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.then(async () => {
      if (this.#unsettled) await this.#recover();
      return await work();
    });
    this.#turns = turn.catch(() => undefined);
    return await turn;
  }

  /** Resolves when what reads the tables sees all that is in the log. */
  async #written(): Promise<void> {
    if (!this.#unsettled && this.#members.isWritten) return;
    await this.#inTurn(async () => {
      const began = performance.now();
      await this.#members.write();
      this.#wrote = performance.now() - began;
    });
  }

  #writeLater(): void {
    const wait = Math.min(LATEST, this.#wrote / SHARE);
    this.#later ??= setTimeout(
      () => {
        this.#later = null;
        this.#written().catch((error: unknown) => {
          this.#options.onUnexpected?.(error);
          this.#writeLater();
        });
      },
      Math.max(this.#options.later ?? LATER, wait),
    ).unref();
  }

  /** @param thin whether of the sizes of a minute the last is enough, and need not be written down at once */
  async #store(evaluated: readonly Evaluated[], { thin } = { thin: false }): Promise<ReadonlyMap<string, Change>> {
    const existing = evaluated.filter(({ audience }) => !this.#forgotten.has(audience));
    if (existing.length === 0) return new Map();
    const before = await this.#presentBefore(existing);
    let end = this.#end;
    const rows = existing.map((each) => {
      const change = changeOf(each, before.get(each.audience) ?? NOBODY, end);
      end += change.entered.size + change.exited.size;
      return { change, evaluated: each };
    });
    this.#unsettled = true;
    const data = changeRows(rows.map(({ change }) => change));
    await this.#clickhouse.insert('membership_changes', [...CHANGE_COLUMNS], 'RowBinary', data);
    for (const { change, evaluated: each } of rows) {
      const { members, evaluatedAt, size, version, tookMs, revision } = each;
      this.#members.put(
        change.audience,
        { version: change.version, members },
        { size: { evaluatedAt, size, version, tookMs, revision }, thin },
      );
    }
    this.#unsettled = false;
    this.#recent.note(rows.map(({ change }) => change));
    if (end > this.#end) {
      this.#end = end;
      for (const tell of this.#listeners) tell();
    }
    if (thin) this.#writeLater();
    else await this.#members.write();
    return new Map(
      rows.map(({ change: { audience, entered, exited }, evaluated: { members: now } }) => {
        return [audience, { entered: entered.size, stayed: now.size - entered.size, exited: exited.size }];
      }),
    );
  }

  /**
   * What is stored of audiences, of people as they are now: who turned out to be somebody else has neither come nor left. Where somebody
   * has, that is written before a change, so that the log can be followed word for word.
   */
  async #presentBefore(evaluated: readonly Evaluated[]): Promise<ReadonlyMap<string, Stored>> {
    const stored = await this.#members.read(evaluated.map(({ audience }) => audience));
    const rewritten = new Map<string, Stored>();
    for (const [audience, { version, members }] of stored) {
      const present = this.present(members);
      if (present !== members) rewritten.set(audience, { version: version + 1, members: present });
    }
    await this.#members.rewrite(rewritten);
    return new Map([...stored, ...rewritten]);
  }

  #presentFlips(flips: readonly Flip[]): readonly Flip[] {
    return flips.map((flip) => ({ ...flip, profile: this.#options.succession?.presentOf(flip.profile) ?? flip.profile }));
  }

  /** Ordinals of profiles that are no more. */
  #everGone(): Bitmap {
    const edition = this.#options.succession?.edition ?? 0;
    if (this.#gone?.edition !== edition)
      this.#gone = { edition, profiles: Bitmap.of([...(this.#options.succession?.all() ?? [])].map(([gone]) => gone)) };
    return this.#gone.profiles;
  }

  async #recover(): Promise<void> {
    await this.#members.recover();
    this.#recent.clear();
    this.#end = await endOfLog(this.#clickhouse);
    this.#unsettled = false;
  }
}

function changeOf(
  { audience, evaluatedAt, version: rule, cause, causes, ...evaluated }: Evaluated,
  before: Stored,
  offset: number,
): ChangeRow {
  const { members, turned = { entered: members.andNot(before.members), exited: before.members.andNot(members) } } = evaluated;
  return {
    audience,
    version: before.version + 1,
    evaluated: evaluatedAt.getTime(),
    ...turned,
    offset,
    rule,
    cause,
    causes: causes ?? NO_CAUSES,
  };
}
