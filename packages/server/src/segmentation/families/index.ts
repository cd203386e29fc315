export type { FamilyPlan } from './plan.ts';
export { planFamilies } from './plan.ts';
export type { Before, Running } from './run.ts';
export { patchShared, runShared } from './run.ts';
export type { SharedQuery } from './shared-query.ts';
