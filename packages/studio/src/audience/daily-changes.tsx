import { routes } from '@kindred/contract';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Chart } from '../ui/chart.tsx';
import { DaysChoice, lastDays, ZONE } from '../ui/days.tsx';
import { formatCompact, formatCount, formatDay } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './daily-changes.module.css';

interface Day {
  /** 2026-11-27 */
  readonly day: string;
  readonly entered: number;
  readonly exited: number;
}

/** How many came and left on each day of the reader's calendar. */
export function DailyChanges({ id, evaluated }: { readonly id: string; readonly evaluated: string }) {
  const [days, setDays] = useState(30);
  const found = useResource(
    `daily/${id}/${days}`,
    (signal) => call(routes.listDailyChanges, { params: { id }, query: { days, zone: ZONE }, signal }),
    { refreshOn: evaluated },
  );
  return (
    <Panel title="Entered and left per day" aside={<DaysChoice days={days} onChange={setDays} />}>
      {found.error && <Failure error={found.error} retry={found.reload} title="The changes could not be counted" />}
      {!found.data && found.loading && <Skeleton lines={1} height={160} label="Counting changes" />}
      {found.data && <Bars days={filled(found.data.days, days)} />}
    </Panel>
  );
}

/** With the days on which nobody moved; today comes last. */
function filled(known: readonly Day[], count: number): readonly Day[] {
  const byDay = new Map(known.map((each) => [each.day, each]));
  return lastDays(count).map((day) => byDay.get(day) ?? { day, entered: 0, exited: 0 });
}

const WIDTH = 720;
const HEIGHT = 180;
const MARGIN = { left: 52, right: 12, top: 12, bottom: 26 };

function Bars({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(({ entered, exited }) => Math.max(entered, exited)));
  const sum = (side: 'entered' | 'exited') => days.reduce((total, day) => total + day[side], 0);
  const step = (WIDTH - MARGIN.left - MARGIN.right) / days.length;
  const zero = (MARGIN.top + HEIGHT - MARGIN.bottom) / 2;
  const height = (count: number) => (count / most) * (zero - MARGIN.top);
  const [first, last] = [days[0], days.at(-1)];
  return (
    <Chart
      name="Entered and left per day"
      summary={`${formatCount(sum('entered'))} entered and ${formatCount(sum('exited'))} left in ${days.length} days, at most ${formatCount(most)} on one`}
      data={{ columns: ['Day', 'Entered', 'Left'], rows: days.toReversed().map(({ day, entered, exited }) => [day, entered, exited]) }}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={styles.chart}>
        {[most, 0, -most].map((tick) => (
          <g key={tick} className={styles.tick}>
            <line
              x1={MARGIN.left}
              x2={WIDTH - MARGIN.right}
              y1={zero - (tick / most) * height(most)}
              y2={zero - (tick / most) * height(most)}
            />
            <text x={MARGIN.left - 8} y={zero - (tick / most) * height(most)} dy="0.32em" textAnchor="end">
              {tick > 0 ? `+${formatCompact(tick)}` : tick < 0 ? `−${formatCompact(-tick)}` : '0'}
            </text>
          </g>
        ))}
        {days.map(({ day, entered, exited }, index) => {
          const x = MARGIN.left + index * step + step * 0.15;
          return (
            <g key={day}>
              <title>{`${formatDay(day)}: ${formatCount(entered)} entered, ${formatCount(exited)} left`}</title>
              {entered > 0 && (
                <rect className={styles.entered} x={x} y={zero - height(entered)} width={step * 0.7} height={height(entered)} />
              )}
              {exited > 0 && <rect className={styles.exited} x={x} y={zero} width={step * 0.7} height={height(exited)} />}
            </g>
          );
        })}
        {first && last && (
          <g className={styles.tick}>
            <text x={MARGIN.left} y={HEIGHT - 6}>
              {formatDay(first.day)}
            </text>
            <text x={WIDTH - MARGIN.right} y={HEIGHT - 6} textAnchor="end">
              {formatDay(last.day)}
            </text>
          </g>
        )}
      </svg>
    </Chart>
  );
}
