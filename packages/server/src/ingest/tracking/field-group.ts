/** The fields of the tenant that tracking libraries fill: names that senders choose freely go into maps. */
import type { FieldGroup } from '../../schema/index.ts';
import { parseFieldGroup } from '../../schema/index.ts';

const TEXTS = { type: 'object', additionalProperties: { type: 'string' } };
const NUMBERS = { type: 'object', additionalProperties: { type: 'number' } };

const EVENT = {
  event: { type: 'string', title: 'Event', description: 'Name of the event as it was tracked' },
  properties: { ...TEXTS, title: 'Properties', description: 'Everything it was tracked with, as text' },
  numbers: { ...NUMBERS, title: 'Numbers', description: 'The properties that are numbers' },
};
const PROFILE = {
  traits: { ...TEXTS, title: 'Traits', description: 'Traits without a field of their own, as text' },
  traitNumbers: { ...NUMBERS, title: 'Traits that are numbers' },
  groups: {
    type: 'object',
    title: 'Groups',
    description: 'Groups the person belongs to, by their id',
    additionalProperties: {
      type: 'object',
      properties: { name: { type: 'string' }, joined: { type: 'string', format: 'date-time' }, traits: TEXTS, traitNumbers: NUMBERS },
    },
  },
};

/** @param tenant without the leading underscore */
export function trackingGroups(tenant: string): readonly FieldGroup[] {
  return [
    group(tenant, 'https://ns.adobe.com/xdm/context/experienceevent', EVENT),
    group(tenant, 'https://ns.adobe.com/xdm/context/profile', PROFILE),
  ];
}

function group(tenant: string, extended: string, fields: object): FieldGroup {
  const tracking = { type: 'object', title: 'Tracking', properties: fields };
  const json = {
    title: 'Tracking libraries',
    'meta:intendedToExtend': [extended],
    properties: { [`_${tenant}`]: { type: 'object', properties: { tracking } } },
  };
  return parseFieldGroup(json, tenant, { source: 'Tracking libraries' });
}
