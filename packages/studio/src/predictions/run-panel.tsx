import { routes } from '@kindred/contract';
import type { PredictionRun } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { ProgressBar } from '@react-spectrum/s2/ProgressBar';
import { useEffect } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { Failure } from '../ui/states.tsx';
import { Reason } from './readiness.tsx';
import { isUnderWay } from './runs.ts';
import styles from './run-panel.module.css';

const POLL_MS = 700;

export interface RunPanelProps {
  /** The last one. */
  readonly run: PredictionRun;
  /** It has ended, or is about to. */
  readonly onChanged: () => void;
}

/** Training or scoring while it is under way, and why it failed; nothing about one that went well. */
export function RunPanel({ run, onChanged }: RunPanelProps) {
  if (isUnderWay(run)) return <UnderWay run={run} onChanged={onChanged} />;
  if (run.status === 'failed' && run.error !== null) {
    return (
      <section aria-label="Last run" className={styles.panel}>
        <p className={styles.title}>
          {run.kind === 'train' ? 'Training' : 'Scoring'} failed <Ago at={run.endedAt ?? run.createdAt} />
        </p>
        <ul>
          <Reason entry={run.error} severity="refusal" />
        </ul>
      </section>
    );
  }
  return null;
}

function UnderWay({ run: given, onChanged }: RunPanelProps) {
  const { id, predictionId, kind } = given;
  const latest = useResource(`run ${id}`, (signal) => call(routes.getPredictionRun, { params: { id: predictionId, runId: id }, signal }), {
    everyMs: POLL_MS,
  });
  const run = latest.data ?? given;
  const over = !isUnderWay(run);
  useEffect(() => {
    if (over) onChanged();
  }, [over, onChanged]);
  const cancel = useAction(async () => {
    await call(routes.cancelPredictionRun, { params: { id: predictionId, runId: id } });
    latest.reload();
  });
  return (
    <section aria-label="Progress" className={styles.panel}>
      <div className={styles.row}>
        <ProgressBar
          label={run.step === '' ? (kind === 'train' ? 'Training' : 'Scoring') : run.step}
          value={run.done * 100}
          UNSAFE_style={{ flex: '1 1 320px', maxWidth: 'none' }}
        />
        <Button variant="secondary" isDisabled={cancel.running || run.status === 'cancelling'} onPress={() => void cancel.run()}>
          {run.status === 'cancelling' ? 'Stopping …' : 'Cancel'}
        </Button>
      </div>
      {cancel.error && <Failure error={cancel.error} title="It was not stopped" />}
      {latest.error && <Failure error={latest.error} retry={latest.reload} title="How far it is could not be loaded" />}
    </section>
  );
}
