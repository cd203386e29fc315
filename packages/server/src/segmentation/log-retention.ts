/** Forgets who came and left longer ago than that is kept. */
import type { Memberships } from './memberships.ts';

export interface LogRetentionOptions {
  readonly memberships: Pick<Memberships, 'expireChanges'>;
  /** Days that changes are kept; 0: for ever. */
  readonly days: number;
  readonly clock: () => Date;
  readonly onUnexpected: (error: unknown) => void;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Looks now, and every hour. Gives what ends that. */
export function keepLogShort({ memberships, days, clock, onUnexpected }: LogRetentionOptions): () => Promise<void> {
  let looks: Promise<unknown> = Promise.resolve();
  if (days === 0) return async () => undefined;
  const look = (): void => {
    looks = looks.then(async () => await memberships.expireChanges(new Date(clock().getTime() - days * DAY))).catch(onUnexpected);
  };
  look();
  const timer = setInterval(look, HOUR).unref();
  return async () => {
    clearInterval(timer);
    await looks;
  };
}
