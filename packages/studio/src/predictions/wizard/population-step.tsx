import { Radio, RadioGroup } from '@react-spectrum/s2/RadioGroup';
import { ConditionEditor } from '../../editor/condition-editor.tsx';
import { Step } from './step-list.tsx';
import type { StepProps } from './step.ts';

export function PopulationStep({ draft, change, vocabulary, missing }: StepProps) {
  const { population } = draft;
  return (
    <Step
      title="Eligible population"
      about="Whom the prediction is about. Only they are learned from, and only they get a score."
      missing={missing}
    >
      <RadioGroup
        label="People"
        value={population === null ? 'active' : 'rule'}
        onChange={(choice) => change({ population: choice === 'active' ? null : '' })}
      >
        <Radio value="active">Whoever had an event in the last 45 days</Radio>
        <Radio value="rule">Whoever fits a rule</Radio>
      </RadioGroup>
      {population !== null && (
        <ConditionEditor
          label="Rule of the eligible population in PQL"
          scope="profile"
          value={population}
          onChange={(pql) => change({ population: pql })}
          vocabulary={vocabulary}
        />
      )}
    </Step>
  );
}
