/** People as a model sees them at an instant that is not past: all that is stored was stored by then, so no dataset needs to be told apart. */
import type { ProfileTables } from '../../profile/index.ts';
import type { Matrix } from '../features/select.ts';
import { selectFeatures } from '../features/select.ts';
import type { GoalParts } from '../goal.ts';
import { eligibleAt } from '../goal.ts';
import type { ModelFile } from '../model.ts';
import type { Task } from '../prediction.ts';
import { selectionOf } from './selection.ts';

export interface SeenParts extends GoalParts {
  readonly tables: ProfileTables;
}

export interface Seeing {
  readonly task: Task;
  readonly file: Pick<ModelFile, 'features' | 'exclusions'>;
  /** Epoch ms. */
  readonly at: number;
  readonly signal: AbortSignal;
}

const HISTORY = { loaded: new Map<string, number>() };

/** Features of those whom a prediction is about. @param people ascending ordinals. Throws StoreError and SegmentationError. */
export async function asTheyAre(people: Uint32Array, { task, file, at, signal }: Seeing, parts: SeenParts): Promise<Matrix> {
  const members = await eligibleAt(task, HISTORY, { at, signal, people }, parts);
  const about = people.filter((profile) => members.has(profile));
  return await selectFeatures(about, await selectionOf(file, { at, history: HISTORY, people: about, signal }, parts));
}
