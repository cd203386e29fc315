/** Where a batch has come to. */
import { StatusLight } from '@react-spectrum/s2/StatusLight';

const LIGHTS: Readonly<Record<string, readonly [variant: 'positive' | 'negative' | 'informative' | 'neutral', title: string]>> = {
  success: ['positive', 'Stored'],
  failed: ['negative', 'Failed'],
  loading: ['neutral', 'Takes files'],
  loaded: ['informative', 'Waits'],
  processing: ['informative', 'Being stored'],
  aborted: ['neutral', 'Given up'],
  inactive: ['neutral', 'Taken away'],
};

export function BatchStatus({ status }: { readonly status: string }) {
  const [variant, title] = LIGHTS[status] ?? ['neutral', status];
  return (
    <StatusLight size="S" variant={variant}>
      {title}
    </StatusLight>
  );
}
