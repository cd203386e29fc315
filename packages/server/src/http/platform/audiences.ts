/** `/data/core/ups/audiences` */
import type { PlatformAudience } from '@kindred/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audience, DefinitionChange, DefinitionQuery, EqualColumn, Relations } from '../../segmentation/index.ts';
import { SegmentationError } from '../../segmentation/index.ts';
import { updateAudience } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import type { AudienceInput } from './audience-input.ts';
import { isExternal, newDefinition, newExternal, patchOf, replacement } from './audience-input.ts';
import { bulkIdsOf } from './bulk.ts';
import { datasetIsKnown } from './datasets.ts';
import { ifMatch } from './if-match.ts';
import { nextStart, pageFacts, parseSort } from './paging.ts';
import { audienceView, etagOf } from './views.ts';

type PlatformAudienceRoutes =
  | 'listPlatformAudiences'
  | 'createPlatformAudience'
  | 'getPlatformAudience'
  | 'patchPlatformAudience'
  | 'putPlatformAudience'
  | 'deletePlatformAudience'
  | 'bulkGetPlatformAudiences';

/** Of an audience that refers to none and that none refers to. */
const ALONE: Relations = { dependents: [], dependencies: [] };

export function platformAudienceHandlers(rooms: Rooms): Handlers<PlatformAudienceRoutes> {
  const { segmentation, settings, clock } = rooms;
  const { audiences, definitions } = segmentation;
  const views = async (found: readonly Audience[]): Promise<PlatformAudience[]> => {
    const relations = await definitions.relations(found);
    const since = await definitions.versions.since(found.map(({ id }) => id));
    const { sandbox } = settings;
    return found.map((each) => audienceView(each, { ...(relations.get(each.id) ?? ALONE), sandbox, baseline: since.get(each.id) }));
  };
  const view = async (audience: Audience, reply: FastifyReply): Promise<PlatformAudience> => {
    const [shown] = await views([audience]);
    if (shown === undefined) throw new Error('one view for each audience');
    reply.header('etag', etagOf(audience));
    return shown;
  };
  const change = async (id: string, request: FastifyRequest, changeOf: (audience: Audience) => DefinitionChange): Promise<Audience> => {
    const audience = await audiences.get(id);
    const ifChanges = expected(request, audience);
    const said = { ...changeOf(audience), changedBy: request.caller.name };
    return await updateAudience(rooms, id, { ...said, ...(ifChanges !== undefined && { ifChanges }) }, { evaluate: false });
  };
  return {
    async listPlatformAudiences({ query }) {
      const { start, limit, sort, name, description } = query;
      const texts = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
      const wanted = { start, limit, sort: parseSort(sort), ...texts, ...propertyFilters(query.property) };
      const { audiences: found, total } = await audiences.list(wanted);
      const next = nextStart(total, { start, limit });
      return {
        children: await views(found),
        _page: {
          ...pageFacts(total, sort, { size: found.length, limit }),
          start: String(start),
          ...(next !== null && { next: String(next) }),
        },
        _links: { next: next === null ? {} : { href: `@/audiences?start=${next}&limit=${limit}&totalCount=${total}` } },
      };
    },
    createPlatformAudience: async ({ body, request, reply }) =>
      view(await audiences.get(await create(rooms, body, request.caller.name)), reply),
    getPlatformAudience: async ({ params, reply }) => view(await audiences.get(params.id), reply),
    patchPlatformAudience: async ({ params, body, request, reply }) =>
      view(await change(params.id, request, (audience) => patchOf(audience, body)), reply),
    putPlatformAudience: async ({ params, body, request, reply }) =>
      view(await change(params.id, request, (audience) => replacement(audience, body)), reply),
    async deletePlatformAudience({ params, request }) {
      await audiences.delete(params.id, clock(), expected(request, await audiences.get(params.id)));
      return undefined;
    },
    async bulkGetPlatformAudiences({ body }) {
      const ids = bulkIdsOf(body);
      const found = new Map((await views(await audiences.getMany(ids))).map((each) => [each.id, each]));
      if (found.size === 0) throw new RequestError('bulk-none', 'None of the ids is an audience.');
      return { results: Object.fromEntries(ids.map((id) => [id, found.get(id) ?? unknown(id)])) };
    },
  };
}

