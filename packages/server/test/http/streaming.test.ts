import { Analytics } from '@segment/analytics-node';
import { ApiError, HTTP_API_SPEC, routes } from '@kindred/contract';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { STREAMING_TAGS, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

const ORG = 'ABC@AdobeOrg';
const NOW = new Date().toISOString();

async function newInlet(params: object = {}): Promise<{ readonly id: string; readonly inletId: string; readonly inletUrl: string }> {
  const auth = { specName: 'Streaming Connection', params: { sourceId: 'web', name: 'web', ...params } };
  const body = { name: 'web', connectionSpec: { id: HTTP_API_SPEC, version: '1.0' }, auth };
  const { id } = await server.client.call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await server.client.call(routes.getFlowObject, { params: { kind: 'connections', id } });
  const shown = (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string; readonly inletUrl: string } } })
    .auth.params;
  return { id, ...shown };
}

function message(id: string, fields: object = {}, header: object = {}): { header: Record<string, unknown>; body: object } {
  const schemaRef = { id: 'https://ns.adobe.com/acme/schemas/1', contentType: 'application/vnd.adobe.xed-full+json;version=1' };
  const xdmEntity = { _id: id, timestamp: NOW, eventType: 'web.webpagedetails.pageViews', identityMap: who('S1'), ...fields };
  return { header: { schemaRef, imsOrgId: ORG, datasetId: 'web', ...header }, body: { xdmMeta: { schemaRef }, xdmEntity } };
}

function who(id: string): object {
  return { CRMID: [{ id, primary: true }] };
}

/** Waits until the log is in the tables. */
async function stored(): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    if (/kindred_stream_lag_records 0\n/.test(metrics)) return;
    await sleep(20);
  }
}

interface Shown {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** A profile with its events, as the API shows them. */
async function profile(namespace: string, id: string): Promise<Shown> {
  await stored();
  const body = await server.client.call(routes.getProfile, { params: { namespace, id } });
  const { events } = await server.client.call(routes.listEvents, { params: { namespace, id } });
  return { attributes: body.attributes, events: events.map(({ id: _id, fields, ...keys }) => ({ _id, ...keys, ...fields })) };
}

function idsOf(events: Shown['events']): readonly string[] {
  return events.map((event) => String(event['_id'])).toSorted((one, other) => one.localeCompare(other));
}

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const text = typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? null : JSON.parse(answer), headers: response.headers };
}

