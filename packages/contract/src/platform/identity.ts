/** Identity Service: namespaces, and which identities are one person. */
import { z } from 'zod';
import { count, name } from '../common.ts';
import type { Route } from '../route.ts';
import { headers } from './common.ts';

const base = '/data/core';
const tag = 'identity';

export const identityNamespace = z
  .object({
    id: count,
    code: z.string(),
    name: z.string(),
    idType: z.string().describe('Cookie, Cross_device, Device, Email, Mobile, Non_people, Partner or Phone'),
    description: z.string(),
    custom: z.boolean(),
    status: z.literal('ACTIVE'),
    createTime: z.int().optional().describe('Epoch milliseconds'),
    updateTime: z.int().optional().describe('Epoch milliseconds'),
    namespaceType: z.enum(['Standard', 'Custom']),
  })
  .meta({ id: 'IdentityNamespace' });
export type IdentityNamespaceBody = z.output<typeof identityNamespace>;

const ID_TYPES = ['Cookie', 'Cross_device', 'Device', 'Email', 'Mobile', 'Non_people', 'Partner', 'Phone'] as const;
/** In any case of letters. */
const idType = z
  .string()
  .transform((type) => ID_TYPES.find((each) => each.toLowerCase() === type.toLowerCase()) ?? type)
  .pipe(z.enum(ID_TYPES));
const newNamespace = z.object({ code: z.string(), name, idType, description: z.string().optional() });

const byNumber = z.object({ nsid: count, id: z.string() });
const byCode = z.object({ namespace: z.string(), id: z.string() });
const composite = z.object({ nsid: count.optional(), namespace: z.string(), id: z.string() });

/** Which people there are follows from this. */
const algorithm = z
  .enum(['STITCH_ALL', 'UNIQUE_NAMESPACES'])
  .describe('STITCH_ALL: all that occurs together is one person. UNIQUE_NAMESPACES: the linking rules keep people apart');

const cluster = z.object({ xid: z.string(), compositeXid: composite, members: z.array(composite) });
const clusters = z
  .object({
    version: z.literal('1.1.0'),
    clusters: z.array(cluster),
    unprocessedRecords: z.array(z.union([z.string(), byNumber, byCode])).describe('Those that nobody has'),
    algo_type: algorithm,
  })
  .meta({ id: 'IdentityClusters' });
export type IdentityClusters = z.output<typeof clusters>;

const oneIdentity = {
  xid: z.string().optional(),
  nsid: z.coerce.number().int().optional().describe('Number of the namespace'),
  namespace: z.string().optional().describe('Code of the namespace'),
  id: z.string().optional(),
};
const graphType = z.enum(['None', 'Private Graph', 'private', 'none', 'pdg']).optional().describe('None: the identity alone');

const target = z.union([z.coerce.number().int(), z.string()]).describe('Namespace of the identities that are wanted, by number or code');
const mappings = z
  .object({
    mappings: z.array(
      z.object({
        xid: z.string(),
        compositeXid: composite,
        mapping: z.array(z.object({ compositeXid: composite, lastAssociationTime: z.int().nullable() })),
      }),
    ),
    unprocessedRecords: z.array(z.union([z.string(), byNumber, byCode])).describe('Those that nobody has'),
    algo_type: algorithm,
  })
  .meta({ id: 'IdentityMappings' });
export type IdentityMappings = z.output<typeof mappings>;

