import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { ButtonGroup } from '@react-spectrum/s2/ButtonGroup';
import { Content, Dialog, Heading } from '@react-spectrum/s2/Dialog';
import { Form } from '@react-spectrum/s2/Form';
import { TextField } from '@react-spectrum/s2/TextField';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Failure } from '../ui/states.tsx';
import { ScheduleFields } from './schedule-fields.tsx';

export interface EditPredictionProps {
  readonly prediction: Prediction;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** What may change once a prediction is made: its name, its description and how often it runs. */
export function EditPrediction({ prediction, onClose, onChanged }: EditPredictionProps) {
  const [draft, setDraft] = useState({ name: prediction.name, description: prediction.description, schedule: prediction.schedule });
  const change = (news: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...news }));
  const save = useAction(async () => {
    await call(routes.updatePrediction, { params: { id: prediction.id }, body: { ...draft, name: draft.name.trim() } });
    onChanged();
    onClose();
  });
  return (
    <Dialog size="M">
      <Heading slot="title">Edit prediction</Heading>
      <Content>
        <Form
          id="prediction-form"
          onSubmit={(event) => {
            event.preventDefault();
            void save.run();
          }}
        >
          <TextField label="Name" isRequired maxLength={255} value={draft.name} onChange={(name) => change({ name })} />
          <TextField label="Description" maxLength={1000} value={draft.description} onChange={(description) => change({ description })} />
          <ScheduleFields schedule={draft.schedule} onChange={(schedule) => change({ schedule })} />
          <p>Goal, population, events and fields are fixed: clone the prediction to change them.</p>
        </Form>
        {save.error && <Failure error={save.error} title="It was not changed" />}
      </Content>
      <ButtonGroup>
        <Button variant="secondary" onPress={onClose}>
          Cancel
        </Button>
        <Button variant="accent" type="submit" form="prediction-form" isDisabled={save.running || draft.name.trim() === ''}>
          Save
        </Button>
      </ButtonGroup>
    </Dialog>
  );
}
