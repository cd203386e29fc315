/** Whether a resource that a user wrote can be one. Throws SchemaError, which says where and what to do. */
import type { ObjectType } from '@kindred/pql';
import { SchemaError } from '../errors.ts';
import type { Json, ReferencedType } from '../field-group.ts';
import { classOf, isObject, parseDataType, parseGroupFields, standardDataType } from '../field-group.ts';
import type { Resource, TenantKind, TenantResource } from './resource.ts';
import { intendedClasses, isForProfile, partsOf } from './resource.ts';
import type { CatalogState } from './state.ts';
import { kindOfSchema, resourceOf } from './state.ts';

const API = '/data/foundation/schemaregistry';

export interface Checked {
  readonly state: CatalogState;
  /** Without the leading underscore. */
  readonly tenant: string;
}

export function requireSound(resource: TenantResource, checked: Checked): void {
  const { title } = resource.body;
  if (typeof title !== 'string' || title.trim() === '') throw invalid('A resource needs a "title".', 'Give it one.');
  CHECKS[resource.kind](resource, checked);
}

const CHECKS: Readonly<Record<TenantKind, (resource: Resource, checked: Checked) => void>> = {
  schemas: requireSchema,
  classes: requireClass,
  fieldgroups: (resource, checked) => {
    requireClasses(resource.body, checked.state);
    groupFields(resource, checked);
  },
  datatypes: (resource, checked) => {
    dataTypeFields(resource, checked.state);
  },
};

/** The fields of a field group of a user. */
export function groupFields({ id, body }: Resource, { state, tenant }: Checked): ObjectType {
  return parseGroupFields(body, tenant, { source: nameOf(body), refs: references(state, [id]) });
}

/** @param above `$id`s of the types that lead here */
function dataTypeFields({ id, body }: Resource, state: CatalogState, above: readonly string[] = []): ObjectType {
  return parseDataType(body, { source: nameOf(body), refs: references(state, [...above, id]) });
}

function references(state: CatalogState, above: readonly string[]): ReferencedType {
  return (id) => {
    const standard = standardDataType(id);
    if (standard !== undefined) return standard;
    const resource = state.resources.get(id);
    if (resource?.kind !== 'datatypes') return undefined;
    if (above.includes(id)) throw invalid(`The data type ${nameOf(resource.body)} refers to itself.`, 'XDM has no recursive types.');
    return dataTypeFields(resource, state, above);
  };
}

function requireSchema({ body }: Resource, { state }: Checked): void {
  const parts = partsOf(body);
  const unknown = parts.find((part) => resourceOf(state, part) === undefined);
  if (unknown !== undefined)
    throw invalid(`"allOf" names ${unknown}, which there is not.`, `See GET ${API}/global/fieldgroups and …/tenant/fieldgroups.`);
  const resources = parts.flatMap((part) => resourceOf(state, part) ?? []);
  const classes = resources.filter(({ kind }) => kind === 'classes');
  const [xdmClass] = classes;
  if (xdmClass === undefined || classes.length > 1) {
    throw invalid('A schema has exactly one class.', `Name one in "allOf" as {"$ref": "<class>"}; see GET ${API}/global/classes.`);
  }
  for (const part of resources) {
    if (part.kind !== 'classes' && part.kind !== 'fieldgroups')
      throw invalid(`A schema is made of a class and field groups; ${part.id} is neither.`, 'Refer to it from a field group.');
    if (part.kind === 'fieldgroups' && !extendsClass(part, xdmClass)) {
      throw invalid(
        `The field group ${nameOf(part.body)} does not extend the class ${xdmClass.id}.`,
        'Its "meta:intendedToExtend" must name the class.',
      );
    }
  }
  if (isForProfile(body) && kindOfSchema(state, { body }) === null) {
    throw invalid(
      `Schemas of the class ${xdmClass.id} cannot be enabled for Profile.`,
      'Those of XDM Individual Profile, of XDM ExperienceEvent, and of classes of the behaviour "record" can.',
    );
  }
}

function extendsClass(group: Resource, xdmClass: Resource): boolean {
  const wanted = intendedClasses(group.body);
  return (
    wanted.includes(xdmClass.id) || wanted.includes(xdmClass.altId) || partsOf(xdmClass.body).some((behavior) => wanted.includes(behavior))
  );
}

function requireClass({ body }: Resource, { state }: Checked): void {
  const behaviors = partsOf(body).filter((part) => resourceOf(state, part)?.kind === 'behaviors');
  if (behaviors.length !== 1) throw invalid('A class has exactly one behaviour.', `Name one in "allOf"; see GET ${API}/global/behaviors.`);
}

function requireClasses(body: Json, state: CatalogState): void {
  const ids = intendedClasses(body);
  if (ids.length === 0) throw invalid('"meta:intendedToExtend" names no class.', `Name one of GET ${API}/global/classes.`);
  const unknown = ids.find((id) => classOf(id) === null && resourceOf(state, id)?.kind !== 'classes');
  if (unknown !== undefined)
    throw invalid(`"meta:intendedToExtend" names ${unknown}, which is no class.`, `Name one of GET ${API}/global/classes.`);
}

export function nameOf(body: Json): string {
  return typeof body['title'] === 'string' ? body['title'] : 'the resource';
}

export function invalid(message: string, hint: string): SchemaError {
  return new SchemaError({ code: 'SCHEMA_RESOURCE_INVALID', message, hint });
}

/** Refuses what would break data that was written, or may be, by the schema as it was. */
export function isProtected(state: CatalogState, id: string): boolean {
  const body = state.resources.get(id)?.body;
  return (isObject(body) && isForProfile(body)) || [...state.datasets.values()].some(({ schema }) => schema === id);
}
