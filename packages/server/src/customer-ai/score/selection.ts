import type { ProfileTables } from '../../profile/index.ts';
import type { SelectOptions } from '../features/select.ts';
import type { GoalParts } from '../goal.ts';
import type { ModelFile } from '../model.ts';

export interface Selecting extends Pick<SelectOptions, 'at' | 'history'> {
  readonly signal: AbortSignal;
}

/** What a model looks at, of what was known at an instant. */
export function selectionOf(
  { features, exclusions }: Pick<ModelFile, 'features' | 'exclusions'>,
  { at, history, signal }: Selecting,
  { tables, segmentation }: Pick<GoalParts, 'segmentation'> & { readonly tables: ProfileTables },
): SelectOptions {
  return {
    tables,
    features,
    at,
    history,
    exclusions: exclusions.map((each) => segmentation.eventCondition(each, at)),
    options: { signal },
  };
}
