/** Resources of the schema registry in the documented shapes. */
import type { CatalogState, Descriptor, Json, Resource, TenantResource } from '../../schema/index.ts';
import { WORD, classOfSchema, fullFields, partsOf, resourceOf } from '../../schema/index.ts';
import type { RegistryForm } from './registry-form.ts';
import { ORGANISATION } from './views.ts';

export interface ViewContext {
  readonly state: CatalogState;
  readonly sandbox: string;
  readonly tenant: string;
}

export function versionOf({ version }: Pick<Resource, 'version'>): string {
  return `1.${version}`;
}

export function resourceView(resource: Resource, form: RegistryForm, context: ViewContext): Json {
  const title = resource.body['title'];
  const named = { $id: resource.id, 'meta:altId': resource.altId, version: versionOf(resource) };
  if (form.short) return { ...named, title };
  const whole = {
    ...named,
    'meta:resourceType': WORD[resource.kind],
    ...(form.full ? resolved(resource, context.state) : resource.body),
    ...metaOf(resource, context),
    ...(form.withDescriptors && { 'meta:descriptors': descriptorsOf(context.state, resource).map(descriptorView) }),
  };
  return shaped(whole, form);
}

export function descriptorView({ id, body }: Descriptor): { '@id': string; '@type': string } {
  return { ...body, '@id': id, '@type': String(body['@type']) };
}

/** A whole in which nothing has to be looked up. */
export function shaped(json: Json, form: RegistryForm): Json {
  return shape(json, form) as Json;
}

function resolved(resource: Resource, state: CatalogState): Json {
  const { allOf: _parts, definitions: _definitions, properties: _properties, required: _required, ...rest } = resource.body;
  const { properties, required } = fullFields(state, resource);
  return { ...rest, properties, ...(required.length > 0 && { required }) };
}

function metaOf(resource: Resource, { state, sandbox, tenant }: ViewContext): Json {
  const own = state.resources.get(resource.id);
  const xdmClass = resource.kind === 'schemas' ? classOfSchema(state, resource.body)?.id : undefined;
  return {
    type: 'object',
    imsOrg: ORGANISATION,
    'meta:extensible': false,
    'meta:abstract': resource.kind !== 'schemas',
    'meta:extends': [...extendedBy(resource, state)],
    'meta:xdmType': 'object',
    ...(xdmClass !== undefined && { 'meta:class': xdmClass }),
    'meta:containerId': own === undefined ? 'global' : 'tenant',
    'meta:sandboxId': sandbox,
    'meta:sandboxType': 'production',
    'meta:tenantNamespace': `_${tenant}`,
    ...(own !== undefined && { 'meta:registryMetadata': registryMetadata(own) }),
  };
}

function registryMetadata({ createdAt, updatedAt, createdBy, updatedBy, id, version }: TenantResource): Json {
  return {
    'repo:createdDate': createdAt.getTime(),
    'repo:lastModifiedDate': updatedAt.getTime(),
    'xdm:createdClientId': 'kindred',
    'xdm:lastModifiedClientId': 'kindred',
    'xdm:createdUserId': createdBy,
    'xdm:lastModifiedUserId': updatedBy,
    eTag: `${id.slice(-8)}-${version}`,
  };
}

/** Everything that a resource is made of, at any depth. */
function extendedBy(resource: Resource, state: CatalogState, found = new Set<string>()): ReadonlySet<string> {
  for (const id of partsOf(resource.body)) {
    const part = resourceOf(state, id);
    if (found.has(id) || part === undefined) continue;
    found.add(id);
    extendedBy(part, state, found);
  }
  return found;
}

function descriptorsOf(state: CatalogState, { id }: Resource): readonly Descriptor[] {
  return [...state.descriptors.values()].filter(({ schema }) => schema === id);
}

function shape(value: unknown, form: RegistryForm): unknown {
  if (Array.isArray(value)) return value.map((item) => shape(item, form));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => !(form.bare && (key === 'title' || key === 'description') && typeof inner === 'string'))
    .map(([key, inner]) => [key, key === 'properties' ? shapedProperties(inner as Json, form) : shape(inner, form)] as const);
  return Object.fromEntries(entries);
}

/** Deprecated fields are there for those who ask for them. */
function shapedProperties(properties: Json, form: RegistryForm): Json {
  const shown = Object.entries(properties).filter(
    ([, field]) => !form.full || form.withDeprecated || (field as Json)['meta:status'] !== 'deprecated',
  );
  return Object.fromEntries(shown.map(([name, field]) => [prefixed(name, form), shape(field, form)]));
}

function prefixed(name: string, form: RegistryForm): string {
  return form.prefixed && !/^_|^@|:/.test(name) ? `xdm:${name}` : name;
}
