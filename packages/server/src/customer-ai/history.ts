/** What there is of the past: how far events go back, and when each dataset was loaded first. */
import type { ClickHouse, QueryOptions } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';

export const DAY = 86_400_000;

export interface History {
  /** Of the first and the last event up to now, epoch ms; null: there are none. */
  readonly first: number | null;
  readonly last: number | null;
  /** When the first event or record of each dataset was stored, epoch ms. */
  readonly loaded: ReadonlyMap<string, number>;
}

/** @param now epoch ms: events dated later have not happened */
export async function readHistory(clickhouse: ClickHouse, now: number, options: QueryOptions = {}): Promise<History> {
  const rows = await clickhouse.query<{ dataset: string; first: string; last: string; loaded: string }>(
    `SELECT dataset, toUnixTimestamp64Milli(min(timestamp)) AS first, toUnixTimestamp64Milli(max(timestamp)) AS last,
       toUnixTimestamp64Milli(min(\`received#time\`)) AS loaded
     FROM events WHERE timestamp <= ${instantLiteral(now)} GROUP BY dataset`,
    options,
  );
  const records = await clickhouse.query<{ dataset: string; loaded: string }>(
    'SELECT dataset, toUnixTimestamp64Milli(min(`received#time`)) AS loaded FROM fragments GROUP BY dataset',
    options,
  );
  const loaded = new Map<string, number>();
  for (const each of [...rows, ...records]) loaded.set(each.dataset, Math.min(loaded.get(each.dataset) ?? Infinity, Number(each.loaded)));
  const times = rows.map(({ first, last }) => [Number(first), Number(last)] as const);
  return {
    first: times.length === 0 ? null : Math.min(...times.map(([first]) => first)),
    last: times.length === 0 ? null : Math.max(...times.map(([, last]) => last)),
    loaded,
  };
}

/** Days of events up to now. */
export function daysOf({ first, last }: History): number {
  return first === null || last === null ? 0 : Math.floor((last - first) / DAY);
}

/**
 * Rows of events (or of `fragments`, by `time`) that were known at an instant: dated up to it, and stored by then, with a day for those that
 * are late as usual. A dataset was begun by loading what had happened before, so what came within a day of that counts as known in time.
 */
export function knownAt(at: number, { loaded }: Pick<History, 'loaded'>, time: 'timestamp' | 'time' = 'timestamp'): string {
  const datasets = [...loaded].filter(([, begun]) => begun + DAY > at + DAY);
  const latest =
    datasets.length === 0
      ? instantLiteral(at + DAY)
      : `transform(toString(dataset), ${literal(datasets.map(([dataset]) => dataset))}, [${datasets.map(([, begun]) => instantLiteral(begun + DAY)).join(', ')}], ${instantLiteral(at + DAY)})`;
  return `${time} <= ${instantLiteral(at)} AND \`received#time\` <= ${latest}`;
}
