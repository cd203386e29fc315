/** `/data/core/ca/attributes` */
import type { ComputedAttributeBody } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import { describeType } from '@kindred/pql';
import type { ComputedAttribute } from '../../profile/index.ts';
import { COMPUTED, ProfileError } from '../../profile/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { nextStart } from './paging.ts';
import { ORGANISATION, sandboxOf } from './views.ts';

type ComputedRoutes =
  | 'listComputedAttributes'
  | 'createComputedAttribute'
  | 'getComputedAttribute'
  | 'updateComputedAttribute'
  | 'deleteComputedAttribute';

export function computedAttributeHandlers(rooms: Rooms): Handlers<ComputedRoutes> {
  const { computed, segmentation, clock } = rooms;
  const view = (attribute: ComputedAttribute): ComputedAttributeBody => viewOf(rooms, attribute);
  return {
    async listComputedAttributes({ query: { limit, offset, sortBy, property } }) {
      const found = sorted(computed.all.map(view).filter(matching(property)), sortBy);
      const page = found.slice(offset, offset + limit);
      const next = nextStart(found.length, { start: offset, limit });
      return {
        _links: next === null ? {} : { next: { href: `/attributes?offset=${next}&limit=${limit}` } },
        computedAttributes: page,
        _page: { offset, limit, count: page.length, totalCount: found.length },
      };
    },
    async createComputedAttribute({ body, request }) {
      const { name, displayName = name, description, expression, duration = null, keepCurrent, status } = body;
      const input = {
        name,
        displayName,
        description,
        expression: expression.value,
        duration,
        keepCurrent,
        status: status === 'DRAFT' ? ('DRAFT' as const) : ('PROCESSED' as const),
        createdBy: request.caller.name,
      };
      return view(await computed.create(input, clock()));
    },
    getComputedAttribute: async ({ params }) => view(computed.get(params.id)),
    async updateComputedAttribute({ params: { id }, body: { status } }) {
      if (status === 'NEW' || status === 'PROCESSED') return view(await computed.setStatus(id, 'PROCESSED', clock()));
      const attribute = computed.get(id);
      const [user] = await segmentation.definitions.brokenBy(computed.schemaWithout(id));
      if (user !== undefined) throw inUse(attribute, user.name);
      return view(await computed.setStatus(id, 'INACTIVE', clock()));
    },
    async deleteComputedAttribute({ params }) {
      await computed.delete(params.id);
      return {};
    },
  };
}

function viewOf({ computed, settings }: Rooms, attribute: ComputedAttribute): ComputedAttributeBody {
  const { id, name, displayName, description, expression, duration, keepCurrent, status, createdBy, createdAt, updatedAt } = attribute;
  const field = computed.fieldOf(attribute);
  return {
    id,
    type: 'ComputedAttribute',
    name,
    displayName,
    description,
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(settings.sandbox),
    path: `_${settings.tenant}/${COMPUTED}`,
    expression: { type: 'PQL', format: 'pql/text', value: expression },
    ...(duration && { duration }),
    keepCurrent,
    status: status === 'PROCESSED' && field === undefined ? 'FAILED' : status,
    returnSchema: { 'meta:xdmType': field === undefined ? 'unknown' : describeType(field.type).toLowerCase() },
    schema: { name: PROFILE_MODEL },
    createEpoch: Math.floor(createdAt.getTime() / 1000),
    updateEpoch: Math.floor(updatedAt.getTime() / 1000),
    createdBy,
  };
}

/** `status==PROCESSED`. Throws RequestError for what is not understood. */
function matching(property: string | undefined): (attribute: ComputedAttributeBody) => boolean {
  if (property === undefined) return () => true;
  const [, name, value] = /^(status|name)==(.+)$/.exec(property) ?? [];
  if (name === undefined)
    throw new RequestError('request-invalid', `property=${property} is not understood.`, { hint: 'It takes status==… and name==….' });
  return (attribute) => attribute[name as 'status' | 'name'] === value;
}

function sorted(attributes: readonly ComputedAttributeBody[], sortBy: string | undefined): readonly ComputedAttributeBody[] {
  if (sortBy === undefined) return attributes;
  const key = sortBy.replace('-', '') as 'name' | 'createEpoch' | 'updateEpoch' | 'status';
  const sign = sortBy.startsWith('-') ? -1 : 1;
  return attributes.toSorted((a, b) => sign * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
}

function inUse({ name }: ComputedAttribute, audience: string): ProfileError {
  return new ProfileError({
    code: 'computed-attribute-state',
    message: `The computed attribute ${name} stays in use: the audience ${audience} reads it.`,
    hint: 'Change that audience first.',
  });
}
