import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { downloadBlob } from '../ui/csv.ts';
import { Deletion } from '../ui/deletion.tsx';
import { useToldFailure } from '../ui/use-told-failure.ts';
import { EditPrediction } from './edit-prediction.tsx';
import { isUnderWay } from './runs.ts';

export interface PredictionActionsProps {
  readonly prediction: Prediction;
  readonly onChanged: () => void;
}

type Choice = 'clone' | 'compare' | 'csv' | 'parquet' | 'delete';

export function PredictionActions({ prediction, onChanged }: PredictionActionsProps) {
  const { id, model, scores, lastRun } = prediction;
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const navigate = useNavigate();
  const act = useAction(async (kind: 'train' | 'score' | 'csv' | 'parquet') => {
    if (kind === 'csv' || kind === 'parquet') {
      const response = await call(routes.exportPredictionScores, { params: { id }, query: { format: kind } });
      downloadBlob(`${prediction.key}.${kind}`, await response.blob());
      return;
    }
    await call(kind === 'train' ? routes.trainPrediction : routes.scorePrediction, { params: { id } });
    onChanged();
  });
  useToldFailure(act.error, 'It was not done.');
  const choose = (choice: Choice) => {
    if (choice === 'delete') setDialog('delete');
    else if (choice === 'clone') void navigate(`/predictions/new?from=${id}`);
    else if (choice === 'compare') void navigate(`/predictions/compare?left=${id}`);
    else void act.run(choice);
  };
  const busy = act.running || (lastRun !== null && isUnderWay(lastRun));
  return (
    <>
      <ActionMenu aria-label="More actions" onAction={(key) => choose(key as Choice)} disabledKeys={disabledOf(prediction)}>
        <MenuItem id="clone">Clone</MenuItem>
        <MenuItem id="compare">Compare</MenuItem>
        <MenuItem id="csv">Export scores as CSV</MenuItem>
        <MenuItem id="parquet">Export scores as Parquet</MenuItem>
        <MenuItem id="delete">Delete</MenuItem>
      </ActionMenu>
      <Button variant="secondary" onPress={() => setDialog('edit')}>
        Edit
      </Button>
      {model !== null && (
        <Button variant="secondary" isDisabled={busy} onPress={() => void act.run('score')}>
          Score now
        </Button>
      )}
      <Button variant={scores === null ? 'accent' : 'secondary'} isDisabled={busy} onPress={() => void act.run('train')}>
        {model === null ? 'Train' : 'Train anew'}
      </Button>
      <DialogContainer onDismiss={() => setDialog(null)}>
        {dialog === 'edit' && <EditPrediction prediction={prediction} onClose={() => setDialog(null)} onChanged={onChanged} />}
      </DialogContainer>
      <Deletion
        isAsked={dialog === 'delete'}
        name={prediction.name}
        remove={async () => await call(routes.deletePrediction, { params: { id } })}
        onRemoved={() => void navigate('/predictions')}
        onClose={() => setDialog(null)}
      >
        Its models, its runs and the scores of every person go for good, and rules can no longer read them.
      </Deletion>
    </>
  );
}

function disabledOf({ model, scores }: Prediction): readonly Choice[] {
  return [...(model === null ? (['compare'] as const) : []), ...(scores === null ? (['csv', 'parquet'] as const) : [])];
}
