import type { Prediction } from '@kindred/contract';
import { Radio, RadioGroup } from '@react-spectrum/s2/RadioGroup';
import { TextField } from '@react-spectrum/s2/TextField';
import { KINDS } from '../words.ts';
import type { PredictionDraft } from './draft.ts';
import { Step } from './step-list.tsx';
import type { StepProps } from './step.ts';
import styles from './wizard.module.css';

type Kind = Prediction['kind'];

/** What a goal of each kind usually looks like; taken only while no event is chosen. */
const USUAL: Readonly<Record<Kind, Pick<PredictionDraft, 'occurs' | 'windowDays'>>> = {
  conversion: { occurs: 'will', windowDays: 14 },
  churn: { occurs: 'willNot', windowDays: 60 },
  custom: { occurs: 'will', windowDays: 30 },
};

export function BasicsStep({ draft, change, missing }: StepProps) {
  const choose = (kind: Kind) => change({ kind, ...(draft.events.length === 0 && USUAL[kind]) });
  return (
    <Step
      title="Basics"
      about="The name stands wherever the score does: in rules, in the builder, on the page of every person."
      missing={missing}
    >
      <TextField label="Name" isRequired maxLength={255} value={draft.name} onChange={(name) => change({ name })} />
      <TextField
        label="Key"
        description="How rules call it, as in customerAI.key.score. Made from the name when left empty."
        maxLength={40}
        value={draft.key}
        onChange={(key) => change({ key: key.trim() })}
      />
      <TextField label="Description" maxLength={1000} value={draft.description} onChange={(description) => change({ description })} />
      <RadioGroup label="Type" value={draft.kind} onChange={(kind) => choose(kind as Kind)}>
        {Object.entries(KINDS).map(([kind, { title, text }]) => (
          <Radio key={kind} value={kind}>
            <span className={styles.choice}>
              {title} <span>{text}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      <p className={styles.note}>
        The type only decides how results are coloured: a high score is good news for a conversion, bad news for churn. What is predicted is
        the goal of step 3. No prediction tells what an offer would change.
      </p>
    </Step>
  );
}
