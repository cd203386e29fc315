/** What clients of the documented API say of audiences, in our words. */
import type { Body, Routes } from '@kindred/contract';
import { platformAudienceContent } from '@kindred/contract';
import type { Audience, DefinitionChange, DefinitionDetails, NewDefinition, NewExternal } from '../../segmentation/index.ts';
import { DEFAULT_TTL, ruleOf, SegmentationError, UPLOADS } from '../../segmentation/index.ts';
import { RequestError } from '../errors.ts';
import { given } from '../given.ts';
import type { PatchOperation } from './json-patch.ts';
import { patched, rootOf } from './json-patch.ts';
import { KEPT, linkedFolder } from './kept.ts';
import { evaluationInfoOf, expressionOf, valueOf } from './views.ts';

export type AudienceInput = Body<Routes['putPlatformAudience']>;
type Content = ReturnType<typeof platformAudienceContent.parse>;

/** Namespaces of audiences with a rule. */
const RULES: ReadonlySet<string> = new Set(['AEPSegments', 'ups']);

/** Whether the members come from outside: the type says so, or there is no rule. */
export function isExternal({ type, expression }: AudienceInput): boolean {
  return type === undefined ? expression === undefined : type !== 'SegmentDefinition';
}

/** Throws RequestError and SegmentationError. */
export function newDefinition(input: AudienceInput, by: string): NewDefinition {
  const { expression, namespace } = input;
  if (expression === undefined) throw missingField('expression');
  if (namespace !== undefined && !RULES.has(namespace)) {
    throw refused(`The namespace ${namespace} is for audiences from outside; an audience with a rule is in AEPSegments.`);
  }
  const state = lifecycleOf(input.lifecycleState ?? input.lifecycle);
  if (state === 'inactive') throw refused('An audience begins as draft or published.');
  return {
    name: input.name,
    ...ruleOf(valueOf(expression.value), expression.format),
    ...detailsOf(input),
    ...(state !== undefined && { lifecycleState: state }),
    createdBy: by,
  };
}

/** Throws RequestError and SegmentationError. */
export function newExternal(input: AudienceInput, by: string): NewExternal {
  const { audienceId, namespace = UPLOADS, originName = 'CUSTOM_UPLOAD', expression } = input;
  if (audienceId === undefined) throw missingField('audienceId', 'Or give an expression, for an audience with a rule.');
  if (expression !== undefined) throw refused('An audience from outside has no expression.');
  if (RULES.has(namespace)) throw refused(`The namespace ${namespace} is for audiences with a rule.`);
  const state = lifecycleOf(input.lifecycleState ?? input.lifecycle);
  if (state !== undefined && state !== 'published') throw refused('An audience from outside is published from the beginning.');
  return {
    name: input.name,
    namespace,
    externalId: audienceId,
    origin: originName,
    ...detailsOf(input),
    ttlInDays: input.ttlInDays ?? DEFAULT_TTL,
    createdBy: by,
  };
}

/** What a full object says that may differ from an audience. Throws SegmentationError. */
export function replacement(audience: Audience, input: AudienceInput): DefinitionChange {
  refuseOther('id', audience.id, input.id);
  refuseOther('audienceId', audience.externalId ?? audience.id, input.audienceId);
  refuseOther('namespace', audience.namespace, input.namespace);
  refuseOther('originName', audience.origin, input.originName);
  if (isExternal(input) !== (audience.kind === 'external')) {
    throw refused('Whether an audience has a rule or its members come from outside does not change.');
  }
  return changeOf(audience, { ...input, lifecycleState: input.lifecycleState ?? input.lifecycle });
}

