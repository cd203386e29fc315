/** The schema registry: classes, field groups, data types, schemas, unions and descriptors. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { document } from '../common.ts';
import { headers } from './common.ts';

const base = '/data/foundation/schemaregistry';
const tag = 'schema registry';

const container = z.enum(['global', 'tenant']);
const OWN_KINDS = ['schemas', 'classes', 'fieldgroups', 'mixins', 'datatypes'] as const;
const ownKind = z.enum(OWN_KINDS).describe('mixins is the old name of fieldgroups');
const kind = z.enum([...OWN_KINDS, 'behaviors']).describe('mixins is the old name of fieldgroups');
const id = z.string().min(1).describe('$id, percent-encoded, or meta:altId');
const resource = z.looseObject({ title: z.string().optional() }).meta({ id: 'SchemaResource' });
const patch = z
  .array(z.object({ op: z.enum(['add', 'replace', 'remove']), path: z.string(), value: z.unknown().optional() }))
  .min(1)
  .describe('JSON Patch');
const list = z.object({
  orderby: z.string().optional().describe('Attributes such as title or -updated, comma-separated'),
  limit: z.coerce.number().int().min(1).max(300).default(100),
  start: z.string().optional().describe('_page.next of the page before'),
  property: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Filters such as title==Loyalty, title~=^L, meta:class==<$id>, meta:immutableTags==union; repeatable'),
});
const page = z.object({
  results: z.array(resource),
  _page: z.object({ orderby: z.string(), next: z.string().nullable(), count: z.int() }),
  _links: z.looseObject({ next: z.object({ href: z.string() }).nullable() }),
});
const descriptor = z.looseObject({ '@id': z.string(), '@type': z.string() }).meta({ id: 'SchemaDescriptor' });
const ACCEPT =
  'Accept: application/vnd.adobe.xed-id+json (short) or xed+json (whole) for lists; xed+json;version=1 (with references) or xed-full+json;version=1 (resolved) for one; -notext, -desc and -deprecatefield as documented.';

export const schemaRegistryRoutes = {
  schemaRegistryStats: {
    method: 'GET',
    path: `${base}/stats`,
    summary: 'How many resources there are, and the newest',
    tag,
    headers,
    responses: { 200: z.looseObject({ tenantId: z.string(), counts: z.record(z.string(), z.int()) }) },
  },
  listSchemaResources: {
    method: 'GET',
    path: `${base}/{container}/{kind}`,
    summary: 'List schemas, classes, field groups or data types',
    description: ACCEPT,
    tag,
    headers,
    params: z.object({ container, kind }),
    query: list,
    responses: { 200: page },
  },
  createSchemaResource: {
    method: 'POST',
    path: `${base}/tenant/{kind}`,
    summary: 'Create a schema, class, field group or data type',
    description:
      'Fields of field groups lie below the root field of the tenant. Fields of schemas that are enabled for Profile can be used in rules at once.',
    tag,
    headers,
    params: z.object({ kind: ownKind }),
    body: document,
    responses: { 201: resource },
  },
  getSchemaResource: {
    method: 'GET',
    path: `${base}/{container}/{kind}/{id}`,
    summary: 'One schema, class, field group or data type',
    description: ACCEPT,
    tag,
    headers,
    params: z.object({ container, kind, id }),
    responses: { 200: resource },
  },
  replaceSchemaResource: {
    method: 'PUT',
    path: `${base}/tenant/{kind}/{id}`,
    summary: 'Replace a resource',
    description: 'What would break a schema with data, or one that is enabled for Profile, is refused with the reasons.',
    tag,
    headers,
    params: z.object({ kind: ownKind, id }),
    body: document,
    responses: { 200: resource },
  },
  patchSchemaResource: {
    method: 'PATCH',
    path: `${base}/tenant/{kind}/{id}`,
    summary: 'Change parts of a resource',
    description: 'A schema is enabled for Profile by [{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}].',
    tag,
    headers,
    params: z.object({ kind: ownKind, id }),
    body: patch,
    responses: { 200: resource },
  },
  deleteSchemaResource: {
    method: 'DELETE',
    path: `${base}/tenant/{kind}/{id}`,
    summary: 'Delete a resource that nothing uses',
    tag,
    headers,
    params: z.object({ kind: ownKind, id }),
    responses: { 204: z.undefined() },
  },
  listUnions: {
    method: 'GET',
    path: `${base}/tenant/unions`,
    summary: 'The union schemas',
    tag,
    headers,
    responses: { 200: page },
  },
  getUnion: {
    method: 'GET',
    path: `${base}/tenant/unions/{id}`,
    summary: 'All fields that profiles or events can have',
    tag,
    headers,
    params: z.object({ id }),
    responses: { 200: resource },
  },
  listDescriptors: {
    method: 'GET',
    path: `${base}/tenant/descriptors`,
    summary: 'Descriptors of schemas: identities, relationships, display names',
    description:
      'Accept: application/vnd.adobe.xdm-id+json (ids), xdm-link+json (paths) or xdm+json (whole), by type; xdm-v2+json for a list in pages.',
    tag,
    headers,
    query: list,
    responses: { 200: z.looseObject({}) },
  },
  createDescriptor: {
    method: 'POST',
    path: `${base}/tenant/descriptors`,
    summary: 'Say something of a schema, such as which field is an identity',
    tag,
    headers,
    body: document,
    responses: { 201: descriptor },
  },
  getDescriptor: {
    method: 'GET',
    path: `${base}/tenant/descriptors/{id}`,
    summary: 'One descriptor',
    tag,
    headers,
    params: z.object({ id: z.string() }),
    responses: { 200: descriptor },
  },
  replaceDescriptor: {
    method: 'PUT',
    path: `${base}/tenant/descriptors/{id}`,
    summary: 'Replace a descriptor',
    tag,
    headers,
    params: z.object({ id: z.string() }),
    body: document,
    responses: { 201: z.object({ '@id': z.string() }) },
  },
  deleteDescriptor: {
    method: 'DELETE',
    path: `${base}/tenant/descriptors/{id}`,
    summary: 'Delete a descriptor',
    tag,
    headers,
    params: z.object({ id: z.string() }),
    responses: { 204: z.undefined() },
  },
  exportSchemaResource: {
    method: 'GET',
    path: `${base}/rpc/export/{id}`,
    summary: 'A resource with all resources of users that it is made of, parts first',
    tag,
    headers,
    params: z.object({ id }),
    responses: { 200: z.array(resource) },
  },
  importSchemaResources: {
    method: 'POST',
    path: `${base}/rpc/import`,
    summary: 'Take in what an export gave, all or nothing',
    description:
      'Resources of another tenant get an $id of this one, and their fields lie below its root. What is here already, the same, is left out of the answer.',
    tag,
    headers,
    body: z.array(document).min(1).max(1000),
    responses: { 200: z.array(resource) },
  },
  sampleSchemaRecord: {
    method: 'GET',
    path: `${base}/rpc/sampledata/{id}`,
    summary: 'A record as a schema describes it',
    tag,
    headers,
    params: z.object({ id }),
    responses: { 200: document },
  },
  schemaAuditLog: {
    method: 'GET',
    path: `${base}/rpc/auditlog/{id}`,
    summary: 'What became of a resource, the newest first',
    tag,
    headers,
    params: z.object({ id }),
    responses: { 200: z.array(z.looseObject({ id: z.string() })) },
  },
} as const satisfies Record<string, Route>;
