import { routes } from '@kindred/contract';
import type { Result, Routes } from '@kindred/contract';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { DaysChoice, lastDays, ZONE } from '../ui/days.tsx';
import { formatCountOf, formatDay, formatDuration } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { BarChart } from '../ui/charts/bar-chart.tsx';

type Day = Result<Routes['listDailyJobs']>['days'][number];

/** What batch evaluation took on each day of the reader's calendar. */
export function BatchTime() {
  const [days, setDays] = useState(30);
  const found = useResource(`daily jobs/${days}`, (signal) => call(routes.listDailyJobs, { query: { days, zone: ZONE }, signal }));
  return (
    <Panel title="Batch time per day" aside={<DaysChoice days={days} onChange={setDays} />}>
      {found.error && <Failure error={found.error} retry={found.reload} title="The times could not be added up" />}
      {!found.data && found.loading && <Skeleton lines={1} height={200} label="Adding up times" />}
      {found.data && <Bars days={filled(found.data.days, days)} />}
    </Panel>
  );
}

/** With the days without a job; today comes last. */
function filled(known: readonly Day[], count: number): readonly Day[] {
  const byDay = new Map(known.map((each) => [each.day, each]));
  return lastDays(count).map((day) => byDay.get(day) ?? { day, jobs: 0, failed: 0, totalMs: 0, longestMs: 0 });
}

function Bars({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(({ totalMs }) => totalMs));
  const sum = (what: 'totalMs' | 'jobs') => days.reduce((total, day) => total + day[what], 0);
  const name = (index: number) => formatDay(days[Math.round(index)]?.day ?? '');
  return (
    <BarChart
      name="Batch time per day"
      summary={`${formatCountOf(sum('jobs'), 'job')} took ${formatDuration(sum('totalMs'))} in ${days.length} days, at most ${formatDuration(most)} on one`}
      data={{
        columns: ['Day', 'Jobs', 'Failed', 'Took, ms', 'The longest, ms'],
        rows: days.toReversed().map(({ day, jobs, failed, totalMs, longestMs }) => [day, jobs, failed, totalMs, longestMs]),
      }}
      x={{ title: 'Day', domain: [-0.5, days.length - 0.5], format: name, ticks: [0, Math.floor((days.length - 1) / 2), days.length - 1] }}
      y={{ title: 'Seconds', domain: [0, most / 1000], format: String }}
      bars={days.map(({ totalMs }, index) => ({ from: index - 0.4, to: index + 0.4, value: totalMs / 1000, shade: 'first' }))}
      height={220}
    />
  );
}
