/** Union schemas: all fields that profiles or events can have. */
import type { Json } from '../../schema/index.ts';
import { EVENT_CLASS, PROFILE_CLASS, altIdOf, classOf, propertiesOf } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import type { RegistryForm } from './registry-form.ts';
import { listForm, lookupForm } from './registry-form.ts';
import { shaped } from './registry-views.ts';

export function unionHandlers(rooms: Rooms): Handlers<'listUnions' | 'getUnion'> {
  return {
    listUnions({ request }) {
      const form = listForm(request.headers.accept);
      const results = UNIONS.map(({ id, title }) => ({ $id: unionId(id), 'meta:altId': altIdOf(unionId(id)), version: '1', title }));
      const whole = form.short ? results : UNIONS.map(({ id }) => unionView(id, rooms, form));
      return Promise.resolve({ results: whole, _page: { orderby: 'title', next: null, count: whole.length }, _links: { next: null } });
    },
    getUnion({ params: { id }, request }) {
      const form = lookupForm(request.headers.accept);
      const found = UNIONS.find((union) => [unionId(union.id), altIdOf(unionId(union.id)), union.id, altIdOf(union.id)].includes(id));
      if (found === undefined)
        throw new RequestError('schema-union-not-found', `There is no union ${id}.`, { hint: 'See GET …/tenant/unions.' });
      return Promise.resolve(unionView(found.id, rooms, form));
    },
  };
}

export const UNIONS = [
  { id: PROFILE_CLASS, title: 'XDM Individual Profile' },
  { id: EVENT_CLASS, title: 'XDM ExperienceEvent' },
] as const;

function unionId(xdmClass: string): string {
  return `${xdmClass}__union`;
}

function unionView(id: string, { tables, registry }: Rooms, form: RegistryForm): Json {
  const xdmClass = classOf(id) ?? 'profile';
  const whole = {
    $id: unionId(id),
    'meta:altId': altIdOf(unionId(id)),
    'meta:resourceType': 'unions',
    version: '1',
    title: UNIONS.find((union) => union.id === id)?.title,
    type: 'object',
    properties: propertiesOf(tables.schema[xdmClass]),
    'meta:class': id,
    'meta:tenantNamespace': `_${registry.tenant}`,
  };
  return shaped(whole, { ...form, full: true });
}
