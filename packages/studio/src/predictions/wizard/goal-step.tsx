import { NumberField } from '@react-spectrum/s2/NumberField';
import { Radio, RadioGroup } from '@react-spectrum/s2/RadioGroup';
import { EventList } from './event-list.tsx';
import { Step } from './step-list.tsx';
import type { StepProps } from './step.ts';

export function GoalStep({ draft, change, vocabulary, missing }: StepProps) {
  const { occurs, match, events, windowDays } = draft;
  return (
    <Step
      title="Goal"
      about="What is predicted: that events come, or do not come, within some days. The past is cut at instants whose outcome is known; the model learns from what lies before each."
      missing={missing}
    >
      <RadioGroup
        label="The events"
        orientation="horizontal"
        value={occurs}
        onChange={(value) => change({ occurs: value as typeof occurs })}
      >
        <Radio value="will">will occur</Radio>
        <Radio value="willNot">will not occur</Radio>
      </RadioGroup>
      <EventList title="Event" events={events} onChange={(next) => change({ events: next })} most={10} vocabulary={vocabulary} named />
      {events.length > 1 && (
        <RadioGroup label="Of these" orientation="horizontal" value={match} onChange={(value) => change({ match: value as typeof match })}>
          <Radio value="any">any of them counts</Radio>
          <Radio value="all">all of them have to come</Radio>
        </RadioGroup>
      )}
      <NumberField
        label="Within so many days"
        minValue={1}
        maxValue={365}
        value={windowDays}
        onChange={(days) => change({ windowDays: Number.isNaN(days) ? 1 : days })}
      />
    </Step>
  );
}
