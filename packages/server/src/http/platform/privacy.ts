/** `/data/core/ups/system/jobs`, `/data/core/hygiene/workorder`, `/data/core/privacy/jobs` and the deletion of an entity. */
import type { PrivacyJobBody, PrivacyOrderBody, SystemJobBody, WorkOrderBody } from '@kindred/contract';
import { strToU8, zipSync } from 'fflate';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Order, OrderReport, OrderRequest } from '../../governance/index.ts';
import { identityOfXid } from '../../identity/index.ts';
import type { Identity } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { datasetIsKnown } from './datasets.ts';
import { ORGANISATION } from './views.ts';

type SystemRoutes = 'deleteEntity' | 'createSystemJob' | 'listSystemJobs' | 'getSystemJob' | 'deleteSystemJob';
type WorkRoutes = 'createWorkOrder' | 'listWorkOrders' | 'getWorkOrder' | 'updateWorkOrder';
type OwnRoutes = 'listPrivacyOrders' | 'getPrivacyOrder';
type PrivacyRoutes = 'createPrivacyJobs' | 'listPrivacyJobs' | 'getPrivacyJob' | 'downloadPrivacyJob';

/** Identities in a work order. */
const MOST_IDS = 100_000;
const NOBODY: OrderRequest = { identities: [], dataset: null, access: false, erase: true, documented: {} };

export function privacyHandlers(rooms: Rooms): Handlers<SystemRoutes | WorkRoutes | PrivacyRoutes | OwnRoutes> {
  return { ...orderHandlers(rooms), ...systemHandlers(rooms), ...workOrderHandlers(rooms), ...privacyJobHandlers(rooms) };
}

function orderHandlers({ privacy }: Rooms): Handlers<OwnRoutes> {
  return {
    async listPrivacyOrders({ query: { start, limit } }) {
      return { orders: (await privacy.list(null, { start, limit })).map(orderOf), total: await privacy.count(null) };
    },
    getPrivacyOrder: async ({ params }) => orderOf(await privacy.get(null, params.id)),
  };
}

function systemHandlers(rooms: Rooms): Handlers<SystemRoutes> {
  const { privacy } = rooms;
  return {
    async deleteEntity({ query: { entityId, entityIdNS }, request, reply }) {
      reply.code(202);
      const identities = [namedIdentity(rooms, entityId, entityIdNS)];
      const { id, status } = await privacy.create('entity', { ...NOBODY, identities }, request.caller.name);
      return { id, status };
    },
    async createSystemJob({ body: { dataSetId, datasetId, batchId }, request }) {
      if (batchId !== undefined)
        throw new RequestError('not-supported', 'One batch alone is not deleted here.', {
          hint: 'Take it away with POST /data/foundation/import/batches/{id}?action=REVERT.',
        });
      const dataset = await requireDataset(rooms, dataSetId ?? datasetId);
      return systemJobOf(await privacy.create('system', { ...NOBODY, dataset }, request.caller.name));
    },
    async listSystemJobs({ query: { start, page, limit } }) {
      const from = page === undefined ? start : page * limit;
      const found = await privacy.list('system', { start: from, limit });
      const isLast = from + found.length >= (await privacy.count('system'));
      const next = isLast ? '' : `start=${from + limit}&limit=${limit}`;
      return { _page: { count: found.length, next }, children: found.map(systemJobOf) };
    },
    getSystemJob: async ({ params }) => systemJobOf(await privacy.get('system', params.id)),
    async deleteSystemJob({ params: { id } }) {
      await privacy.delete('system', id);
      return { id };
    },
  };
}

