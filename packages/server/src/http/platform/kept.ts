/** Attributes of the documented API that mean nothing to us, or mean something of ours. */
import type { Definition } from '../../segmentation/index.ts';

/** Attributes that are kept and given back as they came. */
export const KEPT = [
  'profileInstanceId',
  'payloadSchema',
  'datasetId',
  'sourceId',
  'audienceMeta',
  'linkedAudienceRef',
  'overridePerformanceWarnings',
  'saveSegmentMembership',
  'ansibleUiEnabled',
] as const;

/** The folder as the documented API tells it. */
export function linkedFolder({ folderId, documented }: Pick<Definition, 'folderId' | 'documented'>): {
  readonly linkedAudienceRef?: Record<string, unknown>;
} {
  const linked = documented['linkedAudienceRef'] as Record<string, unknown> | undefined;
  if (linked === undefined && folderId === null) return {};
  return { linkedAudienceRef: { ...linked, ...(folderId !== null && { audienceFolderId: folderId }) } };
}
