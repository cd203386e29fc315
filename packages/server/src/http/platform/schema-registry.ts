/** `/data/foundation/schemaregistry` */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Json, Resource, ResourceKind } from '../../schema/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { patched } from './json-patch.ts';
import type { RegistryForm } from './registry-form.ts';
import { listForm, lookupForm } from './registry-form.ts';
import type { ListQuery } from './registry-lists.ts';
import { listed } from './registry-lists.ts';
import type { ViewContext } from './registry-views.ts';
import { resourceView } from './registry-views.ts';

type RegistryRoutes =
  | 'listSchemaResources'
  | 'createSchemaResource'
  | 'getSchemaResource'
  | 'replaceSchemaResource'
  | 'patchSchemaResource'
  | 'deleteSchemaResource';

const BASE = '/data/foundation/schemaregistry';
/** What an answer to a change shows: the resource as it is written. */
export const WRITTEN: RegistryForm = {
  short: false,
  full: false,
  bare: false,
  withDescriptors: false,
  withDeprecated: true,
  prefixed: false,
};

/** What the registry adds to a resource: a client that sends it back does not change it. */
const ADDED =
  /^(\$id|version|imsOrg|refs|meta:(altId|resourceType|extensible|abstract|extends|xdmType|class|containerId|sandboxId|sandboxType|tenantNamespace|registryMetadata|descriptors))$/;

export function schemaRegistryHandlers(rooms: Rooms): Handlers<RegistryRoutes> {
  const { registry, settings, clock } = rooms;
  const context = (): ViewContext => ({ state: registry.state, sandbox: settings.sandbox, tenant: registry.tenant });
  const written = (resource: Resource): Json => resourceView(resource, WRITTEN, context());
  const authorOf = (request: FastifyRequest) => ({ by: request.caller.name, now: clock() });
  return {
    listSchemaResources({ params: { container, kind }, query, request, reply }) {
      const form = listForm(request.headers.accept);
      return Promise.resolve(
        listOf(
          registry.list(container, kindOf(kind)),
          { form, query, context: context(), path: `/${container}/${kind}` },
          { request, reply },
        ),
      );
    },
    async createSchemaResource({ params: { kind }, body, request }) {
      return written(await registry.create(kindOf(kind), contentOf(body), authorOf(request)));
    },
    getSchemaResource({ params: { container, kind, id }, request, reply }) {
      const form = lookupForm(request.headers.accept);
      const resource = registry.get(container, kindOf(kind), id);
      answerType(request, reply);
      return Promise.resolve(resourceView(resource, form, context()));
    },
    async replaceSchemaResource({ params: { kind, id }, body, request }) {
      return written(await registry.replace(kindOf(kind), id, contentOf(body), authorOf(request)));
    },
    async patchSchemaResource({ params: { kind, id }, body, request }) {
      const before = registry.get('tenant', kindOf(kind), id);
      const after = contentOf(patched(written(before), body));
      return written(await registry.replace(kindOf(kind), before.id, after, authorOf(request)));
    },
    async deleteSchemaResource({ params: { kind, id }, request }) {
      await registry.delete(kindOf(kind), id, authorOf(request));
    },
  };
}

interface Listing {
  readonly form: RegistryForm;
  readonly query: ListQuery;
  readonly context: ViewContext;
  readonly path: string;
}

function listOf(all: readonly Resource[], { form, query, context, path }: Listing, { request, reply }: Exchange) {
  const byId = new Map(all.map((resource) => [resource.id, resource]));
  const { results, orderby, next } = listed(
    all.map((resource) => resourceView(resource, WRITTEN, context)),
    query,
    valueOf,
  );
  const shown = results.map((whole) => resourceView(byId.get(String(whole['$id'])) as Resource, form, context));
  const links = (to: string | null) =>
    to === null ? null : { href: `${BASE}${path}?${new URLSearchParams({ orderby, limit: String(query.limit), start: to })}` };
  answerType(request, reply);
  return {
    results: shown,
    _page: { orderby, next, count: shown.length },
    _links: { next: links(next), global_schemas: { href: `${BASE}/global/schemas` } },
  };
}

/** Times lie with what the registry says of a resource. */
function valueOf(item: Json, name: string): unknown {
  const metadata = (item['meta:registryMetadata'] ?? {}) as Json;
  if (name === 'updated') return metadata['repo:lastModifiedDate'];
  if (name === 'created' || name === 'meta:created') return metadata['repo:createdDate'];
  return item[name];
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A documented media type comes back. */
function answerType({ headers: { accept = '' } }: FastifyRequest, reply: FastifyReply): void {
  if (accept.startsWith('application/vnd.adobe.')) reply.type(accept.split(',')[0] ?? accept);
}

function kindOf<Kind extends ResourceKind>(kind: Kind | 'mixins'): Kind | 'fieldgroups' {
  return kind === 'mixins' ? 'fieldgroups' : kind;
}

export function contentOf(body: Json): Json {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !ADDED.test(key)));
}
