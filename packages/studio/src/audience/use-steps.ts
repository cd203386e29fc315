/** What can be done with an audience from its page and from the list; why something was not done is told in passing. */
import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { useToldFailure } from '../ui/use-told-failure.ts';
import { NEXT_STATE } from './next-state.ts';

export function useSteps(onChanged: () => void) {
  const navigate = useNavigate();
  const evaluate = useAction(async ({ id }: Audience) => {
    const { size } = await call(routes.evaluateAudience, { params: { id } });
    ToastQueue.positive(`Evaluated: ${formatCountOf(size ?? 0, 'member')}`, { timeout: 5000 });
    onChanged();
  });
  const change = useAction(async ({ id, lifecycleState }: Audience) => {
    const { to } = NEXT_STATE[lifecycleState];
    await call(routes.updateAudience, { params: { id }, body: { lifecycleState: to } });
    ToastQueue.positive(to === 'published' ? 'Published' : 'Deactivated: its members stay as they are', { timeout: 5000 });
    onChanged();
  });
  const copy = useAction(async ({ id }: Audience) => {
    const made = await call(routes.copyAudience, { params: { id }, body: {} });
    ToastQueue.positive(`“${made.name}” is a draft`, { timeout: 5000 });
    await navigate(`/audiences/${made.id}`);
  });
  useToldFailure(evaluate.error, 'The evaluation failed.');
  useToldFailure(change.error, 'The state was not changed.');
  useToldFailure(copy.error, 'The audience was not copied.');
  return { evaluate, change, copy };
}
