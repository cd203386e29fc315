import { routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Switch } from '@react-spectrum/s2/Switch';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './evaluation.module.css';
import { NewSchedule } from './new-schedule.tsx';
import { ScheduleAll } from './schedule-all.tsx';
import type { Schedule } from './schedule-all.tsx';

const POLL_MS = 10_000;

/** What the clock starts. */
export function Schedules() {
  const list = useResource('schedules', (signal) => call(routes.listSchedules, { query: { limit: 1000 }, signal }), { everyMs: POLL_MS });
  return (
    <Panel title="Schedules" aside="Times in your zone; point at one for UTC" flush>
      {list.error && <Failure error={list.error} retry={list.reload} title="The schedules could not be loaded" />}
      {!list.data && list.loading && <Skeleton lines={3} height={40} label="Loading schedules" />}
      {list.data?.children.length === 0 && (
        <p className={styles.none}>
          No schedule yet: audiences are evaluated when they are changed, when you ask, and by streams. Add one for every night.
        </p>
      )}
      {list.data && (
        <div className={styles.everything}>
          <ScheduleAll schedules={list.data.children} onChanged={list.reload} />
        </div>
      )}
      <ul>
        {list.data?.children.map((schedule) => (
          <ScheduleLine key={schedule.id} schedule={schedule} onChanged={list.reload} />
        ))}
      </ul>
      <NewSchedule onMade={list.reload} />
    </Panel>
  );
}

function ScheduleLine({ schedule, onChanged }: { readonly schedule: Schedule; readonly onChanged: () => void }) {
  const { id, name, type, properties, schedule: cron, state, nextRunEpoch, lastRunEpoch } = schedule;
  const turn = useAction(async (active: boolean) => {
    const value = active ? 'active' : 'inactive';
    await call(routes.updateSchedule, { params: { id }, body: [{ op: 'replace', path: '/state', value }] });
    onChanged();
  });
  const remove = useAction(async () => {
    await call(routes.deleteSchedule, { params: { id } });
    onChanged();
  });
  const what = properties.segments.includes('*') ? 'all audiences' : formatCountOf(properties.segments.length, 'audience');
  const error = turn.error ?? remove.error;
  return (
    <li className={styles.schedule}>
      <div className={styles.head}>
        <div>
          <strong>{name}</strong>
          <p className={styles.faint}>
            {type === 'export' ? 'Exports' : 'Evaluates'} {what}, <code>{cron}</code>
          </p>
          <p className={styles.faint}>
            {nextRunEpoch === null ? (
              'No next run'
            ) : (
              <>
                Next: <Instant at={atEpoch(nextRunEpoch)} />
              </>
            )}
            {lastRunEpoch !== null && (
              <>
                ; last: <Instant at={atEpoch(lastRunEpoch)} />
              </>
            )}
          </p>
        </div>
        <Switch isSelected={state === 'active'} isDisabled={turn.running} onChange={(active) => void turn.run(active)}>
          Active<span className="visually-hidden">: {name}</span>
        </Switch>
        <ActionButton size="S" isDisabled={remove.running} onPress={() => void remove.run()}>
          Delete<span className="visually-hidden"> {name}</span>
        </ActionButton>
      </div>
      {error && <Failure error={error} title="The schedule was not changed" />}
    </li>
  );
}

const atEpoch = (seconds: number): string => new Date(seconds * 1000).toISOString();
