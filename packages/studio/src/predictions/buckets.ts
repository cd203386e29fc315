/** Buckets on screen: what is good news is green, what is bad news red. */
import type { Prediction, PredictionModel } from '@kindred/contract';
import type { Shade } from '../ui/charts/legend.tsx';

export type BucketName = PredictionModel['buckets'][number]['bucket'];

const SHADES: Readonly<Record<Prediction['kind'], Readonly<Record<BucketName, Shade>>>> = {
  conversion: { Low: 'bad', Medium: 'middle', High: 'good' },
  churn: { Low: 'good', Medium: 'middle', High: 'bad' },
  custom: { Low: 'faint', Medium: 'second', High: 'first' },
};

export const bucketShade = (kind: Prediction['kind'], bucket: BucketName): Shade => SHADES[kind][bucket];

/** The order in which they are shown. */
export const BUCKETS: readonly BucketName[] = ['High', 'Medium', 'Low'];
