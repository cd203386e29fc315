/** What came in over the last hour. */
import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import type { ChartWords } from '../ui/size-chart.tsx';
import { SizeChart } from '../ui/size-chart.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './sources-page.module.css';

const MINUTES = 60;
const POLL_MS = 15_000;
const WORDS: ChartWords = { none: 'Nothing came in.', value: 'Records stored a minute', time: 'Minute', points: 'minutes' };

export function Throughput() {
  const found = useResource('throughput', (signal) => call(routes.getThroughput, { query: { minutes: MINUTES }, signal }), {
    everyMs: POLL_MS,
  });
  const minutes = found.data?.minutes;
  const sum = (of: 'events' | 'records' | 'deadLetters'): number => (minutes ?? []).reduce((all, minute) => all + minute[of], 0);
  return (
    <Panel title="Throughput" aside="The last hour">
      {found.error && <Failure error={found.error} retry={found.reload} />}
      {!minutes && found.loading && <Skeleton lines={3} height={48} label="Loading throughput" />}
      {minutes !== undefined && (
        <>
          <SizeChart points={minutes.map(({ at, events, records }) => ({ at, value: events + records }))} words={WORDS} />
          <p className={styles.sums}>
            {formatCountOf(sum('events'), 'event')}, {formatCountOf(sum('records'), 'profile record')};{' '}
            {formatCountOf(sum('deadLetters'), 'dead letter')}
          </p>
        </>
      )}
    </Panel>
  );
}
