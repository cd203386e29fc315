import type { Prediction } from '@kindred/contract';
import { NumberField } from '@react-spectrum/s2/NumberField';
import { formatCountOf } from '../../ui/format.ts';
import { ScheduleFields } from '../schedule-fields.tsx';
import { goalText, KINDS } from '../words.ts';
import { bodyOf } from './draft.ts';
import { Step } from './step-list.tsx';
import type { StepProps } from './step.ts';
import styles from './wizard.module.css';

export function ReviewStep({ draft, change, missing }: StepProps) {
  const { buckets } = draft;
  const setBucket = (name: keyof Prediction['buckets']) => (value: number) =>
    change({ buckets: { ...buckets, [name]: Number.isNaN(value) ? buckets[name] : value } });
  return (
    <Step
      title="Schedule and review"
      about="Goal, population, events and fields cannot change once it is created: a copy can. Name, description and schedule can."
      missing={missing}
    >
      <ScheduleFields schedule={draft.schedule} onChange={(schedule) => change({ schedule })} />
      <div className={styles.row}>
        <NumberField label="High bucket, % of people" minValue={0.1} maxValue={99} value={buckets.high} onChange={setBucket('high')} />
        <NumberField
          label="Medium bucket, % of people"
          minValue={0.1}
          maxValue={99}
          value={buckets.medium}
          onChange={setBucket('medium')}
        />
      </div>
      <Summary draft={draft} />
    </Step>
  );
}

function Summary({ draft }: Pick<StepProps, 'draft'>) {
  const { goal } = bodyOf(draft);
  const { customEvents, exclusions, excludedFields } = draft;
  return (
    <dl className={styles.summary}>
      <dt>Name</dt>
      <dd>{draft.name.trim() === '' ? 'none yet' : draft.name}</dd>
      <dt>Type</dt>
      <dd>{KINDS[draft.kind].title}</dd>
      <dt>Population</dt>
      <dd>{draft.population === null ? 'Whoever had an event in the last 45 days' : <code>{draft.population}</code>}</dd>
      <dt>Goal</dt>
      <dd>
        {goal.events.length === 0
          ? 'none yet'
          : goalText({ goal: { ...goal, occurs: draft.occurs, match: draft.match, events: [...goal.events] } })}
      </dd>
      <dt>Besides</dt>
      <dd>
        {formatCountOf(customEvents.length, 'custom event')}, {formatCountOf(exclusions.length, 'exclusion')},{' '}
        {formatCountOf(excludedFields.length, 'field')} left out
      </dd>
    </dl>
  );
}
