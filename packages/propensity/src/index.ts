/** The public face of the learning kernel. */
export * from './metrics/index.ts';
export { PropensityError } from './problems.ts';
export type { PropensityErrorCode } from './problems.ts';
export { hashed, seededRandom } from './random.ts';
export type { Random } from './random.ts';