describe('an inlet', () => {
  it('takes a message and acknowledges it; the event is in the profile', async () => {
    const { inletId, inletUrl } = await newInlet();
    expect(inletUrl).toBe(`${server.url}/collection/${inletId}`);
    const answer = await server.client.call(routes.collect, { params: { inletId }, body: message('m1') });
    expect(answer).toMatchObject({ inletId, xactionId: expect.stringMatching(/^\d+:\d+$/), syncValidation: { skipped: true } });
    expect((await profile('CRMID', 'S1')).events.map((event) => event['_id'])).toContain('m1');
  });

  it('checks a message at once when asked to, and says what is wrong in the documented form', async () => {
    const { inletId } = await newInlet();
    const good = await post(`/collection/${inletId}?syncValidation=true`, message('m2'));
    expect(good).toMatchObject({ status: 200, body: { syncValidation: { status: 'pass' } } });
    const bad = await post(
      `/collection/${inletId}?synchronousValidation=true`,
      message('m3', { commerce: { order: { priceTotal: 'x' } }, wep: {} }),
    );
    expect(bad).toMatchObject({
      status: 400,
      body: {
        type: 'http://ns.adobe.com/adobecloud/problem/data-collection-service/inlet',
        status: 400,
        title: 'Invalid XDM Message Format',
        report: {
          message: `inletId: [${inletId}] imsOrgId: [${ORG}] Message is invalid`,
          cause: {
            _streamingValidation: [
              {
                pointerToViolation: '#',
                message: '2 schema violations found',
                causingExceptions: [
                  { pointerToViolation: '#/commerce/order/priceTotal', keyword: 'type', message: 'expected a number, found "x"' },
                  { pointerToViolation: '#/wep', keyword: 'additionalProperties' },
                ],
              },
            ],
          },
        },
      },
    });
  });

  it('answers each of many messages in their order', async () => {
    const { inletId } = await newInlet();
    const messages = [
      message('b1'),
      message('b2', {}, { imsOrgId: undefined }),
      { header: message('x').header, body: {} },
      message('b3'),
      message('b4', { timestamp: 'x' }),
    ];
    const answer = await post(`/collection/batch/${inletId}`, { messages });
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({
      inletId,
      responses: [
        { xactionId: expect.any(String) },
        { statusCode: 400, message: `inletId: [${inletId}] imsOrgId: [] Message has an absent or wrong ims org in the header` },
        { statusCode: 400, message: expect.stringContaining('Message has unknown xdm format') },
        { xactionId: expect.any(String) },
        { statusCode: 400, message: expect.stringContaining('timestamp: expected a time with zone') },
      ],
    });
    const ids = (await profile('CRMID', 'S1')).events.map((event) => event['_id']);
    expect(ids).toEqual(expect.arrayContaining(['b1', 'b3']));
    expect(ids).not.toContain('b4');
    await server.client.call(routes.collectBatch, { params: { inletId }, body: { messages: [message('b1')] } });
  });

  it('patches a profile record: what is not told stays', async () => {
    const { inletId } = await newInlet();
    const upsert = (body: object) =>
      post(`/collection/${inletId}`, { header: { imsOrgId: ORG, datasetId: 'crm', operations: { data: 'merge' } }, body });
    const at = (time: string) => ({ extSourceSystemAudit: { lastUpdatedDate: time } });
    await upsert({ identityMap: who('U1'), person: { name: { firstName: 'Una', lastName: 'Old' } }, ...at('2026-01-01T00:00:00Z') });
    expect((await upsert({ identityMap: who('U1'), person: { name: { lastName: 'New' } }, ...at('2026-01-02T00:00:00Z') })).status).toBe(
      200,
    );
    expect((await profile('CRMID', 'U1')).attributes).toMatchObject({ person: { name: { firstName: 'Una', lastName: 'New' } } });
  });

  it('deletes what a dataset says of somebody, and no more', async () => {
    const { inletId } = await newInlet();
    const send = (data: string, datasetId: string, body: object) =>
      post(`/collection/${inletId}`, { header: { imsOrgId: ORG, datasetId, operations: { data } }, body });
    const city = (name: string): object => ({ identityMap: who('DEL1'), homeAddress: { city: name } });
    await send('create', 'crm', city('Berlin'));
    await send('create', 'shop', { identityMap: who('DEL1'), person: { name: { firstName: 'Dora' } } });
    await post(`/collection/${inletId}`, message('del1', { identityMap: who('DEL1') }, { datasetId: 'crm' }));
    await stored();
    expect((await send('delete', 'crm', { identityMap: who('DEL1') })).status).toBe(200);
    await stored();
    const left = await profile('CRMID', 'DEL1');
    expect(left.attributes).not.toHaveProperty('homeAddress');
    expect(left.attributes).toMatchObject({ person: { name: { firstName: 'Dora' } } });
    expect(left.events).toHaveLength(1);
    // Told at once, it counts in the order in which it was told.
    const operation = (data: string, body: object) => ({ header: { imsOrgId: ORG, datasetId: 'crm', operations: { data } }, body });
    const messages = [
      operation('create', city('Rom')),
      operation('delete', { identityMap: who('DEL1') }),
      operation('merge', city('Bonn')),
    ];
    await server.client.call(routes.collectBatch, { params: { inletId }, body: { messages } });
    await stored();
    expect((await profile('CRMID', 'DEL1')).attributes).toMatchObject({ homeAddress: { city: 'Bonn' } });
    // Nobody to delete is nothing to do; a record that says nobody is wrong.
    expect((await send('delete', 'crm', { identityMap: who('DEL9') })).status).toBe(200);
    expect((await send('delete', 'crm', { identityMap: {} })).status).toBe(400);
    expect((await send('purge', 'crm', { identityMap: who('DEL1') })).status).toBe(400);
  });

  it('takes the dataset from the flow when the message does not say it', async () => {
    const { inletId } = await newInlet();
    const create = async (kind: 'sourceConnections' | 'targetConnections' | 'flows', body: object) =>
      await server.client.call(routes.createFlowObject, { params: { kind }, body: { name: kind, ...body } });
    const source = await create('sourceConnections', {});
    const target = await create('targetConnections', { params: { dataSetId: 'from the flow' } });
    const flow = await create('flows', { sourceConnectionIds: [source.id], targetConnectionIds: [target.id] });
    const sent = message('f1', { identityMap: who('F1') }, { datasetId: undefined });
    expect((await post(`/collection/${inletId}`, sent)).status).toBe(400);
    expect((await post(`/collection/${inletId}?x-adobe-flow-id=${flow.id}`, sent)).status).toBe(200);
    await stored();
    const { datasets } = await server.client.call(routes.getStatus);
    expect(datasets.map(({ name }) => name)).toContain('from the flow');
    const listed = await server.client.call(routes.listFlowObjects, { params: { kind: 'flows' }, query: { property: 'name==flows' } });
    expect(listed).toMatchObject({ items: [{ id: flow.id, targetConnectionIds: [target.id] }], _links: {} });

    const params = { kind: 'targetConnections', id: target.id } as const;
    const body = [{ op: 'replace', path: '/params/dataSetId', value: 'patched' }] as const;
    const { etag } = await server.client.call(routes.updateFlowObject, { params, body: [...body] });
    expect((await server.client.call(routes.getFlowObject, { params })).items).toMatchObject([{ etag, params: { dataSetId: 'patched' } }]);
    const patch = { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'if-match': target.etag } };
    const stale = await fetch(`${server.url}/data/foundation/flowservice/targetConnections/${target.id}`, patch);
    expect([stale.status, await stale.text()]).toEqual([412, expect.stringContaining('flow-object-changed')]);
    const nameless = server.client.call(routes.updateFlowObject, { params, body: [{ op: 'remove', path: '/name' }] });
    expect((await refusal(nameless)).message).toContain('/name');
    const { items } = await server.client.call(routes.listConnectionSpecs, {});
    const id = items.find(({ name }) => name === 'datalake')?.id ?? '';
    expect((await server.client.call(routes.getConnectionSpec, { params: { id } })).items).toMatchObject([{ name: 'datalake' }]);
  });

  it('maps raw messages by the mapping set of the flow', async () => {
    const { inletId } = await newInlet({ dataType: 'raw' });
    const mappings = [
      { sourceType: 'ATTRIBUTE', source: 'order.no', destination: '_id' },
      { sourceType: 'EXPRESSION', source: 'date(order.at)', destination: 'timestamp' },
      { sourceType: 'EXPRESSION', source: '"commerce.purchases"', destination: 'eventType' },
      { sourceType: 'ATTRIBUTE', source: 'customer', destination: 'identityMap.CRMID[0].id' },
      { sourceType: 'EXPRESSION', source: 'true', destination: 'identityMap.CRMID[0].primary' },
      { sourceType: 'EXPRESSION', source: 'to_decimal(order.total)', destination: 'commerce.order.priceTotal' },
    ];
    const { id: mappingId } = await server.client.call(routes.createMappingSet, { body: { mappings } });
    const create = async (kind: 'sourceConnections' | 'targetConnections' | 'flows', body: object) =>
      await server.client.call(routes.createFlowObject, { params: { kind }, body: { name: `raw ${kind}`, ...body } });
    const source = await create('sourceConnections', {});
    const target = await create('targetConnections', { params: { dataSetId: 'raw orders' } });
    const flow = { sourceConnectionIds: [source.id], targetConnectionIds: [target.id] };
    const mapped = (id: string): object => ({
      ...flow,
      transformations: [{ name: 'Mapping', params: { mappingId: id, mappingVersion: 0 } }],
    });
    const { id: flowId } = await create('flows', mapped(mappingId));
    const raw = (no: string, total: unknown = '12.5'): object => ({
      header: { imsOrgId: ORG, flowId },
      body: { order: { no, at: '2026-11-20T10:00:00Z', total }, customer: 'RAW1' },
    });
    expect((await post(`/collection/${inletId}?syncValidation=true`, raw('r1'))).status).toBe(200);
    const many = await server.client.call(routes.collectBatch, { params: { inletId }, body: { messages: [raw('r2'), raw('r3', 'much')] } });
    expect(many).toMatchObject({
      responses: [{}, { statusCode: 400, message: expect.stringContaining('commerce.order.priceTotal') }],
    });
    const { events } = await profile('CRMID', 'RAW1');
    expect(events).toMatchObject([
      { _id: 'r2', eventType: 'commerce.purchases', commerce: { order: { priceTotal: 12.5 } } },
      { _id: 'r1', timestamp: '2026-11-20T10:00:00.000Z' },
    ]);
    // Another version of the mapping counts from the next message on.
    await server.client.call(routes.replaceMappingSet, {
      params: { id: mappingId },
      body: { mappings: mappings.map((row) => (row.destination === 'eventType' ? { ...row, source: '"order.made"' } : row)) },
    });
    expect((await post(`/collection/${inletId}`, raw('r4'))).status).toBe(200);
    expect((await profile('CRMID', 'RAW1')).events.find(({ _id: id }) => id === 'r4')).toMatchObject({ eventType: 'order.made' });
    const bare = { header: { imsOrgId: ORG, datasetId: 'raw orders' }, body: {} };
    expect(await post(`/collection/${inletId}`, bare)).toMatchObject({
      status: 400,
      body: { report: { message: expect.stringContaining('no flow with a mapping') } },
    });
    await expect(create('flows', mapped('none'))).rejects.toMatchObject({ status: 404 });
  });

  it('asks for a key when it was made so, and takes nothing once it is deleted', async () => {
    const { id, inletId } = await newInlet({ authenticationRequired: true });
    expect((await post(`/collection/${inletId}`, message('k1'))).status).toBe(401);
    expect((await post(`/collection/${inletId}`, message('k1'), { authorization: 'Bearer kindred-local-dev' })).status).toBe(200);
    await server.client.call(routes.deleteFlowObject, { params: { kind: 'connections', id } });
    expect((await post(`/collection/${inletId}`, message('k2'), { authorization: 'Bearer kindred-local-dev' })).status).toBe(404);
  });

  it('says what is not supported', async () => {
    const other = {
      name: 's3',
      connectionSpec: { id: 'ecadc60c-7455-4d87-84dc-2a0e293d997b', version: '1.0' },
      auth: { specName: 'Access Key', params: {} },
    };
    const refused = server.client.call(routes.createFlowObject, { params: { kind: 'connections' }, body: other });
    await expect(refused).rejects.toBeInstanceOf(ApiError);
  });
});

