/** From what the registry and the catalog know to the schema that everything else works with. */
import type { FieldGroup, RecordKind, XdmClass } from '../field-group.ts';
import { classOf } from '../field-group.ts';
import { isProfileEnabled } from '../datasets/dataset.ts';
import type { DatasetSchema, IdentityDescriptor, SchemaOptions, XdmSchema } from '../union.ts';
import { unionSchema } from '../union.ts';
import { groupFields, nameOf } from './checks.ts';
import type { Descriptor } from './descriptor.ts';
import { pathOf } from './descriptor.ts';
import { fullFields } from './full.ts';
import { isForProfile } from './resource.ts';
import type { Resource } from './resource.ts';
import type { CatalogState } from './state.ts';
import { classOfSchema, kindOfSchema, partResources } from './state.ts';
import { lookupsOf } from './lookups.ts';
import { recordSchema } from './record-schema.ts';

/** Throws SchemaError where field groups contradict each other. */
export function composeSchema(base: SchemaOptions, state: CatalogState): XdmSchema {
  const fieldGroups = [...(base.fieldGroups ?? []), ...unionGroups(base.tenant, state)];
  const datasets = datasetSchemas(state);
  return unionSchema({ ...base, fieldGroups, datasets, namespaces: state.namespaces, ...lookupsOf(state) });
}

/** The users' field groups of schemas that are enabled for Profile. */
function unionGroups(tenant: string, state: CatalogState): readonly FieldGroup[] {
  const classes = new Map<Resource, Set<XdmClass>>();
  for (const { kind, body } of state.resources.values()) {
    const xdmClass = kind === 'schemas' && isForProfile(body) ? classOf(classOfSchema(state, body)?.id) : null;
    if (xdmClass === null) continue;
    for (const part of partResources(state, body)) {
      if (part.kind === 'fieldgroups' && state.resources.has(part.id)) {
        classes.set(part, (classes.get(part) ?? new Set()).add(xdmClass));
      }
    }
  }
  return [...classes].map(([group, extended]) => ({
    title: nameOf(group.body),
    extends: [...extended],
    fields: groupFields(group, { state, tenant }),
  }));
}

function datasetSchemas(state: CatalogState): ReadonlyMap<string, DatasetSchema> {
  const schemas = new Map<string, DatasetSchema>();
  for (const dataset of state.datasets.values()) {
    const schema = state.resources.get(dataset.schema);
    const kind = schema === undefined ? null : kindOfSchema(state, schema);
    if (schema === undefined || kind === null) continue;
    const identities = identitiesOf(state, schema.id, kind);
    const json = recordSchema(fullFields(state, schema), identities);
    const entity = kind === 'lookup' ? classOfSchema(state, schema.body)?.id : undefined;
    const profile = isProfileEnabled(dataset) && isForProfile(schema.body);
    schemas.set(dataset.id, { class: kind, ...(entity !== undefined && { entity }), profile, identities, json });
  }
  return schemas;
}

export function identitiesOf(state: CatalogState, schema: string, xdmClass: RecordKind): readonly IdentityDescriptor[] {
  return [...state.descriptors.values()].flatMap((descriptor) => identityOf(descriptor, schema, xdmClass));
}

function identityOf({ type, schema, body }: Descriptor, wanted: string, xdmClass: RecordKind): readonly IdentityDescriptor[] {
  if (type !== 'xdm:descriptorIdentity' || schema !== wanted) return [];
  const primary = body['xdm:isPrimary'] === true;
  return [{ class: xdmClass, path: pathOf(body['xdm:sourceProperty']), namespace: String(body['xdm:namespace']), primary }];
}
