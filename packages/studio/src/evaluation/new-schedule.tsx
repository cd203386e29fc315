import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { TextField } from '@react-spectrum/s2/TextField';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Choice, ManyValues } from '../ui/fields.tsx';
import { Failure } from '../ui/states.tsx';
import { cronAt, RHYTHMS } from './cron.ts';
import type { Rhythm } from './cron.ts';
import styles from './evaluation.module.css';

const TYPES = [
  ['batch_segmentation', 'Evaluate'],
  ['export', 'Export as JSON Lines'],
] as const;

/** A schedule in words: what, of which audiences, when. */
export function NewSchedule({ onMade }: { readonly onMade: () => void }) {
  const [name, setName] = useState('');
  const [type, setType] = useState<(typeof TYPES)[number][0]>('batch_segmentation');
  const [names, setNames] = useState<readonly string[]>([]);
  const [rhythm, setRhythm] = useState<Rhythm>('daily');
  const [time, setTime] = useState('03:00');
  const [own, setOwn] = useState('0 0 1 * * ?');
  const audiences = useResource('audiences', (signal) => call(routes.listAudiences, { signal })).data?.audiences ?? [];
  const make = useAction(async () => {
    const ids = names.flatMap((each) => audiences.find((audience) => audience.name === each)?.id ?? []);
    const schedule = rhythm === 'own' ? own : cronAt(rhythm, time, new Date());
    const body = { name: name.trim(), type, properties: { segments: ids.length === 0 ? ['*'] : ids }, schedule, state: 'active' as const };
    await call(routes.createSchedule, { body });
    setName('');
    setNames([]);
    onMade();
  });
  return (
    <div className={styles.form}>
      <TextField label="Name" maxLength={255} value={name} onChange={setName} UNSAFE_style={{ width: '100%' }} />
      <div className={styles.line}>
        <Choice label="What it does" value={type} options={TYPES} onChange={setType} />
        <ManyValues
          label="Audiences of the schedule"
          placeholder="All audiences"
          values={names}
          suggestions={audiences.map((audience) => audience.name)}
          onChange={setNames}
        />
        <Choice label="How often" value={rhythm} options={RHYTHMS} onChange={setRhythm} />
        {rhythm === 'own' ? (
          <TextField aria-label="Cron expression of Quartz, in UTC" value={own} onChange={setOwn} />
        ) : (
          <input
            type="time"
            aria-label="Time of day in your zone"
            className={styles.time}
            value={time}
            onChange={({ target }) => target.value !== '' && setTime(target.value)}
          />
        )}
        <Button variant="secondary" isDisabled={name.trim() === '' || make.running} onPress={() => void make.run()}>
          Add schedule
        </Button>
      </div>
      {make.error && <Failure error={make.error} title="The schedule was not made" />}
    </div>
  );
}
