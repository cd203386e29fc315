import type { PredictionScores } from '@kindred/contract';

export const DRIFT_STATES = {
  fine: { title: 'No drift', variant: 'positive', text: 'lie as when the model was made' },
  warn: { title: 'Some drift', variant: 'notice', text: 'has moved since the model was made: watch it' },
  alert: { title: 'Drift', variant: 'negative', text: 'lies elsewhere than at the newest cut-off of training: scores are less sure there' },
} as const satisfies Readonly<Record<PredictionScores['drift'][number]['state'], object>>;