describe('a way in', () => {
  it('refuses what is no JSON, what is empty, and what is too large, before it reads it', async () => {
    const { inletId } = await newInlet();
    expect(await post(`/collection/${inletId}`, '{"header":')).toMatchObject({
      status: 400,
      body: { errors: { 400: [{ code: 'json-malformed' }] } },
    });
    expect(await post(`/collection/${inletId}`, '')).toMatchObject({ status: 400 });
    expect(await post(`/collection/${inletId}`, 'x'.repeat(1_048_577))).toMatchObject({ status: 413 });
    expect(await declare(`/collection/${inletId}`, 1_000_000_000)).toBe(413);
  });

  it('refuses a small body that unpacks to a large one', async () => {
    const { inletId } = await newInlet();
    const packed = gzipSync(Buffer.alloc(50_000_000, 32));
    expect(await post(`/collection/${inletId}`, packed, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    expect((await post(`/collection/${inletId}`, gzipSync(JSON.stringify(message('z1'))), { 'content-encoding': 'gzip' })).status).toBe(
      200,
    );
    expect(await post(`/collection/${inletId}`, 'no gzip', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
  });

  it('lets go of a client that does not send its body', async () => {
    const { inletId } = await newInlet();
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /collection/${inletId} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    const ended = Promise.withResolvers<boolean>();
    socket.on('close', () => ended.resolve(true));
    socket.on('error', () => undefined);
    socket.resume();
    expect(await ended.promise).toBe(true);
  });

  it('lets pages of other sites call', async () => {
    const { inletId } = await newInlet();
    const origin = 'https://shop.example.com';
    const asked = await fetch(`${server.url}/collection/${inletId}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-headers': 'content-type' },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type');
    const sent = await post(`/collection/${inletId}`, JSON.stringify(message('c1')), {
      origin,
      'content-type': 'text/plain; charset=UTF-8',
    });
    expect(sent.status).toBe(200);
    expect(sent.headers.get('access-control-allow-origin')).toBe(origin);
    expect((await fetch(`${server.url}/api/status`, { headers: { origin } })).status).toBe(403);
  });
});

/** Sends the head of a request that announces so many bytes, and none of them; gives the status. */
async function declare(path: string, bytes: number): Promise<number> {
  const answer = Promise.withResolvers<number>();
  const sent = httpRequest(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': bytes },
  });
  sent.on('response', (response) => (answer.resolve(response.statusCode ?? 0), sent.destroy()));
  sent.on('error', () => undefined);
  sent.flushHeaders();
  return await answer.promise;
}

describe('tracking', () => {
  it('takes what the real library sends: people, events, orders, pages, groups, aliases', async () => {
    const { key } = await server.client.call(routes.createWriteKey, { body: { name: 'Shop' } });
    const analytics = new Analytics({ writeKey: key, host: server.url, maxEventsInBatch: 20 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    analytics.identify({
      userId: 'T1',
      anonymousId: 'anon-1',
      traits: { firstName: 'Tia', email: 'tia@example.com', plan: 'pro', age: 41 },
    });
    analytics.page({
      userId: 'T1',
      name: 'Home',
      category: 'Shop',
      properties: { url: 'https://shop.example.com/', referrer: 'https://example.org/' },
    });
    analytics.track({
      userId: 'T1',
      event: 'Signed Up',
      properties: { source: 'ad', score: 7 },
      context: { ip: '198.51.100.7', locale: 'de-DE', os: { name: 'iOS', version: '19' } },
    });
    const products = [{ product_id: 'p1', sku: 'SHOE-1', name: 'Shoe', price: 59.5, quantity: 2, category: 'Shoes' }];
    analytics.track({
      userId: 'T1',
      event: 'Order Completed',
      properties: { order_id: 'O1', total: 119, tax: 19, currency: 'EUR', products },
    });
    analytics.screen({ anonymousId: 'anon-1', name: 'Cart' });
    analytics.group({ userId: 'T1', groupId: 'G1', traits: { name: 'Acme', employees: 12 } });
    analytics.alias({ userId: 'T1', previousId: 'anon-0' });
    await analytics.closeAndFlush();
    expect(failures).toEqual([]);
    const { attributes, events } = await profile('CRMID', 'T1');
    expect((await server.client.call(routes.listDeadLetters, { query: { source: 'tracking:Shop' } })).deadLetters).toEqual([]);
    expect(attributes).toMatchObject({
      person: { name: { firstName: 'Tia' } },
      personalEmail: { address: 'tia@example.com' },
      _kindred: {
        tracking: {
          traits: { plan: 'pro', age: '41' },
          traitNumbers: { age: 41 },
          groups: { G1: { name: 'Acme', traitNumbers: { employees: 12 } } },
        },
      },
    });
    expect(Object.fromEntries(events.map((event) => [event['eventType'], event]))).toMatchObject({
      'web.webpagedetails.pageViews': {
        web: {
          webPageDetails: { name: 'Home', siteSection: 'Shop', pageViews: { value: 1 } },
          webReferrer: { URL: 'https://example.org/' },
        },
      },
      track: {
        environment: { ipV4: '198.51.100.7', operatingSystem: 'iOS', _dc: { language: 'de-DE' } },
        _kindred: { tracking: { event: 'Signed Up', properties: { source: 'ad', score: '7' }, numbers: { score: 7 } } },
      },
      'commerce.purchases': {
        commerce: { purchases: { value: 1 }, order: { purchaseID: 'O1', priceTotal: 119, taxAmount: 19, currencyCode: 'EUR' } },
        productListItems: [{ SKU: 'SHOE-1', name: 'Shoe', quantity: 2, priceTotal: 119, productCategories: [{ categoryName: 'Shoes' }] }],
      },
    });
    const { matches } = await server.client
      .call(routes.checkPql, { body: { pql: '_kindred.tracking.traits.get("plan") = "pro"' } })
      .then((check) => ({ matches: check }));
    expect(matches).toMatchObject({ problems: [] });
  });

  it('answers every single call, with the key in the body, once for each message id', async () => {
    const { key: writeKey } = await server.client.call(routes.createWriteKey, { body: { name: 'Single', dataset: 'singles' } });
    const common = { writeKey, userId: 'T2', messageId: 'one', timestamp: '2026-11-01T10:00:00Z' };
    const { trackIdentify, trackEvent, trackPage, trackScreen, trackGroup, trackAlias, trackBatch, trackImport } = routes;
    const calls = [
      server.client.call(trackEvent, { body: { ...common, event: 'E' } }),
      server.client.call(trackEvent, { body: { ...common, event: 'E' } }),
      server.client.call(trackIdentify, { body: { ...common, traits: {} } }),
      server.client.call(trackPage, { body: { ...common, messageId: 'two' } }),
      server.client.call(trackScreen, { body: { ...common, messageId: 'three' } }),
      server.client.call(trackGroup, { body: { ...common, groupId: 'g' } }),
      server.client.call(trackAlias, { body: { ...common, previousId: 'anon-2' } }),
      server.client.call(trackBatch, { body: { writeKey, batch: [{ type: 'track', userId: 'T2', event: 'E', messageId: 'four' }] } }),
      server.client.call(trackImport, { body: { writeKey, batch: [{ type: 'track', userId: 'T2', event: 'E', messageId: 'four' }] } }),
    ];
    for (const answer of await Promise.all(calls)) expect(answer).toEqual({ success: true });
    // As Segment's library for browsers asks: by the first letter, with a media type that needs no question before.
    const sent = { writeKey, type: 'track', userId: 'T2', event: 'E', messageId: 'zero' };
    const letters = [post('/v1/t', sent, { 'content-type': 'text/plain' }), post('/v1/b?x=1', { writeKey, batch: [sent] })];
    for (const { status } of await Promise.all(letters)) expect(status).toBe(200);
    expect(idsOf((await profile('CRMID', 'T2')).events)).toEqual(['four', 'one', 'three', 'two', 'zero']);
  });

  it('refuses unknown and revoked keys, and what is no batch', async () => {
    const { key } = await server.client.call(routes.createWriteKey, { body: { name: 'Gone' } });
    const basic = (value: string) => ({ authorization: `Basic ${Buffer.from(`${value}:`).toString('base64')}` });
    expect((await post('/v1/track', { userId: 'T3', event: 'E' }, basic(key))).status).toBe(200);
    expect(await post('/v1/batch', { batch: [] }, basic(key))).toMatchObject({ status: 400 });
    expect(await post('/v1/batch', { batch: [{ type: 'sing' }] }, basic(key))).toMatchObject({ status: 400 });
    await server.client.call(routes.revokeWriteKey, { params: { key } });
    expect(await post('/v1/track', { userId: 'T3', event: 'E' }, basic(key))).toMatchObject({ status: 401 });
    expect(await post('/v1/track', { userId: 'T3', event: 'E' })).toMatchObject({ status: 401 });
    const { writeKeys } = await server.client.call(routes.listWriteKeys);
    expect(writeKeys.find((each) => each.key === key)).toMatchObject({ name: 'Gone', dataset: 'Gone', revokedAt: expect.any(String) });
  });
});

describe('the edge', () => {
  const body = (fields: object = {}) => ({
    query: { identity: { fetch: ['ECID'] } },
    events: [{ xdm: { eventType: 'web.webpagedetails.pageViews', web: { webPageDetails: { URL: 'https://x.example/' } }, unheardOf: 1 } }],
    ...fields,
  });

  interface Answer {
    readonly handle: readonly { readonly type: string; readonly payload: readonly Readonly<Record<string, unknown>>[] }[];
  }
  const payloadOf = (answer: unknown, type: string) => (answer as Answer).handle.find((handle) => handle.type === type)?.payload ?? [];

  it('gives a visitor an identity, knows it again by its cookie, and stores events under it', async () => {
    const { id } = await server.client.call(routes.createDatastream, { body: { name: 'Site', orgId: ORG } });
    const first = await post(`/ee/v1/interact?configId=${id}&requestId=r1`, JSON.stringify(body()), { 'content-type': 'text/plain' });
    expect(first).toMatchObject({ status: 200, body: { requestId: 'r1' } });
    expect(first.headers.get('x-adobe-edge')).toBe('OR2;9');
    const ecid = String(payloadOf(first.body, 'identity:result')[0]?.['id']);
    expect(ecid).toMatch(/^\d{38}$/);
    const [cookie] = payloadOf(first.body, 'state:store');
    expect(cookie).toMatchObject({ key: 'kndctr_ABC_AdobeOrg_identity', maxAge: 34_128_000 });
    const entries = [{ key: cookie?.['key'], value: cookie?.['value'] }];
    const again = await post(`/ee/or2/v1/interact?configId=${id}&requestId=r2`, body({ meta: { state: { entries } } }));
    expect(payloadOf(again.body, 'identity:result')[0]?.['id']).toBe(ecid);
    const header = await post(
      `/ee/va/v1/identity/acquire?configId=${id}`,
      { query: body().query },
      { cookie: `a=b; ${String(cookie?.['key'])}=${String(cookie?.['value'])}` },
    );
    expect(payloadOf(header.body, 'identity:result')[0]?.['id']).toBe(ecid);
    // The same request again, as the client sends it when it heard no answer.
    await post(`/ee/v1/interact?configId=${id}&requestId=r2`, body({ meta: { state: { entries } } }));
    const { events } = await profile('ECID', ecid);
    expect(idsOf(events)).toEqual(['r1-0', 'r2-0']);
  });

  it('gives a device known by its site one identity', async () => {
    const { id } = await server.client.call(routes.createDatastream, { body: { name: 'Devices', orgId: ORG } });
    const xdm = { identityMap: { FPID: [{ id: 'device-1' }] } };
    const acquire = async () => await server.client.call(routes.edgeAcquireIdentity, { query: { configId: id }, body: { ...body(), xdm } });
    const [one, other] = [await acquire(), await acquire()];
    expect(payloadOf(one, 'identity:result')).toEqual(payloadOf(other, 'identity:result'));
  });

  it('keeps consent on the profile', async () => {
    const { id } = await server.client.call(routes.createDatastream, { body: { name: 'Consent', orgId: ORG } });
    const ecid = '12345678901234567890123456789012345678';
    const identityMap = { ECID: [{ id: ecid }] };
    const choices = [
      [{ standard: 'Adobe', version: '1.0', value: { general: 'out' } }],
      [{ standard: 'Adobe', version: '2.0', value: { collect: { val: 'y' }, marketing: { email: { val: 'n' } } } }],
      [{ standard: 'IAB TCF', version: '2.0', value: 'CO052l', gdprApplies: true, gdprContainsPersonalData: false }],
    ];
    const generals: unknown[] = [];
    for (const consent of choices) {
      const answer = await server.client.call(routes.edgeSetConsent, { query: { configId: id }, body: { identityMap, consent } });
      generals.push(answer.handle.flatMap(({ payload }) => payload).find(({ key }) => key === 'kndctr_ABC_AdobeOrg_consent')?.['value']);
    }
    expect(generals).toEqual(['general=out', 'general=in', 'general=in']);
    expect((await profile('ECID', ecid)).attributes).toMatchObject({
      consents: { collect: { val: 'y' }, marketing: { email: { val: 'n' } } },
      identityPrivacyInfo: {
        ECID: { [ecid]: { identityIABConsent: { consentString: { consentStringValue: 'CO052l', gdprApplies: true } } } },
      },
    });
  });

  it('takes events of server programs, and of pages that are left', async () => {
    const { id } = await server.client.call(routes.createDatastream, { body: { name: 'Server', orgId: ORG } });
    const [event] = body().events;
    const identityMap = { ECID: [{ id: '22345678901234567890123456789012345678' }], CRMID: [{ id: 'E9', primary: true }] };
    const own = { ...event, xdm: { ...event?.xdm, identityMap } };
    const query = { dataStreamId: id };
    await server.client.call(routes.edgeServerInteract, { query: { ...query, requestId: 's1' }, body: { event: own } });
    expect(await server.client.call(routes.edgeServerCollect, { query: { ...query, requestId: 's2' }, body: { events: [own] } })).toEqual({
      requestId: 's2',
    });
    expect((await post(`/ee/v2/collect?dataStreamId=${id}&silent=true&requestId=s3`, { events: [own] })).status).toBe(204);
    await server.client.call(routes.edgeCollect, { query: { configId: id, requestId: 's4' }, body: { events: [own] } });
    await server.client.call(routes.edgeInteract, { query: { configId: id, requestId: 's5' }, body: { events: [own] } });
    expect(idsOf((await profile('CRMID', 'E9')).events)).toEqual(['s1-0', 's2-0', 's3-0', 's4-0', 's5-0']);
  });

  it('says that a datastream is not there in the documented form', async () => {
    const { id } = await server.client.call(routes.createDatastream, { body: { name: 'Long', orgId: ORG } });
    await server.client.call(routes.updateDatastream, { params: { id }, body: { name: 'Short' } });
    expect((await server.client.call(routes.listDatastreams)).datastreams.map((each) => each.id)).toContain(id);
    await server.client.call(routes.deleteDatastream, { params: { id } });
    expect(await post(`/ee/v1/interact?configId=${id}`, body())).toMatchObject({
      status: 400,
      body: { type: 'https://ns.adobe.com/aep/errors/EXEG-0003-400', status: 400, title: 'Invalid datastream ID' },
    });
  });
});

describe('dead letters', () => {
  it('are seen, fixed, sent again and put aside', async () => {
    const { inletId } = await newInlet();
    const bad = (id: string, identity = 'D1') =>
      message(id, { identityMap: who(identity), commerce: { order: { priceTotal: 'x' } } }, { datasetId: 'letters' });
    await server.client.call(routes.collectBatch, { params: { inletId }, body: { messages: [bad('d1'), bad('d2'), bad('d3')] } });
    await stored();
    const query = { dataset: 'letters' };
    const { total, deadLetters } = await server.client.call(routes.listDeadLetters, { query });
    expect(total).toBe(3);
    const [third, second, first] = deadLetters;
    expect(first).toMatchObject({
      state: 'open',
      source: `inlet:${inletId}`,
      problems: [{ field: 'commerce.order.priceTotal' }],
      document: { _id: 'd1' },
    });
    const params = { id: first?.id ?? -1 };
    await expect(server.client.call(routes.replayDeadLetter, { params, body: {} })).rejects.toMatchObject({ status: 400 });
    const { body } = message('d1', { identityMap: who('D1'), commerce: { order: { priceTotal: 5 } } });
    const document = (body as { readonly xdmEntity: Record<string, unknown> }).xdmEntity;
    expect(await server.client.call(routes.replayDeadLetter, { params, body: { document } })).toMatchObject({
      state: 'replayed',
      changedBy: 'local',
    });
    await expect(server.client.call(routes.replayDeadLetter, { params, body: { document } })).rejects.toMatchObject({ status: 409 });
    expect((await profile('CRMID', 'D1')).events).toMatchObject([{ _id: 'd1', commerce: { order: { priceTotal: 5 } } }]);
    await server.client.call(routes.discardDeadLetter, { params: { id: second?.id ?? -1 } });
    expect(await server.client.call(routes.replayDeadLetters, { body: query })).toEqual({ replayed: 0, failing: 1 });
    expect(await server.client.call(routes.getDeadLetter, { params: { id: third?.id ?? -1 } })).toMatchObject({ state: 'open' });
    expect((await server.client.call(routes.listDeadLetters, { query: { ...query, state: 'open' } })).total).toBe(1);
  });
});

it('calls every route of the stream in this file', () => {
  expect(routesTagged((tag) => STREAMING_TAGS.has(tag)).difference(server.called)).toEqual(new Set());
});
