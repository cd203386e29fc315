/** ClickHouse with a clock: every statement shows in the metrics. */
import type { ClickHouse } from '../store/index.ts';
import type { Metrics } from './metrics.ts';

export function measuredClickHouse(clickhouse: ClickHouse, { storeQueries }: Metrics): ClickHouse {
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const end = storeQueries.startTimer({ store: 'clickhouse' });
    try {
      const result = await work;
      end({ outcome: 'ok' });
      return result;
    } catch (error) {
      end({ outcome: (error as { code?: string }).code ?? 'error' });
      throw error;
    }
  };
  return {
    query: (...input) => timed(clickhouse.query(...input)),
    bytes: (...input) => timed(clickhouse.bytes(...input)),
    command: (...input) => timed(clickhouse.command(...input)),
    insert: (...input) => timed(clickhouse.insert(...input)),
    close: () => clickhouse.close(),
  };
}
