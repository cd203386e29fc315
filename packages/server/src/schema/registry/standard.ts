/** The classes, field groups and data types that come with the product, as resources of the registry. */
import type { ObjectType } from '@kindred/pql';
import { EVENT_CLASS, PROFILE_CLASS, XDM } from '../field-group.ts';
import type { Json } from '../field-group.ts';
import { DATA_TYPES, STANDARD_DATA_TYPES } from '../groups/data-types.ts';
import { EVENT_GROUPS } from '../groups/event.ts';
import type { StandardGroup } from '../groups/groups.ts';
import { PROFILE_GROUPS } from '../groups/profile.ts';
import { propertiesOf } from '../json-schema.ts';
import { parseNotation } from '../notation.ts';
import { object } from '../types.ts';
import type { GlobalResource, ResourceKind } from './resource.ts';
import { altIdOf } from './resource.ts';

/** The behaviour of classes whose records have no time of their own. */
export const RECORD = `${XDM}data/record`;
const TIME_SERIES = `${XDM}data/time-series`;

const BEHAVIORS: readonly GlobalResource[] = [
  behavior(RECORD, 'Record', object({ _id: { type: { kind: 'string' } } })),
  behavior(TIME_SERIES, 'Time-series', object({ _id: { type: { kind: 'string' } }, timestamp: { type: { kind: 'datetime' } } }), [
    '_id',
    'timestamp',
  ]),
  behavior(`${XDM}data/adhoc`, 'Ad hoc', object({})),
];

/** By `$id`. */
export const STANDARD: ReadonlyMap<string, GlobalResource> = new Map(
  [
    ...BEHAVIORS,
    classOf(PROFILE_GROUPS, PROFILE_CLASS, RECORD),
    classOf(EVENT_GROUPS, EVENT_CLASS, TIME_SERIES, ['_id', 'timestamp']),
    ...groups(PROFILE_GROUPS, PROFILE_CLASS),
    ...groups(EVENT_GROUPS, EVENT_CLASS),
    ...STANDARD_DATA_TYPES.map(({ id, title, type }) => resource('datatypes', `${XDM}${id}`, { title, fields: type })),
  ].map((each) => [each.id, each]),
);

/** Fields of the class itself stand in the group with its name. */
function classOf(all: readonly StandardGroup[], id: string, behaviour: string, required: readonly string[] = []): GlobalResource {
  const own = all.find((group) => `${XDM}${group.id}` === id);
  const fields = parseNotation(own?.fields ?? '', DATA_TYPES);
  return resource('classes', id, {
    title: own?.title ?? id,
    fields,
    more: { allOf: [{ $ref: behaviour }], ...(required.length > 0 && { required }), 'meta:extends': [behaviour] },
  });
}

function groups(all: readonly StandardGroup[], xdmClass: string): readonly GlobalResource[] {
  return all
    .filter((group) => `${XDM}${group.id}` !== xdmClass)
    .map(({ id, title, fields }) =>
      resource('fieldgroups', `${XDM}${id}`, {
        title,
        fields: parseNotation(fields, DATA_TYPES),
        more: { 'meta:intendedToExtend': [xdmClass] },
      }),
    );
}

function behavior(id: string, title: string, fields: ObjectType, required: readonly string[] = []): GlobalResource {
  return resource('behaviors', id, { title, fields, ...(required.length > 0 && { more: { required } }) });
}

interface Content {
  readonly title: string;
  readonly fields: ObjectType;
  readonly more?: Json;
}

function resource(kind: ResourceKind, id: string, { title, fields, more = {} }: Content): GlobalResource {
  const body = { title, description: '', type: 'object', ...more, properties: propertiesOf(fields) };
  return { kind, id, altId: altIdOf(id), version: 0, body, fields };
}
