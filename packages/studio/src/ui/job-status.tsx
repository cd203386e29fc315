import { StatusLight } from '@react-spectrum/s2/StatusLight';

const STATES = {
  NEW: ['Waiting', 'neutral'],
  QUEUED: ['Waiting', 'neutral'],
  PROCESSING: ['Running', 'informative'],
  CANCELLING: ['Stopping', 'notice'],
  CANCELLED: ['Stopped', 'notice'],
  FAILED: ['Failed', 'negative'],
  SUCCESS: ['Done', 'positive'],
  SUCCEEDED: ['Done', 'positive'],
} as const;

export type JobState = keyof typeof STATES;

export const isJobOver = (state: JobState): boolean => ['CANCELLED', 'FAILED', 'SUCCESS', 'SUCCEEDED'].includes(state);

/** How far a job is, in a word and a colour. */
export function JobStatus({ state }: { readonly state: JobState }) {
  const [title, variant] = STATES[state];
  return (
    <StatusLight size="S" variant={variant}>
      {title}
    </StatusLight>
  );
}
