export type { Audience, AudiencePage, MembersPage } from './audiences.ts';
export { Bitmap, fromState } from './bitmap/index.ts';
export { membersOfPlans } from './plan-members.ts';
export type { PlanMembersOptions } from './plan-members.ts';
export type {
  Definition,
  DefinitionChange,
  DefinitionPage,
  DefinitionQuery,
  Definitions,
  DefinitionSortKey,
  NewDefinition,
} from './definitions.ts';
export { invalidPql, SegmentationError } from './errors.ts';
export type { SegmentationErrorCode } from './errors.ts';
export type { Rule } from './expression.ts';
export { ruleOf } from './expression.ts';
export type { Estimate } from './estimate.ts';
export type { JobQuery, SegmentJob, SegmentJobs } from './jobs.ts';
export type { Size } from './memberships.ts';
export type { Preview, Previews, PreviewState } from './previews.ts';
export type { JobError, JobMetrics, StatusCount, Timing } from './run-job.ts';
export { ALL } from './run-job.ts';
export type { EstimateWithSample, Segmentation, SegmentationOptions } from './segmentation.ts';
export { createSegmentation } from './segmentation.ts';
export type { Why } from './why.ts';
