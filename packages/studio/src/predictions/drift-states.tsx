import type { Prediction, PredictionScores } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { useScores } from './insights/use-insights.ts';

export const DRIFT_STATES = {
  fine: { title: 'No drift', variant: 'positive', text: 'lie as when the model was made' },
  warn: { title: 'Some drift', variant: 'notice', text: 'has moved since the model was made: watch it' },
  alert: { title: 'Drift', variant: 'negative', text: 'lies elsewhere than at the newest cut-off of training: scores are less sure there' },
} as const satisfies Readonly<Record<PredictionScores['drift'][number]['state'], object>>;

/** The worst that any feature has drifted; nothing until it is known. */
export function DriftState({ prediction }: { readonly prediction: Prediction }) {
  const worst = useScores(prediction).data?.drift[0];
  if (worst === undefined) return null;
  const { title, variant } = DRIFT_STATES[worst.state];
  return (
    <StatusLight size="S" variant={variant}>
      {title}
    </StatusLight>
  );
}
