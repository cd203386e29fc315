import type { Prediction } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';

const STATES = {
  draft: { title: 'Not trained', variant: 'neutral' },
  training: { title: 'Training', variant: 'informative' },
  ready: { title: 'Ready', variant: 'positive' },
  failed: { title: 'Failed', variant: 'negative' },
} as const;

export function PredictionStatus({ status }: { readonly status: Prediction['status'] }) {
  const { title, variant } = STATES[status];
  return (
    <StatusLight size="S" variant={variant}>
      {title}
    </StatusLight>
  );
}
