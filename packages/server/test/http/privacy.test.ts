/** Deleting and giving out what is known of people, over HTTP. */
import type { PrivacyOrderBody } from '@kindred/contract';
import { HTTP_API_SPEC, routes } from '@kindred/contract';
import { strFromU8, unzipSync } from 'fflate';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { importEnded, PEOPLE_MAPPING, PRIVACY_TAGS, refusal, routesTagged, startTestServer, writeEvents, writePeople } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);
const schema = { name: '_xdm.context.profile' } as const;

beforeAll(async () => {
  server = await startTestServer();
  await take(writePeople(server.folder), 'crm', PEOPLE_MAPPING);
  await take(writeEvents(server.folder), 'web');
});
afterAll(async () => {
  const missing = [...routesTagged((tag) => PRIVACY_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

async function take(path: string, dataset: string, mapping?: Record<string, unknown>): Promise<void> {
  const body = { path, dataset, ...(mapping !== undefined && { mapping }) };
  expect((await importEnded(server.client, await call(routes.startImport, { body }))).state).toBe('succeeded');
}

async function done(id: string): Promise<PrivacyOrderBody> {
  for (;;) {
    const order = await call(routes.getPrivacyOrder, { params: { id } });
    if (order.status === 'completed' || order.status === 'failed') return order;
    await sleep(20);
  }
}

const visit = (_id: string, id: string, more: object = {}): object => ({
  _id,
  timestamp: '2026-01-05T10:00:00Z',
  eventType: 'visit',
  identityMap: { CRMID: [{ id, primary: true }] },
  ...more,
});

async function sizeOf(pql: string): Promise<number> {
  return (await call(routes.estimatePql, { body: { pql } })).size ?? -1;
}

const isThere = async (namespace: string, id: string): Promise<boolean> => {
  const { status } = await fetch(
    `${server.url}/data/core/ups/access/entities?schema.name=_xdm.context.profile&entityIdNS=${namespace}&entityId=${encodeURIComponent(id)}`,
  );
  return status === 200;
};

describe('a person who is deleted', () => {
  let audience: string;
  let order: PrivacyOrderBody;
  let exported: number;
  let upload: string;

  beforeAll(async () => {
    const made = await call(routes.createAudience, { body: { name: 'Berliners', pql: 'homeAddress.city = "Berlin"' } });
    audience = made.id;
    await call(routes.evaluateAudience, { params: { id: audience } });
    const job = await call(routes.createExportJob, {
      body: { schema, filter: { segments: [{ segmentId: audience }] }, fields: 'person.name', destination: { datasetId: 'mine' } },
    });
    exported = job.id;
    while ((await call(routes.getExportJob, { params: { id: String(exported) } })).status !== 'SUCCEEDED') await sleep(20);
    const lines = [visit('u1', 'C1'), visit('u2', 'somebody else')].map((each) => JSON.stringify(each));
    await call(routes.upload, { params: { name: 'visits.jsonl' }, body: lines.join('\n') });
    upload = join(server.settings.dataFolder, 'uploads', 'visits.jsonl');
    const inlet = await openInlet();
    // Two letters; only one of them is about Anna.
    for (const id of ['C1', 'C2']) await send(inlet, visit(`bad ${id}`, id, { commerce: { order: { priceTotal: 'much' } } }));
    await send(inlet, visit('late', 'C1'));
    const deleted = await call(routes.deleteEntity, { query: { 'schema.name': schema.name, entityId: 'C1', entityIdNS: 'CRMID' } });
    order = await done(deleted.id);
  });

  it('is proven to be gone: what was removed, and that nothing is left', () => {
    expect(order).toMatchObject({
      status: 'completed',
      report: {
        profiles: 1,
        identities: 2,
        removed: { events: 4, profileRecords: 1, audiences: 1, deadLetters: 1, fileLines: 1, exports: [String(exported)] },
        left: { events: 0, profileRecords: 0, profiles: 0, identities: 0, graph: 0 },
      },
    });
    expect(order.report?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is nobody by any identity, and leaves the sizes at once', async () => {
    expect([await isThere('CRMID', 'C1'), await isThere('Email', 'anna@example.com'), await isThere('CRMID', 'C2')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await sizeOf('homeAddress.city = "Berlin"')).toBe(1);
    expect((await call(routes.getAudience, { params: { id: audience } })).size).toBe(1);
    expect((await call(routes.getStatus, {})).profiles).toBe(2);
  });

  it('is in no export, letter or uploaded file; the others still are', async () => {
    expect((await refusal(call(routes.getExportJob, { params: { id: String(exported) } }))).status).toBe(404);
    const { deadLetters } = await call(routes.listDeadLetters, { query: {} });
    expect(deadLetters).toMatchObject([{ document: { _id: 'bad C2' } }]);
    expect(readFileSync(upload, 'utf8')).toContain('somebody else');
    expect(readFileSync(upload, 'utf8')).not.toContain('C1');
  });

  it('does not come back by a restart, and is somebody new when new data comes', async () => {
    await server.restart();
    expect(await isThere('CRMID', 'C1')).toBe(false);
    const again = join(server.folder, 'again.jsonl');
    writeFileSync(again, JSON.stringify(visit('new', 'C1')));
    await take(again, 'web');
    expect(await sizeOf('xEvent[true].count() = 1')).toBe(1);
    expect((await call(routes.getStatus, {})).profiles).toBe(3);
  });

  async function openInlet(): Promise<string> {
    const auth = { specName: 'Streaming Connection', params: { sourceId: 'web', name: 'web' } };
    const spec = { id: HTTP_API_SPEC, version: '1.0' };
    const { id } = await call(routes.createFlowObject, {
      params: { kind: 'connections' },
      body: { name: 'web', connectionSpec: spec, auth },
    });
    const { items } = await call(routes.getFlowObject, { params: { kind: 'connections', id } });
    return (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params.inletId;
  }

  async function send(inletId: string, xdmEntity: object): Promise<void> {
    const schemaRef = { id: 'https://ns.adobe.com/xdm/context/experienceevent' };
    await call(routes.collect, {
      params: { inletId },
      body: { header: { schemaRef, imsOrgId: 'org', datasetId: 'web' }, body: { xdmMeta: { schemaRef }, xdmEntity } },
    });
  }
});

describe('work orders', () => {
  const body = {
    displayName: 'Leavers',
    action: 'delete_identity' as const,
    datasetId: 'ALL',
    namespacesIdentities: [{ namespace: { code: 'crmid' }, IDs: ['C3', 'nobody'] }],
  };

  it('take out what one dataset brought of somebody, who stays otherwise', async () => {
    const made = await call(routes.createWorkOrder, {
      body: { ...body, datasetId: 'web', namespacesIdentities: [{ namespace: { code: 'CRMID' }, IDs: ['C2'] }] },
    });
    expect(made).toMatchObject({ action: 'identity-delete', status: 'received', operationCount: 1, datasetName: 'web' });
    expect((await done(made.workorderId)).report).toMatchObject({ removed: { events: 2, profileRecords: 0 }, left: { events: 0 } });
    expect(await isThere('CRMID', 'C2')).toBe(true);
    expect(await sizeOf('homeAddress.city = "Basel"')).toBe(1);
  });

  it('delete people by their ids, known or not', async () => {
    const made = await call(routes.createWorkOrder, { body });
    expect(made.workorderId).toMatch(/^DI-/);
    await done(made.workorderId);
    const ended = await call(routes.getWorkOrder, { params: { id: made.workorderId } });
    expect(ended).toMatchObject({ status: 'completed', report: { profiles: 1, identities: 3 } });
    const params = { id: made.workorderId };
    expect(await call(routes.updateWorkOrder, { params, body: { displayName: 'Gone' } })).toMatchObject({ displayName: 'Gone' });
    expect(await call(routes.listWorkOrders, { query: {} })).toMatchObject({ total: 2, results: [{ displayName: 'Gone' }, {}] });
    expect(await isThere('CRMID', 'C3')).toBe(false);
  });

  it.each([
    [{ ...body, datasetId: 'nothing' }, 400, 'no dataset nothing'],
    [{ ...body, namespacesIdentities: [{ namespace: { code: 'Nothing' }, IDs: ['x'] }] }, 404, 'no identity namespace Nothing'],
    [{ ...body, namespacesIdentities: [] }, 400, 'namespacesIdentities'],
  ])('refuse what cannot be meant', async (wrong, status, message) => {
    const refused = await refusal(call(routes.createWorkOrder, { body: wrong }));
    expect(refused.status).toBe(status);
    expect(refused.message).toContain(message);
  });
});

it('a privacy job gives out what is known of somebody, then deletes it', async () => {
  const user = {
    key: 'ben',
    action: ['access', 'delete'] as const,
    userIDs: [{ namespace: 'Email', value: 'ben@example.com', type: 'standard' }],
  };
  const created = await call(routes.createPrivacyJobs, { body: { users: [{ ...user, action: [...user.action] }], regulation: 'gdpr' } });
  const id = created.jobs[0]?.jobId ?? '';
  await done(id);
  expect(await call(routes.getPrivacyJob, { params: { id } })).toMatchObject({
    status: 'complete',
    action: 'access,delete',
    userKey: 'ben',
  });
  const archive = await call(routes.downloadPrivacyJob, { params: { id } });
  const files = unzipSync(new Uint8Array(await archive.arrayBuffer()));
  const { people } = JSON.parse(strFromU8(files[`${id}.json`] ?? new Uint8Array())) as { people: { profile: object }[] };
  expect(people).toMatchObject([{ profile: { homeAddress: { city: 'Basel' } }, audiences: [] }]);
  expect(await isThere('CRMID', 'C2')).toBe(false);
  expect((await call(routes.listPrivacyJobs, { query: { status: 'complete' } })).totalRecords).toBe(1);
  expect((await call(routes.listPrivacyJobs, { query: { regulation: 'ccpa' } })).jobDetails).toEqual([]);
  expect(existsSync(join(server.settings.dataFolder, 'privacy', `${id}.json`))).toBe(true);
});

it('a system job deletes what a dataset brought', async () => {
  const job = await call(routes.createSystemJob, { body: { dataSetId: 'web' } });
  await done(job.id);
  const params = { id: job.id };
  const ended = await call(routes.getSystemJob, { params });
  expect(ended).toMatchObject({ jobType: 'DELETE', status: 'COMPLETED', dataSetId: 'web' });
  expect(JSON.parse(ended.metrics)).toMatchObject({ recordsProcessed: 1 });
  expect((await call(routes.listSystemJobs, { query: {} })).children).toHaveLength(1);
  expect(await sizeOf('xEvent[true]')).toBe(0);
  await call(routes.deleteSystemJob, { params });
  expect((await refusal(call(routes.getSystemJob, { params }))).code).toBe('privacy-order-not-found');
  expect((await refusal(call(routes.createSystemJob, { body: { dataSetId: 'web', batchId: 'B' } }))).code).toBe('not-supported');
  expect((await refusal(call(routes.downloadPrivacyJob, { params: { id: 'none' } }))).status).toBe(404);
});

it('an order that the end of the server comes before is carried out by the next one', async () => {
  const dan = join(server.folder, 'dan.jsonl');
  writeFileSync(dan, JSON.stringify(visit('dan', 'C9')));
  await take(dan, 'web');
  const { id } = await call(routes.deleteEntity, { query: { entityId: 'C9', entityIdNS: 'CRMID' } });
  await server.restart();
  expect(await done(id)).toMatchObject({ status: 'completed', report: { profiles: 1, left: { events: 0, graph: 0 } } });
  expect(await isThere('CRMID', 'C9')).toBe(false);
});

it('everything that was asked for is in one list', async () => {
  const { orders, total } = await call(routes.listPrivacyOrders, { query: {} });
  expect(total).toBe(5);
  expect(orders.map(({ kind }) => kind)).toEqual(['entity', 'privacy', 'workorder', 'workorder', 'entity']);
});
