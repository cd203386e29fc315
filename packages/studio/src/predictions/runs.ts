import type { PredictionRun } from '@kindred/contract';

export const isUnderWay = ({ status }: Pick<PredictionRun, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'cancelling';

export const RUN_STATES = {
  queued: { title: 'Waiting', variant: 'neutral' },
  running: { title: 'Running', variant: 'informative' },
  cancelling: { title: 'Stopping', variant: 'notice' },
  cancelled: { title: 'Stopped', variant: 'notice' },
  failed: { title: 'Failed', variant: 'negative' },
  succeeded: { title: 'Done', variant: 'positive' },
} as const;
