import type { Audience } from '@kindred/contract';

type Lifecycle = Audience['lifecycleState'];

/** Where a state can go; what has been published is never a draft again. */
export const NEXT_STATE: Readonly<Record<Lifecycle, { readonly to: Lifecycle; readonly title: string }>> = {
  draft: { to: 'published', title: 'Publish' },
  published: { to: 'inactive', title: 'Deactivate' },
  inactive: { to: 'published', title: 'Publish again' },
};

/** Whether an evaluation finds its members: those of a list come from outside. */
export const isEvaluated = ({ kind, lifecycleState }: Audience): boolean => kind !== 'external' && lifecycleState !== 'inactive';