const vertexRef = z.object({ ns: z.string(), nsid: count.optional(), id: z.string() });
export const identityGraph = z.object({
  xid: z.string(),
  composite_xid: vertexRef,
  members: z.array(vertexRef).optional(),
  vertices: z.array(z.object({ xid: z.string(), composite_xid: vertexRef, last_updated_ts: z.int().nullable() })).optional(),
  edges: z
    .array(
      z.object({
        xid_pair: z.tuple([z.string(), z.string()]),
        composite_xid_pair: z.tuple([vertexRef, vertexRef]),
        first_established_ts: z.int().optional(),
        last_established_ts: z.int().optional(),
        dataset_ids: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});
export type IdentityGraphBody = z.output<typeof identityGraph>;

export const identityRoutes = {
  listIdentityNamespaces: {
    method: 'GET',
    path: `${base}/idnamespace/identities`,
    summary: 'List identity namespaces',
    tag,
    headers,
    responses: { 200: z.array(identityNamespace) },
  },
  listSharedIdentityNamespaces: {
    method: 'GET',
    path: `${base}/idnamespace/orgs/{org}/identities`,
    summary: 'Identity namespaces of an organisation: there is one, local@kindred',
    tag,
    headers,
    params: z.object({ org: z.string() }),
    responses: { 200: z.array(identityNamespace) },
  },
  getIdentityNamespace: {
    method: 'GET',
    path: `${base}/idnamespace/identities/{id}`,
    summary: 'One identity namespace, by its number',
    tag,
    headers,
    params: z.object({ id: z.coerce.number().int() }),
    responses: { 200: identityNamespace },
  },
  createIdentityNamespace: {
    method: 'POST',
    path: `${base}/idnamespace/identities`,
    summary: 'Create an identity namespace, which records can use at once',
    description: 'Code and type stay what they are, and it cannot be deleted. Namespaces of the types Non_people and Partner link nobody.',
    tag,
    headers,
    body: newNamespace,
    responses: { 200: identityNamespace },
  },
  updateIdentityNamespace: {
    method: 'PUT',
    path: `${base}/idnamespace/identities/{id}`,
    summary: 'Change the name and description of an identity namespace',
    tag,
    headers,
    params: z.object({ id: z.coerce.number().int() }),
    body: newNamespace.partial(),
    responses: { 200: identityNamespace },
  },
  getXid: {
    method: 'GET',
    path: `${base}/identity/identity`,
    summary: 'The XID of an identity',
    tag,
    headers,
    query: z.object(oneIdentity),
    responses: { 200: z.object({ xid: z.string() }) },
  },
  getIdentityCluster: {
    method: 'GET',
    path: `${base}/identity/cluster/members`,
    summary: 'All identities of the person who has one',
    tag,
    headers,
    query: z.object({ ...oneIdentity, 'graph-type': graphType }),
    responses: { 200: clusters },
  },
  getIdentityClusters: {
    method: 'POST',
    path: `${base}/identity/clusters/members`,
    summary: 'The same for up to 1,000 identities',
    tag,
    headers,
    access: 'read',
    body: z.object({
      xids: z.array(z.string()).optional(),
      compositeXids: z.array(byNumber).optional(),
      compositeXidsWithNamespace: z.array(byCode).optional(),
      'graph-type': graphType,
      version: z.string().optional(),
    }),
    responses: { 200: clusters },
  },
  getIdentityMapping: {
    method: 'GET',
    path: `${base}/identity/mapping`,
    summary: 'The identities of one namespace that the person has who has another one',
    description: 'Answers 204 when nobody has the identity, or who has it has none of that namespace.',
    tag,
    headers,
    query: z.object({ ...oneIdentity, targetNs: target }),
    responses: { 200: mappings, 204: z.undefined() },
  },
  getIdentityMappings: {
    method: 'POST',
    path: `${base}/identity/mappings`,
    summary: 'The same for up to 1,000 identities',
    tag,
    headers,
    access: 'read',
    body: z.object({
      xids: z.array(z.string()).optional(),
      compositeXids: z.array(byNumber).optional(),
      compositeXidsWithNamespace: z.array(byCode).optional(),
      targetNs: target,
      version: z.string().optional(),
    }),
    responses: { 200: mappings, 204: z.undefined() },
  },
  getIdentityGraphs: {
    method: 'POST',
    path: `${base}/identity/v2/graph`,
    summary: 'People as sets or as graphs, by up to 1,000 of their identities',
    tag,
    headers,
    access: 'read',
    body: z.object({
      xids: z.array(z.string()).optional(),
      composite_xids: z.array(z.object({ ns: z.string().optional(), nsid: count.optional(), id: z.string() })).optional(),
      projection_type: z.enum(['set', 'graph']).default('set'),
      graph_type: graphType,
      traverse: z.unknown().optional().describe('Not supported: refused'),
      filter: z.unknown().optional().describe('Not supported: refused'),
      require_edge_meta_data: z.boolean().default(false).describe('With the times and datasets of edges'),
    }),
    responses: {
      200: z.object({
        version: z.literal('2.0'),
        graphs: z.array(identityGraph),
        unprocessed_xids: z.array(z.string()),
        unprocessed_composite_xids: z.array(z.object({ ns: z.string().optional(), nsid: count.optional(), id: z.string() })),
        algo_type: algorithm,
      }),
    },
  },
} as const satisfies Record<string, Route>;
