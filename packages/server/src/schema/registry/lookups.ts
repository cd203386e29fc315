/** Lookup entities: records such as products and stores that fields of profiles and events refer to. */
import type { ObjectType } from '@kindred/pql';
import { classOf } from '../field-group.ts';
import { parseRecordFields } from '../field-group.ts';
import { mergeObjects, object } from '../types.ts';
import type { Reference } from '../union.ts';
import { nameOf } from './checks.ts';
import type { Descriptor } from './descriptor.ts';
import { pathOf } from './descriptor.ts';
import { fullFields } from './full.ts';
import type { TenantResource } from './resource.ts';
import { isForProfile } from './resource.ts';
import type { CatalogState } from './state.ts';
import { classOfSchema, kindOfSchema } from './state.ts';

export interface LookupSchemas {
  /** By the `$id` of the class: all that records of its schemas may hold. */
  readonly lookups: Readonly<Record<string, ObjectType>>;
  readonly lookupTitles: Readonly<Record<string, string>>;
  readonly references: readonly Reference[];
}

/** Of schemas that are enabled for Profile, those of lookup records having a primary identity. Throws SchemaError. */
export function lookupsOf(state: CatalogState): LookupSchemas {
  const lookups: Record<string, ObjectType> = {};
  const lookupTitles: Record<string, string> = {};
  for (const schema of state.resources.values()) {
    const entity = entityOf(state, schema);
    if (entity === null) continue;
    const fields = parseRecordFields(fullFields(state, schema).properties, { source: nameOf(schema.body) });
    lookupTitles[entity] = nameOf(state.resources.get(entity)?.body ?? schema.body);
    lookups[entity] = mergeObjects(lookups[entity] ?? object({}), fields);
  }
  const references = [...state.descriptors.values()].flatMap((descriptor) => referenceOf(state, descriptor) ?? []);
  return { lookups, lookupTitles, references: references.filter(({ entity }) => Object.hasOwn(lookups, entity)) };
}

/** The class of the records of a schema that can be referred to; null when they cannot be. */
function entityOf(state: CatalogState, schema: TenantResource): string | null {
  if (schema.kind !== 'schemas' || !isForProfile(schema.body) || kindOfSchema(state, schema) !== 'lookup') return null;
  const hasKey = [...state.descriptors.values()].some((each) => each.schema === schema.id && isPrimary(each));
  return hasKey ? (classOfSchema(state, schema.body)?.id ?? null) : null;
}

const isPrimary = ({ type, body }: Descriptor): boolean => type === 'xdm:descriptorIdentity' && body['xdm:isPrimary'] === true;

function referenceOf(state: CatalogState, { type, schema, body }: Descriptor): Reference | null {
  if (type !== 'xdm:descriptorOneToOne' && type !== 'xdm:descriptorRelationship') return null;
  const [source, destination] = [schema, String(body['xdm:destinationSchema'])].map((id) => state.resources.get(id));
  if (source === undefined || destination === undefined || !isForProfile(source.body)) return null;
  const [from, entity] = [source, destination].map((each) => classOfSchema(state, each.body)?.id);
  if (from === undefined || entity === undefined) return null;
  return { from: classOf(from) ?? from, path: pathOf(body['xdm:sourceProperty']), entity };
}
