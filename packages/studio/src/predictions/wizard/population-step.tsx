import { Radio, RadioGroup } from '@react-spectrum/s2/RadioGroup';
import { RuleEditor } from '../../builder/rule-editor.tsx';
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
        <RuleEditor
          label="Rule of the eligible population in PQL"

          value={population}
          onChange={(pql) => change({ population: pql })}
          vocabulary={vocabulary}
        />
      )}
    </Step>
  );
}
