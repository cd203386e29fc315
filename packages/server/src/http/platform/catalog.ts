/** `/data/foundation/catalog/dataSets` */
import { datasetContent } from '@kindred/contract';
import type { Dataset, Json, NewDataset } from '../../schema/index.ts';
import { classOf, classOfSchema, isProfileEnabled } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';
import { countByDataset } from '../read-models.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { patched } from './json-patch.ts';
import { listed, pageToken } from './registry-lists.ts';
import { ORGANISATION } from './views.ts';

type CatalogRoutes =
  | 'listDatasets'
  | 'createDataset'
  | 'getDataset'
  | 'replaceDataset'
  | 'updateDataset'
  | 'updateDatasetV2'
  | 'deleteDataset';

const SCHEMA_TYPE = 'application/vnd.adobe.xed+json;version=1';

export function catalogHandlers(rooms: Rooms): Handlers<CatalogRoutes> {
  const { datasets, retention, clock } = rooms;
  const changed = async (id: string, content: Json): Promise<string[]> => [
    referenceTo((await datasets.update(id, newDataset(content), clock())).id),
  ];
  return {
    async listDatasets({ query: { limit, start, orderBy, property, properties, name, 'schemaRef.id': schema } }) {
      const all = [...datasets.list().map((dataset) => datasetView(dataset, rooms)), ...(await undescribed(rooms))];
      const wanted = all.filter(
        (view) => (name === undefined || view['name'] === name) && (schema === undefined || schemaOf(view) === schema),
      );
      const [direction = 'desc', key = 'created'] = (orderBy ?? 'desc:created').split(':');
      const orderby = `${direction === 'asc' ? '' : '-'}${key}`;
      const { results } = listed(wanted, { orderby, limit, start: pageToken(start), property }, valueOf);
      const kept = properties?.split(',');
      return Object.fromEntries(results.map((view) => [String(view['id']), projected(view, kept)]));
    },
    createDataset: async ({ body, request }) => [
      referenceTo((await datasets.create(newDataset(body), { by: request.caller.name, now: clock() })).id),
    ],
    async getDataset({ params: { id } }) {
      const view = datasets.find(id) === undefined ? (await undescribed(rooms)).find((each) => each['id'] === id) : undefined;
      return { [id]: projected(view ?? datasetView(datasets.get(id), rooms)) };
    },
    replaceDataset: ({ params, body }) => changed(params.id, body),
    updateDataset: async ({ params, body }) => {
      const before = contentOf(datasets.get(params.id));
      return await changed(params.id, Array.isArray(body) ? patched(before, body) : { ...before, ...body });
    },
    async updateDatasetV2({ params, body }) {
      const references = await changed(params.id, { ...contentOf(datasets.get(params.id)), ...body });
      await retention.apply();
      return references;
    },
    async deleteDataset({ params: { id } }) {
      await datasets.delete(id);
      return [referenceTo(id)];
    },
  };
}

function referenceTo(id: string): string {
  return `@/dataSets/${id}`;
}

/** What the catalog adds to a dataset: a client that sends it back does not change it. */
const ADDED = [
  'id',
  'imsOrg',
  'sandboxId',
  'namespace',
  'state',
  'version',
  'created',
  'updated',
  'createdUser',
  'updatedUser',
  'classification',
  'files',
];

/** Throws RequestError for what is no dataset. */
function newDataset(content: Json): NewDataset {
  const read = datasetContent.safeParse(content);
  if (!read.success)
    throw new RequestError('request-invalid', read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const { name, schemaRef, ...rest } = read.data;
  requireDuration(rest);
  return { name, schema: schemaRef.id, body: Object.fromEntries(Object.entries(rest).filter(([key]) => !ADDED.includes(key))) };
}

const DURATION = /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$/;

function requireDuration(body: Json): void {
  const { extensions } = body as {
    readonly extensions?: { readonly adobe_lakeHouse?: { readonly rowExpiration?: { readonly ttlValue?: unknown } } };
  };
  const ttl = extensions?.adobe_lakeHouse?.rowExpiration?.ttlValue;
  if (ttl === undefined || ttl === null || (typeof ttl === 'string' && DURATION.test(ttl))) return;
  throw new RequestError('request-invalid', `ttlValue is ${JSON.stringify(ttl)}.`, {
    hint: 'Write it as an ISO 8601 duration in days or more, such as P30D.',
  });
}

function contentOf({ name, schema, body }: Dataset): Record<string, unknown> {
  return { ...body, name, schemaRef: { id: schema, contentType: SCHEMA_TYPE } };
}

function datasetView(dataset: Dataset, { registry, settings }: Rooms): Json {
  const schema = registry.state.resources.get(dataset.schema);
  const event = schema !== undefined && classOf(classOfSchema(registry.state, schema.body)?.id) === 'event';
  const { id, version, createdAt, updatedAt, createdBy } = dataset;
  return {
    id,
    ...contentOf(dataset),
    tags: { ...(dataset.body['tags'] as Json | undefined), ...tableTag(dataset.name) },
    version: `1.0.${version}`,
    imsOrg: ORGANISATION,
    sandboxId: settings.sandbox,
    namespace: 'ACP',
    state: 'ACTIVE',
    created: createdAt.getTime(),
    updated: updatedAt.getTime(),
    createdUser: createdBy,
    classification: { dataBehavior: event ? 'time-series' : 'record', managedBy: 'CUSTOMER' },
    files: `@/dataSetFiles?dataSetId=${id}`,
    profileEnabled: isProfileEnabled(dataset),
  };
}

/** What a query calls a dataset: clients read it of every one. */
function tableTag(name: string): Json {
  return { 'adobe/pqs/table': [name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_')] };
}

/** Data came in with their names; nobody described them. */
async function undescribed({ stores, datasets, settings }: Rooms): Promise<readonly Json[]> {
  const counted = await countByDataset(stores.clickhouse);
  return counted
    .filter(({ name }) => name !== '' && datasets.find(name) === undefined)
    .map(({ name, events, records }) => ({
      id: name,
      name,
      version: '1.0.0',
      imsOrg: ORGANISATION,
      sandboxId: settings.sandbox,
      namespace: 'ACP',
      state: 'ACTIVE',
      created: 0,
      updated: 0,
      tags: { unifiedProfile: ['enabled:true'], unifiedIdentity: ['enabled:true'], ...tableTag(name) },
      classification: { dataBehavior: events > records ? 'time-series' : 'record', managedBy: 'CUSTOMER' },
      profileEnabled: true,
    }));
}

function schemaOf(view: Json): unknown {
  return (view['schemaRef'] as Json | undefined)?.['id'];
}

function valueOf(view: Json, name: string): unknown {
  return name === 'schemaRef.id' ? schemaOf(view) : view[name];
}

function projected(view: Json, kept?: readonly string[]): { name: string; version: string } {
  const { id: _id, ...rest } = view;
  const shown = kept === undefined ? rest : Object.fromEntries(Object.entries(rest).filter(([key]) => kept.includes(key)));
  return { ...shown, name: String(view['name']), version: String(view['version']) };
}
