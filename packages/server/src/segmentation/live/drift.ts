/**
 * Whether live audiences agree with batch evaluation: compared now and again for some of them, and for all when asked. What does not
 * agree is kept, with what the reference evaluator says, and put right.
 */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../../store/index.ts';
import type { Compared, Live } from './live.ts';

export interface DriftCheck {
  readonly id: number;
  readonly checkedAt: Date;
  /** Of all audiences that are followed, or of some. */
  readonly full: boolean;
  readonly audiences: number;
  /** Whom it was about. */
  readonly profiles: number;
  /** Memberships that were not the same. */
  readonly disagreements: number;
  readonly tookMs: number;
}

export interface DriftCase {
  readonly check: number;
  readonly audience: string;
  readonly profile: number;
  /** Whether the profile was in. */
  readonly live: boolean;
  readonly batch: boolean;
  /** What the reference evaluator says; null: it could not. */
  readonly reference: boolean | null;
}

export interface DriftOptions {
  readonly db: Kysely<Database>;
  readonly live: Pick<Live, 'compare' | 'followed'>;
  /** Whether a profile is in an audience at an instant, by the reference evaluator. */
  readonly reference: (audience: string, profile: number, now: Date) => Promise<boolean>;
  readonly clock: () => Date;
  /** Hears of failures, and of memberships that did not agree. */
  readonly onUnexpected: (error: unknown) => void;
}

/** Live memberships were not right. */
class Disagreement extends Error {
  readonly code = 'membership-drift';
  readonly hint = 'GET /api/membership-drift has the cases.';

  constructor(count: number) {
    super(`${count} live memberships did not agree with batch evaluation; they have been put right.`);
  }
}

const PERIOD = 600_000;
/** Audiences compared in each period. */
const SOME = 20;
/** Cases kept of a check, and checks. */
const MOST_CASES = 100;
const MOST_CHECKS = 1000;

export class Drift {
  readonly #options: DriftOptions;
  readonly #timer: NodeJS.Timeout;
  /** Of the audiences in the order of their ids, the last one compared. */
  #last = '';

  constructor(options: DriftOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#some().catch(options.onUnexpected), PERIOD).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Compares all audiences that are followed. */
  async check(): Promise<DriftCheck> {
    return await this.#check(await this.#options.live.followed(), true);
  }

  /** Newest first. */
  async checks(limit: number): Promise<readonly DriftCheck[]> {
    const rows = await this.#options.db.selectFrom('drift_checks').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map((row) => ({
      id: row.id,
      checkedAt: row.checked_at,
      full: row.full_check,
      audiences: row.audiences,
      profiles: row.profiles,
      disagreements: row.disagreements,
      tookMs: row.took_ms,
    }));
  }

  /** Of the newest checks first. */
  async cases(limit: number): Promise<readonly DriftCase[]> {
    const rows = await this.#options.db.selectFrom('drift_cases').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map(({ check_id, definition_id: audience, profile, live, batch, reference }) => {
      return { check: check_id, audience, profile: profile, live, batch, reference };
    });
  }

  /** The next ones in turn. */
  async #some(): Promise<void> {
    const all = (await this.#options.live.followed()).toSorted();
    if (all.length === 0) return;
    const begin = Math.max(
      0,
      all.findIndex((id) => id > this.#last),
    );
    const some = [...all.slice(begin), ...all.slice(0, begin)].slice(0, SOME);
    this.#last = some.at(-1) ?? '';
    await this.#check(some, false);
  }

  async #check(ids: readonly string[], full: boolean): Promise<DriftCheck> {
    const { db, live, clock } = this.#options;
    const began = performance.now();
    const compared = await live.compare(ids);
    const tookMs = performance.now() - began;
    const check = { full, audiences: ids.length, profiles: compared.profiles, disagreements: compared.differing.length, tookMs };
    const row = {
      checked_at: clock(),
      full_check: full,
      audiences: ids.length,
      profiles: check.profiles,
      disagreements: check.disagreements,
      took_ms: tookMs,
    };
    const { id, checked_at: checkedAt } = await db
      .insertInto('drift_checks')
      .values(row)
      .returning(['id', 'checked_at'])
      .executeTakeFirstOrThrow();
    await this.#keep(id, compared);
    await db
      .deleteFrom('drift_checks')
      .where(sql<boolean>`id <= ${id - MOST_CHECKS}`)
      .execute();
    if (check.disagreements > 0) this.#options.onUnexpected(new Disagreement(check.disagreements));
    return { id, checkedAt, ...check };
  }

  async #keep(check: number, { at, differing }: Compared): Promise<void> {
    const rows = [];
    for (const { audience, profile, live, batch } of differing.slice(0, MOST_CASES)) {
      const reference = await this.#options.reference(audience, profile, at).catch(() => null);
      rows.push({ check_id: check, definition_id: audience, profile, live, batch, reference });
    }
    if (rows.length > 0) await this.#options.db.insertInto('drift_cases').values(rows).execute();
  }
}
