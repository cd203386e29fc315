/**
 * Paths and shapes of the Experience Platform (base `/data/core/ups`). Field names, paging forms and states are
 * the documented ones, so existing clients work unchanged. Fields a client sends and we do not know are ignored.
 */
import { platformAudienceRoutes } from './audiences.ts';
import { computedAttributeRoutes } from './computed-attributes.ts';
import { dataPrepRoutes } from './data-prep.ts';
import { definitionRoutes } from './definitions.ts';
import { entityRoutes } from './entities.ts';
import { exportRoutes } from './exports.ts';
import { flowServiceRoutes } from './flow-service.ts';
import { jobRoutes } from './jobs.ts';
import { identityRoutes } from './identity.ts';
import { mergePolicyRoutes } from './merge-policies.ts';
import { previewRoutes } from './previews.ts';
import { privacyRoutes } from './privacy.ts';
import { profileReportRoutes } from './profile-reports.ts';
import { scheduleRoutes } from './schedules.ts';
import { aisRoutes } from './external-audiences.ts';
import { batchRoutes } from './batches.ts';
import { catalogRoutes } from './catalog.ts';
import { schemaRegistryRoutes } from './schema-registry.ts';
import { searchRoutes } from './search.ts';

export { DATA_LAKE_SPEC, HTTP_API_SPEC, flowObjectContent } from './flow-service.ts';
export { PROFILE_MODEL } from './common.ts';
export { SHOWN_SEGMENTS } from './jobs.ts';
export { platformAudienceContent } from './audiences.ts';
export type { PlatformAudience } from './audiences.ts';
export { SEARCH_CLASS } from './search.ts';
export type { SegmentDefinition } from './definitions.ts';
export type { ExportJobBody } from './exports.ts';
export type { SegmentJob } from './jobs.ts';
export type { ScheduleBody } from './schedules.ts';
export type { ComputedAttributeBody } from './computed-attributes.ts';
export { EVENT_MODEL } from './entities.ts';
export type { EventPage, ProfileEntity } from './entities.ts';
export type { IdentityClusters, IdentityGraphBody, IdentityMappings, IdentityNamespaceBody } from './identity.ts';
export { datasetContent } from './catalog.ts';
export type { PrivacyJobBody, PrivacyOrderBody, SystemJobBody, WorkOrderBody } from './privacy.ts';
export { mergePolicyInput } from './merge-policies.ts';
export type { MergePolicyBody } from './merge-policies.ts';
export const platformRoutes = {
  ...definitionRoutes,
  ...jobRoutes,
  ...scheduleRoutes,
  ...exportRoutes,
  ...previewRoutes,
  ...platformAudienceRoutes,
  ...aisRoutes,
  ...searchRoutes,
  ...mergePolicyRoutes,
  ...entityRoutes,
  ...privacyRoutes,
  ...profileReportRoutes,
  ...computedAttributeRoutes,
  ...identityRoutes,
  ...schemaRegistryRoutes,
  ...catalogRoutes,
  ...batchRoutes,
  ...dataPrepRoutes,
  ...flowServiceRoutes,
} as const;
