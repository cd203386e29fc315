import type { ProfileTables } from '../../profile/index.ts';
import type { SelectOptions } from '../features/select.ts';
import { audienceMembers } from '../features/audiences.ts';
import type { GoalParts } from '../goal.ts';
import type { ModelFile } from '../model.ts';

export interface Selecting extends Pick<SelectOptions, 'at' | 'history'> {
  /** Of these alone it is told; ordinals. Everybody when left out. */
  readonly people?: Uint32Array;
  readonly signal: AbortSignal;
}

/** What a model looks at, of what was known at an instant. */
export async function selectionOf(
  { features, exclusions }: Pick<ModelFile, 'features' | 'exclusions'>,
  { at, history, people, signal }: Selecting,
  { tables, segmentation }: Pick<GoalParts, 'segmentation'> & { readonly tables: ProfileTables },
): Promise<SelectOptions> {
  const conditions = exclusions.map((each) => segmentation.eventCondition(each, at));
  return {
    tables,
    features,
    at,
    history,
    exclusions: conditions,
    audiences: await audienceMembers(features, { at, history, exclusions: conditions, people, signal }, segmentation),
    options: { signal },
  };
}
