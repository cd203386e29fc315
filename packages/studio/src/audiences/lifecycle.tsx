import type { Audience } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';

const VARIANTS = { draft: 'neutral', published: 'positive', inactive: 'notice', archived: 'neutral' } as const;

export function Lifecycle({ state }: { readonly state: Audience['lifecycleState'] }) {
  return (
    <StatusLight size="S" variant={VARIANTS[state]}>
      {state[0]?.toUpperCase() + state.slice(1)}
    </StatusLight>
  );
}
