import type { Prediction } from '@kindred/contract';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { Switch } from '@react-spectrum/s2/Switch';
import styles from './schedule-fields.module.css';
import { FREQUENCIES } from './words.ts';

type Schedule = Prediction['schedule'];

const SCORE: readonly Schedule['score'][] = ['off', 'hourly', 'daily', 'weekly', 'monthly'];
const TRAIN: readonly Schedule['train'][] = ['off', 'weekly', 'monthly', 'quarterly'];

export interface ScheduleFieldsProps {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
}

/** How often everybody is scored, whether people are when events come about them, and how often a new model is trained. */
export function ScheduleFields({ schedule, onChange }: ScheduleFieldsProps) {
  return (
    <div className={styles.fields}>
      <Picker
        label="Score everybody"
        selectedKey={schedule.score}
        onSelectionChange={(key) => onChange({ ...schedule, score: key as Schedule['score'] })}
      >
        {SCORE.map((id) => (
          <PickerItem key={id} id={id}>
            {FREQUENCIES[id]}
          </PickerItem>
        ))}
      </Picker>
      <Picker
        label="Train a new model"
        description="It takes over when it is no worse"
        selectedKey={schedule.train}
        onSelectionChange={(key) => onChange({ ...schedule, train: key as Schedule['train'] })}
      >
        {TRAIN.map((id) => (
          <PickerItem key={id} id={id}>
            {FREQUENCIES[id]}
          </PickerItem>
        ))}
      </Picker>
      <div className={styles.wide}>
        <Switch isSelected={schedule.refresh} onChange={(refresh) => onChange({ ...schedule, refresh })}>
          Score people anew within a minute of their events
        </Switch>
      </div>
    </div>
  );
}
