/** A handler for every route of the contract; the compiler sees that none is missing. */
import { conversionHandlers } from '../platform/conversion.ts';
import { definitionHandlers } from '../platform/definitions.ts';
import { exportHandlers } from '../platform/exports.ts';
import { jobHandlers } from '../platform/jobs.ts';
import { platformAudienceHandlers } from '../platform/audiences.ts';
import { previewHandlers } from '../platform/previews.ts';
import { privacyHandlers } from '../platform/privacy.ts';
import { profileReportHandlers } from '../platform/profile-reports.ts';
import { scheduleHandlers } from '../platform/schedules.ts';
import { aisHandlers } from '../platform/external-audiences.ts';
import { entityHandlers } from '../platform/entities.ts';
import { computedAttributeHandlers } from '../platform/computed-attributes.ts';
import { mappingHandlers } from '../platform/identity-mappings.ts';
import { identityHandlers } from '../platform/identity.ts';
import { namespaceHandlers } from '../platform/namespaces.ts';
import { mergePolicyHandlers } from '../platform/merge-policies.ts';
import { batchDiagnosticHandlers } from '../platform/batch-diagnostics.ts';
import { batchHandlers } from '../platform/batches.ts';
import { batchUploadHandlers } from '../platform/batch-uploads.ts';
import { catalogHandlers } from '../platform/catalog.ts';
import { dataPrepHandlers } from '../platform/data-prep.ts';
import { descriptorHandlers } from '../platform/descriptors.ts';
import { registryHistoryHandlers } from '../platform/registry-history.ts';
import { registryTransferHandlers } from '../platform/registry-transfer.ts';
import { unionHandlers } from '../platform/registry-unions.ts';
import { schemaRegistryHandlers } from '../platform/schema-registry.ts';
import { searchHandlers } from '../platform/search.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { audienceHandlers } from './audiences.ts';
import { collectionHandlers } from './collection.ts';
import { compositionHandlers } from './compositions.ts';
import { dataSourceHandlers } from './data-sources.ts';
import { datastreamHandlers } from './datastreams.ts';
import { deadLetterHandlers } from './dead-letters.ts';
import { edgeHandlers } from './edge.ts';
import { edgeEvaluationHandlers } from './edge-evaluation.ts';
import { estimateHandlers } from './estimates.ts';
import { externalAudienceHandlers } from './external-audiences.ts';
import { flowServiceHandlers } from './flow-service.ts';
import { folderHandlers } from './folders.ts';
import { importHandlers } from './imports.ts';
import { identityGraphHandlers } from './identity-graph.ts';
import { linkingRuleHandlers } from './linking-rules.ts';
import { keyHandlers } from './keys.ts';
import { movementHandlers } from './movements.ts';
import { membershipLogHandlers } from './membership-log.ts';
import { pqlHandlers } from './pql.ts';
import { predictionHandlers } from './predictions.ts';
import { profileHandlers } from './profiles.ts';
import { schemaHandlers } from './schema.ts';
import { statusHandlers } from './status.ts';
import { trackingHandlers } from './tracking.ts';
import { versionHandlers } from './versions.ts';

export function createHandlers(rooms: Rooms): Handlers {
  return {
    ...statusHandlers(rooms),
    ...schemaHandlers(rooms),
    ...pqlHandlers(rooms),
    ...estimateHandlers(rooms),
    ...audienceHandlers(rooms),
    ...movementHandlers(rooms),
    ...externalAudienceHandlers(rooms),
    ...compositionHandlers(rooms),
    ...versionHandlers(rooms),
    ...folderHandlers(rooms),
    ...profileHandlers(rooms),
    ...importHandlers(rooms),
    ...keyHandlers(rooms),
    ...membershipLogHandlers(rooms),
    ...definitionHandlers(rooms),
    ...conversionHandlers(rooms),
    ...jobHandlers(rooms),
    ...scheduleHandlers(rooms),
    ...exportHandlers(rooms),
    ...previewHandlers(rooms),
    ...platformAudienceHandlers(rooms),
    ...aisHandlers(rooms),
    ...searchHandlers(rooms),
    ...mergePolicyHandlers(rooms),
    ...entityHandlers(rooms),
    ...privacyHandlers(rooms),
    ...profileReportHandlers(rooms),
    ...computedAttributeHandlers(rooms),
    ...namespaceHandlers(rooms),
    ...identityHandlers(rooms),
    ...mappingHandlers(rooms),
    ...identityGraphHandlers(rooms),
    ...linkingRuleHandlers(rooms),
    ...schemaRegistryHandlers(rooms),
    ...unionHandlers(rooms),
    ...registryHistoryHandlers(rooms),
    ...registryTransferHandlers(rooms),
    ...descriptorHandlers(rooms),
    ...catalogHandlers(rooms),
    ...batchHandlers(rooms),
    ...dataPrepHandlers(rooms),
    ...batchUploadHandlers(rooms),
    ...batchDiagnosticHandlers(rooms),
    ...flowServiceHandlers(rooms),
    ...collectionHandlers(rooms),
    ...trackingHandlers(rooms),
    ...edgeHandlers(rooms),
    ...edgeEvaluationHandlers(rooms),
    ...datastreamHandlers(rooms),
    ...deadLetterHandlers(rooms),
    ...dataSourceHandlers(rooms),
    ...predictionHandlers(rooms),
  };
}
