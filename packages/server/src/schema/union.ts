/** The union schema: everything a profile and one of its events may hold. */
import type { ObjectType, Type, UnionSchema } from '@kindred/pql';
import { SchemaError } from './errors.ts';
import type { FieldGroup, Json, RecordKind, XdmClass } from './field-group.ts';
import { classOf } from './field-group.ts';
import { DATA_TYPES } from './groups/data-types.ts';
import { EVENT_GROUPS } from './groups/event.ts';
import type { StandardGroup } from './groups/groups.ts';
import type { OwnNamespace } from './own-namespaces.ts';
import { PROFILE_GROUPS } from './groups/profile.ts';
import { parseNotation } from './notation.ts';
import { mergeObjects, object } from './types.ts';

/** Says that the value of a field identifies the person in a namespace (`xdm:descriptorIdentity`). */
export interface IdentityDescriptor {
  readonly class: RecordKind;
  readonly path: readonly string[];
  /** Code of the namespace, for example `Email`. */
  readonly namespace: string;
  readonly primary: boolean;
}

/** What the records of a dataset must be. Plain data: it goes to threads. */
export interface DatasetSchema {
  readonly class: RecordKind;
  /** Of a dataset of lookup records: what they are records of, the `$id` of the class. */
  readonly entity?: string;
  /** Whether its records become profiles, events of profiles, or records that those refer to. */
  readonly profile: boolean;
  readonly identities: readonly IdentityDescriptor[];
  /** JSON Schema of its records. */
  readonly json: Json;
}

/** The union schema with the identities its fields carry, and the datasets that have a schema of their own. */
export interface XdmSchema extends UnionSchema {
  /** By the `$id` of their class. */
  readonly lookups: Readonly<Record<string, ObjectType>>;
  /** What they are called. */
  readonly lookupTitles: Readonly<Record<string, string>>;
  /** Without the leading underscore of the root field. */
  readonly tenant: string;
  /** For records of datasets without a schema of their own. */
  readonly identities: Readonly<Record<XdmClass, readonly IdentityDescriptor[]>>;
  /** By id. */
  readonly datasets: ReadonlyMap<string, DatasetSchema>;
  /** Identity namespaces of users. */
  readonly namespaces: readonly OwnNamespace[];
}

export interface SchemaOptions {
  readonly tenant: string;
  readonly fieldGroups?: readonly FieldGroup[];
  readonly descriptors?: readonly IdentityDescriptor[];
  readonly datasets?: ReadonlyMap<string, DatasetSchema>;
  readonly namespaces?: readonly OwnNamespace[];
  readonly lookups?: Readonly<Record<string, ObjectType>>;
  readonly lookupTitles?: Readonly<Record<string, string>>;
  readonly references?: readonly Reference[];
}

/** Says that the value of a field is the id of a record of a lookup entity. */
export interface Reference {
  /** Where the field is: in profiles, in events, or in records of the class of that `$id`. */
  readonly from: string;
  /** Through arrays of objects too. */
  readonly path: readonly string[];
  /** `$id` of a class. */
  readonly entity: string;
}

/** The standard field groups with the user's own. Throws SchemaError where they contradict each other. */
export function unionSchema(options: SchemaOptions): XdmSchema {
  const groups = options.fieldGroups ?? [];
  const references = options.references ?? [];
  const referring = (from: string, type: ObjectType): ObjectType =>
    references.filter((reference) => reference.from === from).reduce(withReference, type);
  const schema = {
    profile: referring('profile', union('profile', PROFILE_GROUPS, groups)),
    event: referring('event', union('event', EVENT_GROUPS, groups)),
    lookups: Object.fromEntries(Object.entries(options.lookups ?? {}).map(([entity, type]) => [entity, referring(entity, type)])),
  };
  const descriptors = options.descriptors ?? [];
  for (const descriptor of descriptors) checkDescriptor(descriptor, schema);
  return {
    ...schema,
    lookupTitles: options.lookupTitles ?? {},
    tenant: options.tenant,
    identities: { profile: descriptorsOf('profile', descriptors), event: descriptorsOf('event', descriptors) },
    datasets: options.datasets ?? new Map(),
    namespaces: options.namespaces ?? [],
  };
}

/** Reads an identity descriptor in the form of the Schema Registry. Throws SchemaError. */
export function parseIdentityDescriptor(json: unknown): IdentityDescriptor {
  const {
    '@type': type,
    'xdm:sourceSchema': source,
    'xdm:sourceProperty': property,
    'xdm:namespace': namespace,
    'xdm:isPrimary': primary,
  } = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>;
  const xdmClass = classOf(source);
  if (type !== 'xdm:descriptorIdentity' || xdmClass === null || typeof property !== 'string' || typeof namespace !== 'string') {
    throw new SchemaError({
      code: 'SCHEMA_DESCRIPTOR_INVALID',
      message: `this is no identity descriptor: ${JSON.stringify(json)}`,
      hint: 'It needs "@type": "xdm:descriptorIdentity", "xdm:sourceSchema" (a class), "xdm:sourceProperty" (such as "/personalEmail/address") and "xdm:namespace".',
    });
  }
  return { class: xdmClass, path: property.split('/').filter((step) => step !== ''), namespace, primary: primary === true };
}

function descriptorsOf(xdmClass: XdmClass, descriptors: readonly IdentityDescriptor[]): IdentityDescriptor[] {
  return descriptors.filter((descriptor) => descriptor.class === xdmClass);
}

/** The type, with the field of a reference known as one. A path that leads to no text is left as it is. */
function withReference(type: ObjectType, { path, entity }: Reference): ObjectType {
  const marked = (inner: Type, rest: readonly string[]): Type => {
    const [name, ...further] = rest;
    if (inner.kind === 'array') return { ...inner, items: marked(inner.items, rest) };
    if (name === undefined) return inner.kind === 'string' ? { ...inner, reference: entity } : inner;
    const field = inner.kind === 'object' ? inner.fields[name] : undefined;
    if (inner.kind !== 'object' || field === undefined) return inner;
    return { ...inner, fields: { ...inner.fields, [name]: { ...field, type: marked(field.type, further) } } };
  };
  return marked(type, path) as ObjectType;
}

function union(xdmClass: XdmClass, standard: readonly StandardGroup[], own: readonly FieldGroup[]): ObjectType {
  let fields = object({});
  for (const group of standard) fields = mergeObjects(fields, parseNotation(group.fields, DATA_TYPES));
  for (const group of own) if (group.extends.includes(xdmClass)) fields = mergeObjects(fields, group.fields);
  return fields;
}

function checkDescriptor(descriptor: IdentityDescriptor, schema: UnionSchema): void {
  let type: Type = descriptor.class === 'lookup' ? { kind: 'unknown' } : schema[descriptor.class];
  for (const step of descriptor.path)
    type = type.kind === 'object' ? (type.fields[step]?.type ?? { kind: 'unknown' }) : { kind: 'unknown' };
  if (type.kind === 'string') return;
  throw new SchemaError({
    code: 'SCHEMA_DESCRIPTOR_INVALID',
    message: `the identity field ${descriptor.path.join('.')} is no string field of the ${descriptor.class} schema`,
    hint: 'An identity field is a string outside of arrays and maps. Check the spelling of the path.',
  });
}