/** The id of the new audience. */
async function create(rooms: Rooms, input: AudienceInput, by: string): Promise<string> {
  const { definitions } = rooms.segmentation;
  await refuseDataset(rooms, input.datasetId);
  if (!isExternal(input)) return (await definitions.create(newDefinition(input, by), rooms.clock())).id;
  const nowhere = { identity: null, fields: null, source: {}, profileIngestion: true };
  return (await definitions.createExternal(newExternal(input, by), nowhere, rooms.clock())).id;
}

async function refuseDataset(rooms: Rooms, id: string | undefined): Promise<void> {
  if (id === undefined || (await datasetIsKnown(rooms.stores.clickhouse, id))) return;
  throw new RequestError('dataset-unknown', `There is no dataset ${JSON.stringify(id)}.`, { hint: 'GET /api/status lists the datasets.' });
}

function unknown(id: string): { errors: Record<string, { code: string; message: string }[]> } {
  return { errors: { 404: [{ code: 'UPAPI-113430-404', message: `There is no audience ${id}.` }] } };
}

/** The number of changes that If-Match asks for; undefined without one. Throws SegmentationError `audience-changed`. */
function expected(request: FastifyRequest, audience: Audience): number | undefined {
  const wanted = ifMatch(request);
  if (wanted === undefined) return undefined;
  if (wanted.includes(etagOf(audience).replaceAll('"', ''))) return audience.changes;
  throw new SegmentationError({
    code: 'audience-changed',
    message: `${audience.name} has been changed since it was read.`,
    hint: 'Read it again, and send the change with its present _etag.',
  });
}

const STATES = ['draft', 'published', 'inactive'] as const;
/** Documented attribute → ours. */
const COLUMNS: Readonly<Record<string, EqualColumn>> = {
  id: 'id',
  audienceId: 'external_id',
  name: 'name',
  namespace: 'namespace',
  originName: 'origin',
  mergePolicyId: 'merge_policy_id',
  createdBy: 'created_by',
};
const TYPES: Readonly<Record<string, NonNullable<DefinitionQuery['kind']>>> = {
  SegmentDefinition: 'rule',
  ExternalSegment: 'external',
  ExternalAudience: 'external',
};

/** `lifecycleState==published`; several must all hold. */
function propertyFilters(property: string | readonly string[] | undefined): Partial<DefinitionQuery> {
  const filters = (property === undefined ? [] : [property].flat()).map(propertyFilter);
  const equal = Object.assign({}, ...filters.map((filter) => filter.equal)) as NonNullable<DefinitionQuery['equal']>;
  return { ...(Object.assign({}, ...filters) as Partial<DefinitionQuery>), equal };
}

function propertyFilter(property: string): Partial<DefinitionQuery> {
  const [, attribute = '', value = ''] = /^([\w.]+)==(.*)$/su.exec(property) ?? [];
  if (attribute === 'lifecycleState' || attribute === 'lifecycle') {
    const lifecycleState = STATES.find((state) => state === value);
    if (lifecycleState !== undefined) return { lifecycleState };
  } else if (attribute === 'type' && Object.hasOwn(TYPES, value)) {
    return { kind: TYPES[value] as 'rule' | 'external' };
  } else if (Object.hasOwn(COLUMNS, attribute)) {
    return { equal: { [COLUMNS[attribute] as EqualColumn]: value } };
  }
  throw new RequestError('request-invalid', `property=${property} is not understood.`, {
    hint: `It takes attribute==value with lifecycleState (${STATES.join(', ')}), type, or one of ${Object.keys(COLUMNS).join(', ')}.`,
  });
}
