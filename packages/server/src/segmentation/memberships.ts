/**
 * Who was in an audience at its last evaluation and who came and left at each, in ClickHouse; its sizes, in PostgreSQL.
 *
 * An evaluation writes to both, in one order: what is intended (`membership_writes`), the changes, the members, the
 * size. The members are the deed: one insert replaces those of all audiences of a batch at once. What a crash leaves is
 * finished when the members are there and undone when they are not (`recover`), so the three always agree.
 */
import type { Kysely } from 'kysely';
import type { Succession } from '../identity/index.ts';
import type { ClickHouse, Database, MembershipWriteRow, SegmentSizeRow } from '../store/index.ts';
import { literal } from '../store/index.ts';
import { Bitmap, readState, toState } from './bitmap/index.ts';
import type { FlipPage, FlipPosition, MembershipChange } from './changes.ts';
import { readChanges, readFlips } from './changes.ts';

export interface Size {
  /** The instant it is exact for. */
  readonly evaluatedAt: Date;
  readonly size: number;
  /** Version of the rule. */
  readonly version: number;
  readonly tookMs: number;
  readonly revision: number;
}

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

export interface Evaluated extends Size {
  readonly audience: string;
  readonly members: Bitmap;
}

/** Who of some people is in an audience. */
export interface Amended {
  readonly audience: string;
  /** Of the rule it was decided by. */
  readonly version: number;
  /** Null: everybody. */
  readonly about: Bitmap | null;
  readonly members: Bitmap;
}

const MINUTE = 60_000;

export class Memberships {
  readonly #clickhouse: ClickHouse;
  readonly #db: Kysely<Database>;
  readonly #succession: Succession | undefined;
  /** Ends when the last change asked for has. */
  #turns: Promise<unknown> = Promise.resolve();
  /** A write has begun and not ended. */
  #unsettled = false;

  private constructor(clickhouse: ClickHouse, db: Kysely<Database>, succession: Succession | undefined) {
    this.#clickhouse = clickhouse;
    this.#db = db;
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
   */
  async store(evaluated: readonly Evaluated[]): Promise<ReadonlyMap<string, Change>> {
    return await this.#inTurn(async () => {
      if (this.#unsettled) await this.#recover();
      this.#unsettled = true;
      const changes = await this.#storeNow(await this.#existing(evaluated));
      this.#unsettled = false;
      return changes;
    });
  }