function workOrderHandlers(rooms: Rooms): Handlers<WorkRoutes> {
  const { privacy } = rooms;
  const view = (order: Order): WorkOrderBody => workOrderOf(rooms, order);
  return {
    async createWorkOrder({ body, request, reply }) {
      const identities = body.namespacesIdentities.flatMap(({ namespace, IDs }) => IDs.map((id) => identityOf(rooms, namespace.code, id)));
      if (identities.length > MOST_IDS)
        throw new RequestError('request-invalid', `${identities.length} ids are too many for one work order; it takes ${MOST_IDS}.`, {
          hint: 'Make several of them.',
        });
      const dataset = body.datasetId.toUpperCase() === 'ALL' ? null : await requireDataset(rooms, body.datasetId);
      const { displayName, description } = body;
      reply.code(201);
      return view(
        await privacy.create(
          'workorder',
          { ...NOBODY, identities, dataset, documented: { displayName, description } },
          request.caller.name,
        ),
      );
    },
    async listWorkOrders({ query: { page, limit } }) {
      const results = await privacy.list('workorder', { start: page * limit, limit });
      return { results: results.map(view), total: await privacy.count('workorder'), count: results.length };
    },
    getWorkOrder: async ({ params }) => view(await privacy.get('workorder', params.id)),
    async updateWorkOrder({ params: { id }, body: { name, displayName = name, description } }) {
      const changed = { ...(displayName !== undefined && { displayName }), ...(description !== undefined && { description }) };
      return view(await privacy.describe('workorder', id, changed));
    },
  };
}

function privacyJobHandlers(rooms: Rooms): Handlers<PrivacyRoutes> {
  const { privacy } = rooms;
  return {
    async createPrivacyJobs({ body: { users, regulation }, request, reply }) {
      // Everything is looked at before the first job begins.
      const people = users.map((user) => ({
        user,
        identities: user.userIDs.map(({ namespace, value }) => identityOf(rooms, namespace, value)),
      }));
      const requestId = randomUUID();
      const jobs: { readonly jobId: string; readonly customer: { readonly user: (typeof users)[number] } }[] = [];
      for (const { user, identities } of people) {
        const asked = { access: user.action.includes('access'), erase: user.action.includes('delete') };
        const documented = { userKey: user.key, requestId, regulation };
        const { id } = await privacy.create('privacy', { ...NOBODY, ...asked, identities, documented }, request.caller.name);
        jobs.push({ jobId: id, customer: { user } });
      }
      reply.code(202);
      return { requestId, requestStatus: 1 as const, totalRecords: jobs.length, jobs };
    },
    async listPrivacyJobs({ query: { regulation = '*', status, page, size } }) {
      const all = (await privacy.list('privacy', { start: 0, limit: await privacy.count('privacy') })).map(privacyJobOf);
      const found = all.filter((job) => (regulation === '*' || job.regulation === regulation) && (status ?? job.status) === job.status);
      const jobDetails = found.slice(page * size, (page + 1) * size);
      return { jobDetails, totalRecords: found.length, page: { size, number: page } };
    },
    getPrivacyJob: async ({ params }) => privacyJobOf(await privacy.get('privacy', params.id)),
    async downloadPrivacyJob({ params: { id }, reply }) {
      const archive = zipSync({ [`${id}.json`]: strToU8((await privacy.content(id)).toString()) });
      reply.headers({ 'content-disposition': `attachment; filename="${id}.zip"` });
      return Readable.from([Buffer.from(archive)]);
    },
  };
}

/** A known namespace, or one that a mapping declared. Throws RequestError. */
function identityOf({ namespaces, tables }: Rooms, code: string, id: string): Identity {
  const found = namespaces().find(code);
  const identity = { namespace: found?.code ?? code, id };
  if (found !== undefined || tables.identities.find(identity) !== undefined) return identity;
  throw new RequestError('namespace-unknown', `There is no identity namespace ${code}.`, {
    hint: 'List the namespaces with GET /data/core/idnamespace/identities.',
  });
}

function namedIdentity(rooms: Rooms, id: string, namespace: string | undefined): Identity {
  if (namespace !== undefined) return identityOf(rooms, namespace, id);
  const identity = identityOfXid(id);
  if (identity !== null) return identity;
  throw new RequestError('request-invalid', 'entityId is no XID, so it needs its namespace.', { hint: 'Send entityIdNS, such as Email.' });
}

