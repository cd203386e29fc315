/** The public face of the learning kernel. */
export type { BoostOptions } from './boost/options.ts';
export { trainBoosted, trainingMemory } from './boost/train.ts';
export type { Progress, Training } from './boost/train.ts';
export type { CategoricalFeature, Feature, NumericFeature } from './data/features.ts';
export type { CategoricalColumn, Column, LabelledTable, NumericColumn, Table } from './data/table.ts';
export * from './metrics/index.ts';
export type { BoostedModel } from './model/model.ts';
export { predictMargins, probabilitiesOf } from './model/predict.ts';
export type { Leaf, Split, Tree, TreeNode } from './model/trees.ts';
export { PropensityError } from './problems.ts';
export type { PropensityErrorCode } from './problems.ts';
export { hashed, seededRandom } from './random.ts';
export type { Random } from './random.ts';