/** What a patch says. Throws SegmentationError. */
export function patchOf(audience: Audience, operations: readonly PatchOperation[]): DefinitionChange {
  const renamed = operations.map((each) => ({ ...each, path: each.path.replace(/^\/lifecycle(?=\/|$)/, '/lifecycleState') }));
  for (const { path } of renamed) {
    if (Object.hasOwn(platformAudienceContent.shape, rootOf(path)) && rootOf(path) !== 'schema') continue;
    throw refused(`${path} cannot be changed.`, `These can: ${CHANGEABLE.join(', ')}.`);
  }
  const parsed = platformAudienceContent.safeParse(patched(contentOf(audience), renamed));
  if (parsed.success) return changeOf(audience, parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
  throw refused(`The patch gives what an audience cannot have: ${problems.join('; ')}`);
}

const CHANGEABLE = Object.keys(platformAudienceContent.shape)
  .filter((name) => name !== 'schema')
  .map((name) => `/${name}`);

/** An audience in the form it could be created from. */
function contentOf(audience: Audience): Record<string, unknown> {
  const { name, description, labels, tags, mergePolicyId, ttlInDays, lifecycleState, kind } = audience;
  return {
    ...audience.documented,
    ...linkedFolder(audience),
    name,
    description,
    labels: [...labels],
    tags: [...tags],
    ...(mergePolicyId !== null && { mergePolicyId }),
    ...(ttlInDays !== null && { ttlInDays }),
    lifecycleState,
    dataGovernancePolicy: { excludeOptOut: audience.excludeOptOut },
    ...(kind === 'rule' && { expression: expressionOf(audience), evaluationInfo: evaluationInfoOf(audience) }),
  };
}

function changeOf(audience: Audience, content: Content): DefinitionChange {
  const { expression } = content;
  if (audience.kind === 'rule' && expression === undefined) throw missingField('expression');
  if (audience.kind === 'external' && expression !== undefined) throw refused('An audience from outside has no expression.');
  const state = lifecycleOf(content.lifecycleState);
  return {
    name: content.name,
    ...(expression !== undefined && ruleOf(valueOf(expression.value), expression.format)),
    ...detailsOf(content),
    ...(audience.kind === 'external' && { ttlInDays: content.ttlInDays ?? DEFAULT_TTL }),
    ...(state !== undefined && { lifecycleState: state }),
  };
}

function detailsOf(content: Content): DefinitionDetails {
  const { linkedAudienceRef: { audienceFolderId: folder, ...linked } = {} } = content;
  if (folder !== undefined && folder !== null && typeof folder !== 'string') throw refused('audienceFolderId is no id of a folder.');
  const kept = given(Object.fromEntries(KEPT.map((name) => [name, name === 'linkedAudienceRef' ? linkedOf(linked) : content[name]])));
  return {
    description: content.description,
    labels: content.labels,
    tags: content.tags,
    folderId: folder ?? null,
    evaluation: methodOf(content.evaluationInfo),
    excludeOptOut: content.dataGovernancePolicy?.excludeOptOut ?? false,
    mergePolicyId: content.mergePolicyId ?? null,
    ttlInDays: content.ttlInDays ?? null,
    documented: kept,
  };
}

function linkedOf(linked: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(linked).length === 0 ? undefined : linked;
}

/** The contract lets one be enabled at most. */
export function methodOf(info: Content['evaluationInfo']): 'batch' | 'streaming' | 'edge' {
  if (info?.continuous.enabled === true) return 'streaming';
  return info?.synchronous.enabled === true ? 'edge' : 'batch';
}

/** With the older words. Throws SegmentationError for what can be set nowhere, `deleted` among them. */
function lifecycleOf(word: string | undefined): 'draft' | 'published' | 'inactive' | undefined {
  switch (word) {
    case undefined:
    case 'draft':
    case 'published':
    case 'inactive':
      return word;
    case 'active':
      return 'published';
    case 'archived':
      return 'inactive';
    default:
      throw refused(`lifecycleState cannot become ${JSON.stringify(word)}.`, 'It takes draft, published and inactive; DELETE deletes.');
  }
}

function refuseOther(name: string, present: string, said: string | undefined): void {
  if (said !== undefined && said !== present) throw refused(`${name} is ${present} and does not change.`);
}

function missingField(name: string, hint = 'See /docs for the form of this request.'): RequestError {
  return new RequestError('request-invalid', `body/${name}: it is missing`, { hint });
}

function refused(message: string, hint = 'See docs/audiences.md for what can be changed.'): SegmentationError {
  return new SegmentationError({ code: 'audience-change-refused', message, hint });
}
