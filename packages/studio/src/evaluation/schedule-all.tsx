import { routes } from '@kindred/contract';
import type { Result, Routes } from '@kindred/contract';
import { Switch } from '@react-spectrum/s2/Switch';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { cronAt } from './cron.ts';
import styles from './evaluation.module.css';

export type Schedule = Result<Routes['listSchedules']>['children'][number];

/** When nobody looks, where the reader is. */
const NIGHT = '03:00';

/** For a page that shows no schedules otherwise. */
export function ScheduleAllOfList() {
  const list = useResource('schedules', (signal) => call(routes.listSchedules, { query: { limit: 1000 }, signal }));
  return list.data === undefined ? null : <ScheduleAll schedules={list.data.children} onChanged={list.reload} />;
}

/** Whether the clock evaluates all audiences. Turning it on takes up the schedule there was, or makes one for every night. */
export function ScheduleAll({ schedules, onChanged }: { readonly schedules: readonly Schedule[]; readonly onChanged: () => void }) {
  const ofAll = schedules.filter(({ type, properties }) => type === 'batch_segmentation' && properties.segments.includes('*'));
  const active = ofAll.filter(({ state }) => state === 'active');
  const turn = useAction(async (on: boolean) => {
    const [first] = ofAll;
    if (!on) for (const { id } of active) await put(id, 'inactive');
    else if (first === undefined) await create();
    else await put(first.id, 'active');
    onChanged();
  });
  return (
    <span className={styles.all}>
      <Switch isSelected={active.length > 0} isDisabled={turn.running} onChange={(on) => void turn.run(on)}>
        Schedule all audiences
      </Switch>
      {turn.error && (
        <span role="alert" className={styles.refused}>
          {turn.error.message}
        </span>
      )}
    </span>
  );
}

async function put(id: string, value: 'active' | 'inactive'): Promise<void> {
  await call(routes.updateSchedule, { params: { id }, body: [{ op: 'replace', path: '/state', value }] });
}

async function create(): Promise<void> {
  const body = {
    name: 'All audiences, every night',
    type: 'batch_segmentation' as const,
    properties: { segments: ['*'] },
    schedule: cronAt('daily', NIGHT, new Date()),
    state: 'active' as const,
  };
  await call(routes.createSchedule, { body });
}