  /** Nobody before the first evaluation. */
  async load(audience: string): Promise<Bitmap> {
    return this.present((await this.#stored([audience])).get(audience)?.members ?? Bitmap.empty);
  }

  /** The profiles that these are now: what somebody was counts for whom they turned out to be. */
  present(profiles: Bitmap): Bitmap {
    const moved = [...(this.#succession?.all() ?? [])].filter(([gone]) => profiles.has(gone));
    if (moved.length === 0) return profiles;
    return profiles.andNot(Bitmap.of(moved.map(([gone]) => gone))).or(Bitmap.of(moved.map(([, present]) => present)));
  }

  /** Who came and left at each evaluation, newest first. */
  async changes(audience: string): Promise<readonly MembershipChange[]> {
    return await readChanges(this.#clickhouse, audience);
  }

  /** Who came and left, person by person, newest first; of people by the ordinals they have now. */
  async flips(audience: string, page: { readonly limit: number; readonly from: FlipPosition | null }): Promise<FlipPage> {
    const { flips, next } = await readFlips(this.#clickhouse, audience, page);
    const moved = new Map(this.#succession?.all() ?? []);
    return { flips: flips.map((flip) => ({ ...flip, profile: moved.get(flip.profile) ?? flip.profile })), next };
  }

  /** Audiences that a profile was in at their last evaluation. */
  async of(profile: number): Promise<readonly Membership[]> {
    const before = [...(this.#succession?.all() ?? [])].filter(([, present]) => present === profile).map(([gone]) => gone);
    const line = lineOf([profile, ...before]);
    const rows = await this.#clickhouse.query<{ audience: string; since: string }>(
      `SELECT audience, toUnixTimestamp64Milli(max(evaluated)) AS since FROM membership_changes
       WHERE bitmapHasAny(entered, ${line})
         AND audience IN (SELECT audience FROM memberships FINAL WHERE bitmapHasAny(members, ${line}))
       GROUP BY audience ORDER BY audience`,
    );
    return rows.map(({ audience, since }) => ({ audience, since: new Date(Number(since)) }));
  }

  /** Audiences that a profile was in at an instant, as far as they had been evaluated by then. */
  async ofAt(profile: number, at: Date): Promise<readonly Membership[]> {
    const line = lineOf([profile, ...(this.#succession?.before(profile) ?? [])]);
    const rows = await this.#clickhouse.query<{ audience: string; since: string }>(
      `SELECT audience, toUnixTimestamp64Milli(maxIf(evaluated, bitmapHasAny(entered, ${line}))) AS since FROM membership_changes
       WHERE evaluated <= fromUnixTimestamp64Milli(${literal(BigInt(at.getTime()))}, 'UTC')
         AND (bitmapHasAny(entered, ${line}) OR bitmapHasAny(exited, ${line}))
       GROUP BY audience HAVING argMax(bitmapHasAny(entered, ${line}), (evaluated, version)) = 1 ORDER BY audience`,
    );
    return rows.map(({ audience, since }) => ({ audience, since: new Date(Number(since)) }));
  }

  /** Audiences that one of the profiles was in at some evaluation. */
  async everOf(profiles: Bitmap): Promise<ReadonlySet<string>> {
    const rows = await this.#clickhouse.query<{ audience: string }>(
      `SELECT DISTINCT audience FROM membership_changes WHERE bitmapHasAny(entered, ${lineOf(profiles)})`,
    );
    return new Set(rows.map(({ audience }) => audience));
  }

  /** Puts some people into audiences and takes them out of others; everybody else stays. Gives how many audiences changed. */
  async amend(amended: readonly Amended[], now: Date): Promise<number> {
    const ids = amended.map(({ audience }) => audience);
    const [sizes, stored] = [await this.lastSizes(ids), await this.#stored(ids)];
    const changed = amended.flatMap(({ audience, version, about, members: among }): readonly Evaluated[] => {
      const [size, kept] = [sizes.get(audience), stored.get(audience)];
      if (size?.version !== version || kept === undefined) return [];
      const before = this.present(kept.members);
      const members = about === null ? among : before.andNot(about).or(among);
      if (members.size === before.size && members.andNot(before).size === 0) return [];
      return [{ audience, version, revision: size.revision, tookMs: 0, evaluatedAt: now, size: members.size, members }];
    });
    await this.store(changed);
    await this.#thin(
      changed.map(({ audience }) => audience),
      now,
    );
    return changed.length;
  }

  /** Of the sizes between evaluations, one a minute stays: the last. */
  async #thin(audiences: readonly string[], now: Date): Promise<void> {
    if (audiences.length === 0) return;
    await this.#db
      .deleteFrom('segment_sizes')
      .where('definition_id', 'in', [...audiences])
      .where('took_ms', '=', 0)
      .where('evaluated_at', '>=', new Date(Math.floor(now.getTime() / MINUTE) * MINUTE))
      .where('evaluated_at', '<', now)
      .execute();
  }

  /** Takes profiles that are to be forgotten out of all audiences. Gives how many audiences one of them was in. Safe to repeat. */
  async takeOut(profiles: Bitmap, now: Date): Promise<number> {
    const rows = await this.#clickhouse.query<{ audience: string }>(
      `SELECT audience FROM memberships FINAL WHERE bitmapHasAny(members, ${lineOf(profiles)})`,
    );
    const ids = rows.map(({ audience }) => audience);
    const [sizes, stored] = [await this.lastSizes(ids), await this.#stored(ids)];
    const left = ids.flatMap((audience): readonly Evaluated[] => {
      const [size, before] = [sizes.get(audience), stored.get(audience)];
      if (size === undefined || before === undefined) return [];
      const members = before.members.andNot(profiles);
      return [{ audience, version: size.version, revision: size.revision, tookMs: 0, evaluatedAt: now, size: members.size, members }];
    });
    await this.store(left);
    return ids.length;
  }

  /** Nobody is in the audience any more, and nobody was. The history of sizes stays. */
  async forget(audience: string): Promise<void> {
    await this.#inTurn(async () => {
      for (const table of ['memberships', 'membership_changes']) {
        await this.#clickhouse.command(`DELETE FROM ${table} WHERE audience = ${literal(audience)}`);
      }
    });
  }

  /** One entry for each evaluation, oldest first. */
  async sizes(audience: string): Promise<readonly Size[]> {
    const rows = await this.#db
      .selectFrom('segment_sizes')
      .selectAll()
      .where('definition_id', '=', audience)
      .orderBy('evaluated_at')
      .execute();
    return rows.map(sizeOf);
  }

  /** The last evaluation of each of the audiences that were evaluated. */
  async lastSizes(audiences: readonly string[]): Promise<ReadonlyMap<string, Size>> {
    if (audiences.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('segment_sizes')
      .selectAll()
      .distinctOn('definition_id')
      .where('definition_id', 'in', [...audiences])
      .orderBy('definition_id')
      .orderBy('evaluated_at', 'desc')
      .execute();
    return new Map(rows.map((row) => [row.definition_id, sizeOf(row)]));
  }

  async #stored(audiences: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
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

  /** One change of the tables at a time. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return await turn;
  }

  /** Those whose rule has not been deleted since the evaluation began. */
  async #existing(evaluated: readonly Evaluated[]): Promise<readonly Evaluated[]> {
    if (evaluated.length === 0) return [];
    const ids = evaluated.map(({ audience }) => audience);
    const rows = this.#db.selectFrom('segment_definitions').select('id').where('id', 'in', ids).where('deleted_at', 'is', null);
    const existing = new Set((await rows.execute()).map(({ id }) => id));
    return evaluated.filter(({ audience }) => existing.has(audience));
  }

  async #storeNow(evaluated: readonly Evaluated[]): Promise<ReadonlyMap<string, Change>> {
    if (evaluated.length === 0) return new Map();
    const before = await this.#stored(evaluated.map(({ audience }) => audience));
    const rows = evaluated.map((each) => ({ ...each, ...changeOf(each, before.get(each.audience)) }));
    const writes = rows.map(writeOf);
    await this.#db.insertInto('membership_writes').values(writes).execute();
    const changes = rows.flatMap(({ audience, next, evaluatedAt, entered, exited }) => {
      return [text(audience), uint64(next), uint64(evaluatedAt.getTime()), toState(entered), toState(exited)];
    });
    const columns = ['audience', 'version', 'evaluated', 'entered', 'exited'];
    await this.#clickhouse.insert('membership_changes', columns, 'RowBinary', Buffer.concat(changes));
    const members = rows.flatMap((row) => [text(row.audience), uint64(row.next), uint64(row.evaluatedAt.getTime()), toState(row.members)]);
    await this.#clickhouse.insert('memberships', ['audience', 'version', 'evaluated', 'members'], 'RowBinary', Buffer.concat(members));
    await this.#finish(writes);
    return new Map(
      rows.map((row) => [
        row.audience,
        { entered: row.entered.size, stayed: row.members.size - row.entered.size, exited: row.exited.size },
      ]),
    );
  }

  /** Brings sizes and changes to what the members say. */
  async #recover(): Promise<void> {
    const writes = await this.#db.selectFrom('membership_writes').selectAll().execute();
    if (writes.length === 0) return;
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
    await this.#finish(done);
    await this.#db.deleteFrom('membership_writes').execute();
  }

  /** The size follows the members, and the intention is gone with it. */
  async #finish(writes: readonly MembershipWriteRow[]): Promise<void> {
    if (writes.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('segment_sizes')
        .values(writes.map(sizeOfWrite))
        .onConflict((conflict) =>
          conflict.columns(['definition_id', 'evaluated_at']).doUpdateSet((is) => ({
            version: is.ref('excluded.version'),
            size: is.ref('excluded.size'),
            took_ms: is.ref('excluded.took_ms'),
            revision: is.ref('excluded.revision'),
          })),
        )
        .execute();
      const ids = writes.map(({ definition_id }) => definition_id);
      await transaction.deleteFrom('membership_writes').where('definition_id', 'in', ids).execute();
    });
  }
}

interface Stored {
  /** Of the row, which the engine keeps the greatest of. */
  readonly version: number;
  readonly members: Bitmap;
}

function lineOf(profiles: Iterable<number>): string {
  return `bitmapBuild(CAST(${literal([...profiles])} AS Array(UInt32)))`;
}

function changeOf(
  { members }: Evaluated,
  before: Stored = { version: 0, members: Bitmap.empty },
): { readonly entered: Bitmap; readonly exited: Bitmap; readonly next: number } {
  return { entered: members.andNot(before.members), exited: before.members.andNot(members), next: before.version + 1 };
}

function writeOf({
  audience,
  next,
  version,
  evaluatedAt,
  size,
  tookMs,
  revision,
}: Evaluated & { readonly next: number }): MembershipWriteRow {
  return {
    definition_id: audience,
    sequence: next,
    version,
    evaluated_at: evaluatedAt,
    size,
    took_ms: tookMs,
    revision: String(revision),
  };
}

function sizeOfWrite(write: MembershipWriteRow): SegmentSizeRow {
  const { sequence: _, ...size } = write;
  return size;
}

function sizeOf(row: {
  readonly evaluated_at: Date;
  readonly size: number;
  readonly version: number;
  readonly took_ms: number;
  readonly revision: string;
}): Size {
  return { evaluatedAt: row.evaluated_at, size: row.size, version: row.version, tookMs: row.took_ms, revision: Number(row.revision) };
}

/** A String in RowBinary; ids are short. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > 127) throw new RangeError('the id of an audience is too long');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
