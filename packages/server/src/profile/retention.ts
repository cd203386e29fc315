/** Takes away events that are older than their dataset keeps them. */
import type { ProfileTables } from './tables.ts';

export interface Kept {
  readonly dataset: string;
  /** An ISO 8601 duration in days or more, such as `P30D`. */
  readonly duration: string;
}

export interface RetentionOptions {
  readonly tables: ProfileTables;
  /** The datasets that keep their events for some time only. */
  readonly kept: () => readonly Kept[];
  readonly clock: () => Date;
  readonly onUnexpected: (error: unknown) => void;
}

const HOUR = 3_600_000;

export class Retention {
  readonly #options: RetentionOptions;
  #timer: NodeJS.Timeout | null = null;
  /** Ends when the last look has. */
  #looks: Promise<unknown> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Looks now, and every hour. */
  watch(): void {
    const look = (): void => void this.apply().catch(this.#options.onUnexpected);
    look();
    this.#timer = setInterval(look, HOUR).unref();
  }

  /** Takes away what is too old now. Gives how many events, by dataset. */
  async apply(): Promise<ReadonlyMap<string, number>> {
    const look = this.#looks.then(async () => await this.#apply());
    this.#looks = look.catch(() => undefined);
    return await look;
  }

  /** Waits for the look under way. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looks;
  }

  async #apply(): Promise<ReadonlyMap<string, number>> {
    const { tables, kept, clock } = this.#options;
    const removed = new Map<string, number>();
    for (const { dataset, duration } of kept()) removed.set(dataset, await tables.expireEvents(dataset, instantBefore(clock(), duration)));
    return removed;
  }
}

/** The instant a duration ago, by the calendar of UTC; where a month has no such day, its last one. */
export function instantBefore(now: Date, duration: string): number {
  const [, years, months, weeks, days] = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(duration) ?? [];
  const month = now.getUTCFullYear() * 12 + now.getUTCMonth() - Number(years ?? 0) * 12 - Number(months ?? 0);
  const [year, inYear] = [Math.floor(month / 12), ((month % 12) + 12) % 12];
  const lastDay = new Date(Date.UTC(year, inYear + 1, 0)).getUTCDate();
  const then = new Date(now);
  then.setUTCFullYear(year, inYear, Math.min(now.getUTCDate(), lastDay));
  return then.getTime() - (Number(weeks ?? 0) * 7 + Number(days ?? 0)) * 24 * HOUR;
}
