/**
 * Who is in each audience now. What counts is the log of changes: who is in is kept to hand, and is written down, with the size, a while
 * after it changed. What a crash cuts off follows from the log (`recover`).
 */
import type { Kysely } from 'kysely';
import type { ClickHouse, Database } from '../store/index.ts';
import { literal } from '../store/index.ts';
import type { LastSizes, Size } from './audience-sizes.ts';
import { writeSizes } from './audience-sizes.ts';
import { Bitmap, readState } from './bitmap/index.ts';
import { readChangesAfter } from './changes.ts';
import { MEMBER_COLUMNS, memberRows } from './membership-rows.ts';

export interface Stored {
  /** Of the last change, within the audience; the engine keeps the row with the greatest. */
  readonly version: number;
  readonly members: Bitmap;
}

export interface MembersOptions {
  readonly clickhouse: ClickHouse;
  readonly db: Kysely<Database>;
  readonly sizes: LastSizes;
}

/** What has not been written down. */
interface Unwritten {
  readonly size: Size;
  /** Whether of the sizes of a minute the last is enough. */
  readonly thin: boolean;
}

/** Bytes of members that are kept to hand, besides those that are not written down. */
const MOST_KNOWN = 128 * 1024 * 1024;
/** Audiences brought to what the log says at a time. */
const REPLAYED = 500;

export class Members {
  readonly #options: MembersOptions;
  /** As far as they were asked for lately; the longest unused first. */
  readonly #known = new Map<string, Stored>();
  #bytes = 0;
  readonly #unwritten = new Map<string, Unwritten>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Of the audiences that were evaluated. */
  async read(audiences: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    const unknown = audiences.filter((audience) => !this.#known.has(audience));
    const read = unknown.length === 0 ? new Map<string, Stored>() : await this.#read(unknown);
    const found = audiences.flatMap((audience) => {
      const stored = this.#known.get(audience) ?? read.get(audience);
      return stored === undefined ? [] : [[audience, stored] as const];
    });
    return new Map(found);
  }

  /** After its change is in the log. */
  put(audience: string, stored: Stored, unwritten: Unwritten): void {
    this.#unwritten.set(audience, unwritten);
    this.#options.sizes.note(audience, unwritten.size);
    this.#keep(audience, stored);
  }

  /** Takes an audience away. */
  async drop(audience: string): Promise<void> {
    this.#forget(audience);
    this.#unwritten.delete(audience);
    await this.#options.clickhouse.command(`DELETE FROM memberships WHERE audience = ${literal(audience)}`);
  }

  /** Whether all is written down. */
  get isWritten(): boolean {
    return this.#unwritten.size === 0;
  }

  /** Writes down what changed: what reads the tables sees it then. */
  async write(): Promise<void> {
    await this.#write(
      new Map(
        [...this.#unwritten.keys()].flatMap((audience) => {
          const stored = this.#known.get(audience);
          return stored === undefined ? [] : [[audience, stored] as const];
        }),
      ),
    );
  }

  /** Writes some audiences in another way, without a change. */
  async rewrite(rewritten: ReadonlyMap<string, Stored>): Promise<void> {
    await this.#write(rewritten);
    for (const [audience, stored] of rewritten) this.#keep(audience, stored);
  }

  async #write(written: ReadonlyMap<string, Stored>): Promise<void> {
    if (written.size === 0) return;
    const { clickhouse, db, sizes } = this.#options;
    const audiences = [...written.keys()];
    const unwritten = audiences.flatMap((audience) => {
      const found = this.#unwritten.get(audience);
      return found === undefined ? [] : [{ audience, ...found }];
    });
    // First what follows from the log again as long as the members are not written.
    for (const [thin, some] of Map.groupBy(unwritten, (each) => each.thin)) {
      await writeSizes(
        db,
        some.map(({ audience, size }) => [audience, size]),
        { thin },
      );
    }
    const last = await sizes.read(audiences);
    const rows = [...written].map(([audience, stored]) => {
      return { audience, ...stored, evaluated: last.get(audience)?.evaluatedAt.getTime() ?? 0 };
    });
    await clickhouse.insert('memberships', [...MEMBER_COLUMNS], 'RowBinary', memberRows(rows));
    for (const audience of audiences) this.#unwritten.delete(audience);
  }

  /** Forgets what is kept to hand, and brings what is written to what the log says. */
  async recover(): Promise<void> {
    const { clickhouse, sizes } = this.#options;
    this.#known.clear();
    this.#bytes = 0;
    this.#unwritten.clear();
    sizes.clear();
    const behind = await clickhouse.query<{ audience: string; version: string }>(
      `SELECT audience, written.version AS version
       FROM (SELECT audience, max(version) AS version FROM membership_changes GROUP BY audience) AS changes
       LEFT JOIN (SELECT audience, max(version) AS version FROM memberships GROUP BY audience) AS written USING audience
       WHERE changes.version > written.version`,
    );
    for (let from = 0; from < behind.length; from += REPLAYED) {
      await this.#replay(new Map(behind.slice(from, from + REPLAYED).map(({ audience, version }) => [audience, Number(version)])));
      await this.write();
    }
  }

  /** @param written version of what is written, by audience; 0: nothing is */
  async #replay(written: ReadonlyMap<string, number>): Promise<void> {
    const { clickhouse, sizes } = this.#options;
    const audiences = [...written.keys()];
    const [stored, known] = [await this.#read(audiences), await sizes.read(audiences)];
    for (const [audience, changes] of await readChangesAfter(clickhouse, written)) {
      let members = stored.get(audience)?.members ?? Bitmap.empty;
      for (const { entered, exited } of changes) members = members.or(entered).andNot(exited);
      const last = changes.at(-1);
      if (last === undefined) continue;
      const revision = known.get(audience)?.revision ?? 0;
      const size = { evaluatedAt: new Date(last.evaluated), size: members.size, version: last.rule, tookMs: 0, revision };
      this.put(audience, { version: last.version, members }, { size, thin: false });
    }
  }

  #keep(audience: string, stored: Stored): void {
    this.#forget(audience);
    this.#known.set(audience, stored);
    this.#bytes += stored.members.bytes;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= MOST_KNOWN) return;
      if (!this.#unwritten.has(oldest)) this.#forget(oldest);
    }
  }

  #forget(audience: string): void {
    this.#bytes -= this.#known.get(audience)?.members.bytes ?? 0;
    this.#known.delete(audience);
  }

  async #read(audiences: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    const bytes = await this.#options.clickhouse.bytes(
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
}
