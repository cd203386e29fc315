/** Our audiences in the shapes of the Experience Platform. */
import type { PlatformAudience, SegmentDefinition } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import type { Audience, Definition, Relations } from '../../segmentation/index.ts';

/** A local server has one organisation. */
export const ORGANISATION = 'local@kindred';

export function sandboxOf(name: string): SegmentDefinition['sandbox'] {
  return { sandboxId: name, sandboxName: name, type: 'production', default: true };
}

/** In the format it was given in. */
export function expressionOf({ pql, json }: Definition): SegmentDefinition['expression'] {
  return json === null ? { type: 'PQL', format: 'pql/text', value: pql } : { type: 'PQL', format: 'pql/json', value: json };
}

/** A pql/json tree may come as a string or as it is. */
export function valueOf(value: string | object): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function definitionView(definition: Definition, sandbox: string): SegmentDefinition {
  const [created, updated] = [definition.createdAt.getTime(), definition.updatedAt.getTime()];
  return {
    id: definition.id,
    schema: { name: PROFILE_MODEL },
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    name: definition.name,
    description: definition.description,
    expression: expressionOf(definition),
    evaluationInfo: {
      batch: { enabled: definition.evaluation === 'batch' },
      continuous: { enabled: definition.evaluation === 'streaming' },
      synchronous: { enabled: definition.evaluation === 'edge' },
    },
    dataGovernancePolicy: { excludeOptOut: definition.excludeOptOut },
    creationTime: created,
    updateTime: updated,
    createEpoch: seconds(created),
    updateEpoch: seconds(updated),
    version: definition.version,
  };
}

export function audienceView(audience: Audience, sandbox: string, { dependents, dependencies }: Relations): PlatformAudience {
  return {
    ...definitionView(audience, sandbox),
    audienceId: audience.id,
    type: 'SegmentDefinition',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    namespace: 'AEPSegments',
    lifecycleState: audience.lifecycleState,
    state: 'enabled',
    isSystem: false,
    labels: [...audience.labels],
    dependents: [...dependents],
    dependencies: [...dependencies],
    ...(audience.last && { metrics: metricsView(audience.last) }),
  };
}

function metricsView({ size, evaluatedAt }: NonNullable<Audience['last']>): NonNullable<PlatformAudience['metrics']> {
  const epoch = seconds(evaluatedAt.getTime());
  return { type: 'export', data: { totalProfiles: size }, createEpoch: epoch, updateEpoch: epoch };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
