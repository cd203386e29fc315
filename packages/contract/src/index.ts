/** The HTTP API as data: one table that the server serves, the clients call and OpenAPI is made from. */
import { versionRoutes } from './audience-versions.ts';
import { audienceRoutes } from './audiences.ts';
import { collectionRoutes } from './collection.ts';
import { compositionRoutes } from './compositions.ts';
import { dataSourceRoutes } from './data-sources.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { edgeEvaluationRoutes } from './edge-evaluation.ts';
import { edgeRoutes } from './edge.ts';
import { estimateRoutes } from './estimates.ts';
import { externalAudienceRoutes } from './external-audiences.ts';
import { folderRoutes } from './folders.ts';
import { identityGraphRoutes } from './identity-graph.ts';
import { importRoutes } from './imports.ts';
import { linkingRuleRoutes } from './linking-rules.ts';
import { membershipLogRoutes } from './membership-log.ts';
import { keyRoutes } from './keys.ts';
import { platformRoutes } from './platform/index.ts';
import { pqlRoutes } from './pql.ts';
import { personPredictionRoutes } from './person-predictions.ts';
import { predictionRoutes } from './predictions.ts';
import { profileRoutes } from './profiles.ts';
import { schemaRoutes } from './schema.ts';
import { trackingRoutes } from './tracking.ts';
import { statusRoutes } from './status.ts';

export const routes = {
  ...statusRoutes,
  ...schemaRoutes,
  ...pqlRoutes,
  ...estimateRoutes,
  ...audienceRoutes,
  ...externalAudienceRoutes,
  ...compositionRoutes,
  ...versionRoutes,
  ...folderRoutes,
  ...profileRoutes,
  ...importRoutes,
  ...keyRoutes,
  ...identityGraphRoutes,
  ...linkingRuleRoutes,
  ...membershipLogRoutes,
  ...platformRoutes,
  ...collectionRoutes,
  ...trackingRoutes,
  ...edgeRoutes,
  ...edgeEvaluationRoutes,
  ...deadLetterRoutes,
  ...dataSourceRoutes,
  ...predictionRoutes,
  ...personPredictionRoutes,
} as const;
export type Routes = typeof routes;
export type RouteName = keyof Routes;

export { ApiError, ConnectionError, createClient, pathOf } from './client.ts';
export type { Client, ClientOptions } from './client.ts';
export type { ServerEvent } from './server-events.ts';
export { serverEvents } from './server-events.ts';
export { accessOf } from './route.ts';
export type { Access, Answer, Body, CallInput, Method, Params, Query, Result, Route } from './route.ts';
export { MAX_PQL_LENGTH, errorBody } from './common.ts';
export type { ErrorBody, ErrorEntry, Identity } from './common.ts';
export { DEMO_PREDICTIONS } from './demo-predictions.ts';
export { LOCAL_DEVELOPMENT_KEY } from './keys.ts';
export type { ApiKey, CreatedApiKey } from './keys.ts';
export type { Audience, AudienceMovement } from './audiences.ts';
export type { DriftCheck, MembershipCause, MembershipEntry } from './membership-log.ts';
export { membershipEntry } from './membership-log.ts';
export type { Composition, CompositionBody, CompositionPath, CompositionPreview, CompositionProblem } from './compositions.ts';
export type { AudienceVersion } from './audience-versions.ts';
export type { Ingestion } from './external-audiences.ts';
export type { DataSourceBody } from './data-sources.ts';
export type { StreamDeadLetter } from './dead-letters.ts';
export type { Folder } from './folders.ts';
export type { EstimateNode, NearMisses, PqlEstimate } from './estimates.ts';
export type { AmendedLinks, IdentityGraphViewBody, IdentityStatisticsBody } from './identity-graph.ts';
export type { ImportJob, SchemaProposal } from './imports.ts';
export type {
  ComputedAttributeBody,
  EventPage,
  ExportJobBody,
  IdentityClusters,
  IdentityGraphBody,
  IdentityMappings,
  IdentityNamespaceBody,
  MergePolicyBody,
  PlatformAudience,
  PrivacyJobBody,
  PrivacyOrderBody,
  ProfileEntity,
  ScheduleBody,
  SegmentDefinition,
  SegmentJob,
  SystemJobBody,
  WorkOrderBody,
} from './platform/index.ts';
export {
  EVENT_MODEL,
  DATA_LAKE_SPEC,
  HTTP_API_SPEC,
  flowObjectContent,
  datasetContent,
  mergePolicyInput,
  PROFILE_MODEL,
  platformAudienceContent,
  SEARCH_CLASS,
  SHOWN_SEGMENTS,
} from './platform/index.ts';
export type { Member, PqlCheck, Problem } from './pql.ts';
export type { PersonPredictionChange, PredictionFactor } from './person-predictions.ts';
export type {
  CheckedPredictionScoring,
  Prediction,
  PredictionModel,
  PredictionReadiness,
  PredictionRun,
  PredictionScores,
} from './predictions.ts';
export type { Evidence, ProfileBody, ProfileRecord, TimelineEvent, WhyBody } from './profiles.ts';
export type { FieldValues, SchemaBody } from './schema.ts';
export type { Health, Status, ThroughputMinute } from './status.ts';