/** Throws RequestError. */
async function requireDataset({ datasets, stores }: Rooms, id: string | undefined): Promise<string> {
  if (id === undefined)
    throw new RequestError('request-invalid', 'dataSetId is missing.', {
      hint: 'List the datasets with GET /data/foundation/catalog/dataSets.',
    });
  if (datasets.list().some((dataset) => dataset.id === id) || (await datasetIsKnown(stores.clickhouse, id))) return id;
  throw new RequestError('dataset-unknown', `There is no dataset ${id}.`, {
    hint: 'List the datasets with GET /data/foundation/catalog/dataSets.',
  });
}

function orderOf({ id, kind, status, request, report, createdAt, updatedAt, createdBy }: Order): PrivacyOrderBody {
  const { identities, dataset, access, erase } = request;
  return {
    id,
    kind,
    status,
    identities: identities.map(({ namespace, id: value }) => ({ namespace, id: value })),
    dataset,
    access,
    erase,
    report,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    createdBy,
  };
}

const recordsOf = (report: OrderReport | null): number =>
  ['events', 'profileRecords'].reduce((total, key) => total + Number(report?.removed[key] ?? 0), 0);

function systemJobOf({ id, status, request, report, createdAt, updatedAt }: Order): SystemJobBody {
  const timeTakenInSec = Math.round((updatedAt.getTime() - createdAt.getTime()) / 1000);
  return {
    id,
    imsOrgId: ORGANISATION,
    dataSetId: request.dataset ?? '',
    jobType: 'DELETE',
    status: ({ received: 'NEW', processing: 'PROCESSING', completed: 'COMPLETED', failed: 'ERROR' } as const)[status],
    metrics: JSON.stringify({ recordsProcessed: recordsOf(report), timeTakenInSec }),
    createEpoch: Math.floor(createdAt.getTime() / 1000),
    updateEpoch: Math.floor(updatedAt.getTime() / 1000),
  };
}

const SERVICES = ['profile', 'identity', 'datalake'];

function workOrderOf({ datasets }: Rooms, order: Order): WorkOrderBody {
  const { id, status, request, report, createdAt, updatedAt, createdBy } = order;
  const { displayName, description } = request.documented as { readonly displayName: string; readonly description: string };
  const dataset = datasets.list().find((each) => each.id === request.dataset);
  const [created, updated] = [createdAt.toISOString(), updatedAt.toISOString()];
  return {
    workorderId: id,
    orgId: ORGANISATION,
    bundleId: id.replace(/^DI-/, 'BN-'),
    action: 'identity-delete',
    createdAt: created,
    updatedAt: updated,
    operationCount: request.identities.length,
    targetServices: SERVICES,
    status,
    createdBy,
    datasetId: request.dataset ?? 'ALL',
    datasetName: request.dataset === null ? 'ALL' : (dataset?.name ?? request.dataset),
    displayName,
    description,
    productStatusDetails: SERVICES.map((productName) => ({ productName, productStatus: status, createdAt: updated })),
    report,
  };
}

function privacyJobOf({ id, status, request, report, createdAt, updatedAt, createdBy }: Order): PrivacyJobBody {
  const { userKey, requestId, regulation } = request.documented as Pick<PrivacyJobBody, 'userKey' | 'requestId' | 'regulation'>;
  const shown = ({ received: 'submitted', processing: 'processing', completed: 'complete', failed: 'error' } as const)[status];
  const action = [...(request.access ? ['access'] : []), ...(request.erase ? ['delete'] : [])].join(',') as PrivacyJobBody['action'];
  return {
    jobId: id,
    requestId,
    userKey,
    action,
    status: shown,
    submittedBy: createdBy,
    createdDate: createdAt.toISOString(),
    lastModifiedDate: updatedAt.toISOString(),
    userIds: request.identities.map(({ namespace, id: value }) => ({ namespace, value })),
    productResponses: ['profileService', 'identity', 'aepDataLake'].map((product) => ({
      product,
      productStatusResponse: { status: shown },
    })),
    ...(request.access && shown === 'complete' && { downloadUrl: `/data/core/privacy/jobs/${id}/content` }),
    regulation,
    report,
  };
}
