/** Looking at profiles as no policy but the usual one merges them. */
import { TIMESTAMP_ORDERED } from '../../../src/profile/index.ts';
import type { ViewsOptions } from '../../../src/segmentation/estimate/views.ts';

export const NO_POLICY: Pick<ViewsOptions, 'mergeOf' | 'profiles'> = {
  mergeOf: () => Promise.resolve(TIMESTAMP_ORDERED),
  profiles: () => Promise.resolve('profiles'),
};
