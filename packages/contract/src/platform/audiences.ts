/** Audiences as the Experience Platform shows them. */
import { z } from 'zod';
import { description, labels, lifecycleState, tags, ttlInDays } from '../audiences.ts';
import { count, epochSeconds, errorEntry, idParams, name } from '../common.ts';
import type { Route } from '../route.ts';
import { base, bulkIds, conditional, headers, limit, next, offset, pageOf, PROFILE_MODEL, text } from './common.ts';
import { definition, evaluationInfoInput, expression, payloadSchema, schemaReference } from './definitions.ts';

const anything = z.record(z.string(), z.unknown());

/** Kept and given back as they came. */
const kept = {
  profileInstanceId: z.string().max(255).optional(),
  payloadSchema,
  datasetId: z.string().max(255).optional(),
  sourceId: z.string().max(255).optional(),
  audienceMeta: anything.optional(),
  linkedAudienceRef: anything.optional().describe('Of it audienceFolderId puts the audience into a folder'),
  overridePerformanceWarnings: z.boolean().optional(),
  saveSegmentMembership: z.boolean().optional(),
  ansibleUiEnabled: z.boolean().optional(),
};

export const platformAudience = z
  .object({
    ...definition.shape,
    expression: definition.shape.expression.optional().describe('Absent when the members come from outside'),
    evaluationInfo: definition.shape.evaluationInfo.optional(),
    ...kept,
    audienceId: z.string().describe('The id given from outside; else the same as id'),
    type: z.enum(['SegmentDefinition', 'ExternalSegment']),
    originName: z.string(),
    namespace: z.string(),
    lifecycleState,
    state: z.literal('enabled'),
    isSystem: z.boolean(),
    labels: z.array(z.string()),
    tags: z.array(z.string()),
    createdBy: z.string(),
    lastModifiedBy: z.string(),
    dependents: z.array(z.string()).describe('Audiences that refer to this one'),
    dependencies: z.array(z.string()).describe('Audiences this one refers to'),
    definedOn: z.array(z.object({ 'meta:resourceType': z.string(), 'meta:containerId': z.string(), $ref: z.string() })),
    _etag: z.string().describe('Changes with every change; for If-Match'),
    metrics: z
      .object({ type: z.literal('export'), data: z.object({ totalProfiles: count }), createEpoch: epochSeconds, updateEpoch: epochSeconds })
      .optional()
      .describe('Absent before the first evaluation'),
  })
  .meta({ id: 'PlatformAudience' });
export type PlatformAudience = z.output<typeof platformAudience>;

/** What can be set, at creation and later. */
export const platformAudienceContent = z.object({
  name,
  description: description.default(''),
  schema: schemaReference.default({ name: PROFILE_MODEL }),
  expression: expression.optional().describe('The rule; left out when the members come from outside'),
  evaluationInfo: evaluationInfoInput.optional(),
  mergePolicyId: z.string().max(255).optional(),
  ttlInDays: ttlInDays.optional(),
  dataGovernancePolicy: z.object({ excludeOptOut: z.boolean().default(false) }).optional(),
  lifecycleState: z.string().optional().describe('draft, published or inactive; active and archived are older words for the latter two'),
  labels: labels.default([]),
  tags: tags.default([]),
  ...kept,
});

/** What stays as it was created. */
const fixed = {
  id: z.string().optional(),
  audienceId: z.string().min(1).max(255).optional(),
  namespace: z.string().min(1).max(255).optional(),
  type: z.enum(['SegmentDefinition', 'ExternalSegment', 'ExternalAudience']).optional(),
  originName: z.string().min(1).max(255).optional(),
  lifecycle: z.string().optional().describe('The older name of lifecycleState'),
};

export const platformAudienceInput = platformAudienceContent.extend(fixed);

export const jsonPatch = z
  .array(
    z
      .object({
        op: z.enum(['add', 'replace', 'remove']),
        path: z.string().regex(/^\/[^/]/, 'a JSON pointer such as /name'),
        value: z.unknown().optional(),
      })
      .refine(({ op, value }) => op === 'remove' || value !== undefined, 'add and replace take a value'),
  )
  .min(1, 'the patch is empty')
  .max(100);

const missing = z.object({ errors: z.record(z.string(), z.array(errorEntry)) });

export const platformAudienceRoutes = {
  listPlatformAudiences: {
    method: 'GET',
    path: `${base}/audiences`,
    summary: 'List audiences with metrics',
    tag: 'platform audiences',
    headers,
    query: z.object({
      start: offset,
      limit,
      sort: text('updateTime:desc').describe('attribute:asc or attribute:desc, comma-separated'),
      name: z.string().optional().describe('Contains, in any case'),
      description: z.string().optional().describe('Contains, in any case'),
      property: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .describe('attribute==value; several must all hold'),
      entityType: z.literal(PROFILE_MODEL).optional(),
    }),
    responses: {
      200: z.object({
        children: z.array(platformAudience),
        _page: z.object({ ...pageOf, start: z.string(), next: z.string().optional() }),
        _links: z.object({ next }),
      }),
    },
  },
  createPlatformAudience: {
    method: 'POST',
    path: `${base}/audiences`,
    summary: 'Create an audience: with an expression by a rule, without one from outside',
    tag: 'platform audiences',
    headers,
    body: platformAudienceInput,
    responses: { 201: platformAudience },
  },
  getPlatformAudience: {
    method: 'GET',
    path: `${base}/audiences/{id}`,
    summary: 'One audience with metrics',
    tag: 'platform audiences',
    headers,
    params: idParams,
    responses: { 200: platformAudience },
  },
  patchPlatformAudience: {
    method: 'PATCH',
    path: `${base}/audiences/{id}`,
    summary: 'Change parts of an audience by JSON Patch, all or none',
    tag: 'platform audiences',
    headers: conditional,
    params: idParams,
    body: jsonPatch,
    responses: { 200: platformAudience },
  },
  putPlatformAudience: {
    method: 'PUT',
    path: `${base}/audiences/{id}`,
    summary: 'Overwrite an audience; what is left out becomes what is usual, the lifecycle stays',
    tag: 'platform audiences',
    headers: conditional,
    params: idParams,
    body: platformAudienceInput,
    responses: { 200: platformAudience },
  },
  deletePlatformAudience: {
    method: 'DELETE',
    path: `${base}/audiences/{id}`,
    summary: 'Delete an audience; refused while another one refers to it',
    tag: 'platform audiences',
    headers: conditional,
    params: idParams,
    responses: { 204: z.undefined() },
  },
  bulkGetPlatformAudiences: {
    method: 'POST',
    path: `${base}/audiences/bulk-get`,
    summary: 'Up to 100 audiences by id',
    tag: 'platform audiences',
    access: 'read',
    headers,
    body: bulkIds,
    responses: {
      207: z.object({ results: z.record(z.string(), z.union([platformAudience, missing])).describe('By id; errors for an unknown one') }),
    },
  },
} as const satisfies Record<string, Route>;
