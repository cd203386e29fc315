/**
 * The evaluator for browsers and workers: plans and a projection of the profile in, memberships out, without any request. Nothing else of
 * the language comes with it (docs/edge.md).
 */
export { EdgeEvaluator } from './evaluator.ts';
export type { EdgeOptions, InHand, KnownProfile, Projection, WrittenProjection } from './evaluator.ts';
export { EdgeSets, membershipOf, needLookups } from './sets.ts';
export { laidOver } from './fields.ts';
export { edgePlans, PlansMismatch } from './plans.ts';
export type { EdgeAudience, EdgePlans, PlannedAudience } from './plans.ts';
export { AudienceCycle } from '../stream/network.ts';
export { StateMismatch } from '../stream/state.ts';
