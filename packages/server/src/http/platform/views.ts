/** Our audiences in the shapes of the Experience Platform. */
import type { PlatformAudience, SegmentDefinition } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import type { Audience, Definition, Relations } from '../../segmentation/index.ts';
import { KEPT, linkedFolder } from './kept.ts';

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

export function evaluationInfoOf({ evaluation }: Definition): SegmentDefinition['evaluationInfo'] {
  return {
    batch: { enabled: evaluation === 'batch' },
    continuous: { enabled: evaluation === 'streaming' },
    synchronous: { enabled: evaluation === 'edge' },
  };
}

/** In quotes, as the header has it. */
export function etagOf({ id, changes }: Definition): string {
  return `"${id.slice(0, 8)}-${changes}"`;
}

type Kept = Pick<PlatformAudience, (typeof KEPT)[number]>;

/** What was kept as it came. */
function keptOf({ documented }: Definition): Kept {
  return Object.fromEntries(KEPT.flatMap((name) => (documented[name] === undefined ? [] : [[name, documented[name]]])));
}

/** @param baseline when its present rule was made */
export function definitionView(definition: Definition, sandbox: string, baseline?: Date): SegmentDefinition {
  const [created, updated] = [definition.createdAt.getTime(), definition.updatedAt.getTime()];
  return {
    id: definition.id,
    schema: { name: PROFILE_MODEL },
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    name: definition.name,
    description: definition.description,
    expression: expressionOf(definition),
    evaluationInfo: evaluationInfoOf(definition),
    ...(definition.mergePolicyId !== null && { mergePolicyId: definition.mergePolicyId }),
    ...(definition.ttlInDays !== null && { ttlInDays: definition.ttlInDays }),
    ...keptOf(definition),
    dataGovernancePolicy: { excludeOptOut: definition.excludeOptOut },
    creationTime: created,
    ...(baseline && { baselineTime: baseline.getTime() }),
    updateTime: updated,
    createEpoch: seconds(created),
    updateEpoch: seconds(updated),
    version: definition.version,
  };
}

export interface AudienceContext extends Relations {
  readonly sandbox: string;
  /** When its present rule was made. */
  readonly baseline?: Date | undefined;
}

export function audienceView(audience: Audience, { sandbox, baseline, dependents, dependencies }: AudienceContext): PlatformAudience {
  const { expression, evaluationInfo, ...view } = definitionView(audience, sandbox, baseline);
  return {
    ...view,
    ...(audience.kind === 'rule' && { expression, evaluationInfo }),
    ...linkedFolder(audience),
    audienceId: audience.externalId ?? audience.id,
    type: audience.kind === 'rule' ? 'SegmentDefinition' : 'ExternalSegment',
    originName: audience.origin,
    namespace: audience.namespace,
    lifecycleState: audience.lifecycleState,
    state: 'enabled',
    isSystem: false,
    labels: [...audience.labels],
    tags: [...audience.tags],
    createdBy: audience.createdBy,
    lastModifiedBy: audience.updatedBy,
    dependents: [...dependents],
    dependencies: [...dependencies],
    definedOn: [DEFINED_ON],
    _etag: etagOf(audience),
    ...(audience.last && { metrics: metricsView(audience.last) }),
  };
}

/** The union of the individual profile. */
const DEFINED_ON = {
  'meta:resourceType': 'unions',
  'meta:containerId': 'tenant',
  $ref: 'https://ns.adobe.com/xdm/context/profile__union',
};

function metricsView({ size, evaluatedAt }: NonNullable<Audience['last']>): NonNullable<PlatformAudience['metrics']> {
  const epoch = seconds(evaluatedAt.getTime());
  return { type: 'export', data: { totalProfiles: size }, createEpoch: epoch, updateEpoch: epoch };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
