/** What can be done with one audience of the list, by where it comes from. */
import type { Audience } from '@kindred/contract';
import { isEvaluated, NEXT_STATE } from '../audience/next-state.ts';

export type RowAction = 'build' | 'edit' | 'compose' | 'evaluate' | 'change' | 'copy' | 'organise' | 'export' | 'delete';

export interface RowItem {
  readonly id: RowAction;
  readonly title: string;
}

export function rowActionsOf(audience: Audience): readonly RowItem[] {
  const { kind, composition, lifecycleState, lastEvaluated } = audience;
  const when = (holds: boolean, id: RowAction, title: string): readonly RowItem[] => (holds ? [{ id, title }] : []);
  return [
    ...when(kind === 'rule', 'build', 'Edit'),
    ...when(kind === 'rule', 'edit', 'Edit PQL'),
    ...when(composition !== null, 'compose', 'Open composition'),
    ...when(isEvaluated(audience), 'evaluate', 'Evaluate now'),
    ...when(true, 'change', NEXT_STATE[lifecycleState].title),
    ...when(kind === 'rule', 'copy', 'Copy'),
    ...when(true, 'organise', 'Folder, tags, labels…'),
    ...when(lastEvaluated !== null, 'export', 'Export members'),
    ...when(composition === null, 'delete', 'Delete…'),
  ];
}
