/** The states of an audience and the ways between them. */
import type { LifecycleState } from '../store/index.ts';
import { SegmentationError } from './errors.ts';

/** A published audience never becomes a draft again: others may have built on it. */
const NEXT: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  draft: ['published'],
  published: ['inactive'],
  inactive: ['published'],
};

/** Throws SegmentationError `audience-lifecycle`. */
export function refuseTransition(
  { name, lifecycleState }: { readonly name: string; readonly lifecycleState: LifecycleState },
  to: LifecycleState,
): void {
  if (NEXT[lifecycleState].includes(to)) return;
  throw new SegmentationError({
    code: 'audience-lifecycle',
    message: `${name} is ${lifecycleState} and cannot become ${to}.`,
    hint: `From ${lifecycleState} it can become ${NEXT[lifecycleState].join(' or ')}; it can be deleted.`,
  });
}
