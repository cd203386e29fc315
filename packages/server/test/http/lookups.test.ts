/** Lookup entities over HTTP: products and stores that fields of people and of their events refer to. */
import { HTTP_API_SPEC, routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { importEnded, refusal, startTestServer } from './server.ts';

let server: TestServer;
let tenant: string;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

type Json = Readonly<Record<string, unknown>>;
const XDM = 'https://ns.adobe.com/xdm';
const PROFILE = `${XDM}/context/profile`;
const EVENT = `${XDM}/context/experienceevent`;

/** A class, its schema and a dataset. */
interface Made {
  readonly class: { readonly $id: string; readonly 'meta:altId': string };
  readonly schema: string;
  readonly dataset: string;
}

let products: Made;
let stores: Made;
let people: Made;
let events: Made;
let inletId: string;

async function resource(kind: 'schemas' | 'fieldgroups' | 'classes', body: Json): Promise<Made['class']> {
  return (await call(routes.createSchemaResource, { params: { kind }, body })) as unknown as Made['class'];
}

async function group(xdmClass: string, fields: object): Promise<string> {
  const properties = { [tenant]: { type: 'object', properties: fields } };
  return (await resource('fieldgroups', { title: 'Own', 'meta:intendedToExtend': [xdmClass], properties })).$id;
}

async function described(schema: string, path: string, namespace: string): Promise<void> {
  const body = { '@type': 'xdm:descriptorIdentity', 'xdm:sourceSchema': schema, 'xdm:sourceVersion': 1, 'xdm:sourceProperty': path };
  await call(routes.createDescriptor, { body: { ...body, 'xdm:namespace': namespace, 'xdm:property': 'xdm:code', 'xdm:isPrimary': true } });
}

async function dataset(name: string, schema: string): Promise<string> {
  const body = { name, schemaRef: { id: schema }, tags: { unifiedProfile: ['enabled:true'] } };
  const [reference = ''] = await call(routes.createDataset, { body });
  return reference.replace('@/dataSets/', '');
}

async function schemaOf(title: string, refs: readonly string[]): Promise<string> {
  return (await resource('schemas', { title, 'meta:immutableTags': ['union'], allOf: refs.map(($ref) => ({ $ref })) })).$id;
}

async function lookup(title: string, fields: object, namespace: string): Promise<Made> {
  const made = await resource('classes', { title, allOf: [{ $ref: `${XDM}/data/record` }], 'meta:extends': [`${XDM}/data/record`] });
  const schema = await schemaOf(title, [made.$id, await group(made.$id, fields)]);
  await described(schema, `/${tenant}/id`, namespace);
  return { class: made, schema, dataset: await dataset(title, schema) };
}

async function relation(source: string, path: string, destination: string, namespace: string): Promise<void> {
  const body = { 'xdm:sourceSchema': source, 'xdm:sourceVersion': 1, 'xdm:sourceProperty': path };
  await call(routes.createDescriptor, {
    body: { ...body, '@type': 'xdm:descriptorOneToOne', 'xdm:destinationSchema': destination, 'xdm:destinationVersion': 1 },
  });
  await call(routes.createDescriptor, {
    body: { ...body, '@type': 'xdm:descriptorReferenceIdentity', 'xdm:identityNamespace': namespace },
  });
}

async function send(datasetId: string, entity: object, header: object = {}): Promise<{ status: number; body: Json }> {
  const schemaRef = { id: 'https://ns.adobe.com/x/schemas/1', contentType: 'application/vnd.adobe.xed-full+json;version=1' };
  const wrapped = 'operations' in header ? entity : { xdmMeta: { schemaRef }, xdmEntity: entity };
  const body = JSON.stringify({ header: { schemaRef, imsOrgId: 'A@AdobeOrg', datasetId, ...header }, body: wrapped });
  const response = await fetch(`${server.url}/collection/${inletId}?syncValidation=true`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Json };
}

async function stored(): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    if (/kindred_stream_lag_records 0\n/.test(metrics)) return;
    await sleep(20);
  }
}

async function sizeOf(pql: string): Promise<number> {
  return (await call(routes.estimatePql, { body: { pql } })).size;
}

async function ingest(into: string, format: string, body: string): Promise<{ readonly id: string; readonly status: string }> {
  const { id } = await call(routes.createBatch, { body: { datasetId: into, inputFormat: { format } } });
  await call(routes.putBatchFile, { params: { id, dataset: into, name: 'records' }, body });
  await call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
  for (;;) {
    const { [id]: batch } = await call(routes.getBatch, { params: { id } });
    if (batch !== undefined && !['loading', 'loaded', 'processing'].includes(batch.status)) return { id, status: batch.status };
    await sleep(20);
  }
}

beforeAll(async () => {
  server = await startTestServer();
  tenant = `_${server.settings.tenant}`;
  for (const code of ['product_sku', 'store_id'])
    await call(routes.createIdentityNamespace, { body: { code, name: code, idType: 'Non_people' } });
  const address = { type: 'object', properties: { city: { type: 'string' }, country: { type: 'string' } } };
  products = await lookup(
    'Products',
    {
      id: { type: 'string' },
      brand: { type: 'string' },
      price: { type: 'number' },
      since: { type: 'string', format: 'date' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    'product_sku',
  );
  stores = await lookup('Stores', { id: { type: 'string' }, address }, 'store_id');
  const peopleSchema = await schemaOf('Shoppers', [
    PROFILE,
    await group(PROFILE, { store: { type: 'string' }, visits: { type: 'integer' } }),
  ]);
  people = { class: stores.class, schema: peopleSchema, dataset: await dataset('Shoppers', peopleSchema) };
  const eventSchema = await schemaOf('Orders', [EVENT, `${XDM}/context/experienceevent-commerce`]);
  events = { class: stores.class, schema: eventSchema, dataset: await dataset('Orders', eventSchema) };
  const auth = { specName: 'Streaming Connection', params: { sourceId: 'x', name: 'x' } };
  const { id } = await call(routes.createFlowObject, {
    params: { kind: 'connections' },
    body: { name: 'x', connectionSpec: { id: HTTP_API_SPEC, version: '1.0' }, auth },
  });
  const { items } = await call(routes.getFlowObject, { params: { kind: 'connections', id } });
  inletId = (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params.inletId;
});
afterAll(async () => {
  await server.stop();
});

const who = (id: string): object => ({ identityMap: { CRMID: [{ id, primary: true }] } });

describe('a relation', () => {
  it('is refused where nothing can be referred to', async () => {
    const body = { '@type': 'xdm:descriptorOneToOne', 'xdm:sourceSchema': people.schema, 'xdm:sourceVersion': 1 };
    const toPeople = call(routes.createDescriptor, {
      body: { ...body, 'xdm:sourceProperty': `/${tenant}/store`, 'xdm:destinationSchema': events.schema },
    });
    expect((await refusal(toPeople)).message).toContain('Records of Orders cannot be referred to');
    const fromNumber = call(routes.createDescriptor, {
      body: { ...body, 'xdm:sourceProperty': `/${tenant}/visits`, 'xdm:destinationSchema': stores.schema },
    });
    expect((await refusal(fromNumber)).message).toContain('visits is no string field');
  });

  it('makes the fields of records fields of people and of events, through arrays too', async () => {
    expect((await refusal(call(routes.estimatePql, { body: { pql: `${tenant}.store.${tenant}.address.city = "Basel"` } }))).code).toBe(
      'pql-invalid',
    );
    await relation(people.schema, `/${tenant}/store`, stores.schema, 'store_id');
    await relation(events.schema, '/productListItems[*]/SKU', products.schema, 'product_sku');
    const product = (id: string, fields: object): Json => ({ [tenant]: { id, ...fields } });
    const lines = [
      product('p1', { brand: 'Kite', price: 80, since: '2026-01-01', tags: ['run', 'road'] }),
      product('p2', { brand: 'Kite', price: 20.5 }),
      product('p3', { brand: 'Luma', price: 5, tags: [] }),
    ];
    expect((await ingest(products.dataset, 'json', lines.map((line) => JSON.stringify(line)).join('\n'))).status).toBe('success');
    const csv = `${tenant}.id,${tenant}.address.city,${tenant}.address.country\ns1,Basel,CH\ns2,Bonn,DE\n`;
    expect((await ingest(stores.dataset, 'csv', csv)).status).toBe('success');
    expect((await send(people.dataset, { ...who('C1'), [tenant]: { store: 's1' } })).status).toBe(200);
    await send(people.dataset, { ...who('C2'), [tenant]: { store: 's2' } });
    await send(people.dataset, { ...who('C3'), [tenant]: { store: 'none' } });
    await send(people.dataset, who('C4'));
    const order = (id: string, person: string, skus: readonly string[]): object => ({
      _id: id,
      timestamp: new Date().toISOString(),
      eventType: 'commerce.purchases',
      ...who(person),
      productListItems: skus.map((SKU) => ({ SKU, quantity: 1 })),
    });
    await send(events.dataset, order('o1', 'C1', ['p1', 'p3']));
    await send(events.dataset, order('o2', 'C1', ['p2', 'unknown']));
    await send(events.dataset, order('o3', 'C2', ['p3']));
    await stored();
    const city = `${tenant}.store.${tenant}.address.city`;
    const brand = `productListItems.SKU.${tenant}.brand`;
    const price = `SKU.${tenant}.price`;
    const sizes = {
      [`${city} = "Basel"`]: 1,
      [`${city} != "Basel"`]: 1,
      [`${city}.isNull()`]: 2,
      [`${tenant}.store = "none"`]: 1,
      [`xEvent[eventType = "commerce.purchases" and ${brand}.intersects(["Kite"])]`]: 1,
      [`xEvent[${brand}.intersects(["Luma"])]`]: 2,
      [`xEvent.productListItems[${price} > 50 and SKU.${tenant}.tags.intersects(["road"])]`]: 1,
      [`xEvent[productListItems[SKU.${tenant}.since occurs on date(2026, 1, 1)]]`]: 1,
      [`xEvent.productListItems.SKU.${tenant}.price.sum() >= 105.5`]: 1,
      [`select P from xEvent where P.productListItems.SKU.${tenant}.price.max() = 80`]: 1,
      [`chain(xEvent, timestamp, [A: WHAT(${brand}.intersects(["Kite"]))])`]: 1,
    };
    const found: Record<string, number> = {};
    for (const pql of Object.keys(sizes)) found[pql] = await sizeOf(pql);
    expect(found).toEqual(sizes);
  });
});

describe('records of a lookup entity', () => {
  it('stand in the schema below what refers to them', async () => {
    const { lookups, profile, populated } = await call(routes.getSchema);
    expect(Object.keys(lookups).toSorted()).toEqual([products.class.$id, stores.class.$id].toSorted());
    expect(profile.fields[tenant]?.type).toMatchObject({ fields: { store: { type: { reference: stores.class.$id } } } });
    expect(populated.profile).toContain(`${tenant}.store.${tenant}.address.city`);
    expect(populated.event).toContain(`productListItems.SKU.${tenant}.brand`);
  });

  it('come from files with a mapping set', async () => {
    await call(routes.upload, { params: { name: 'products.csv' }, query: {}, body: 'code;label\np7;Moon\n;nothing\n' });
    const mappings = [
      { sourceType: 'ATTRIBUTE', source: 'code', destination: `${tenant}.id` },
      { sourceType: 'EXPRESSION', source: 'upper(label)', destination: `${tenant}.brand` },
    ];
    const mapping = { version: 1, target: 'lookup', dataset: products.dataset, csv: { delimiter: ';' }, mappings };
    const job = await call(routes.startImport, { body: { upload: 'products.csv', mapping } });
    const ended = await importEnded(server.client, job);
    expect(ended).toMatchObject({ error: null, rowsOut: 1, rejected: 1 });
    const query = { 'schema.name': products.class['meta:altId'], entityId: 'p7', entityIdNS: 'product_sku' };
    expect(Object.values(await call(routes.getEntity, { query }))).toMatchObject([{ entity: { [tenant]: { id: 'p7', brand: 'MOON' } } }]);
  });

  it('move people in and out of audiences when they change, and are known after a restart', async () => {
    const city = `${tenant}.store.${tenant}.address.city`;
    const { id } = await call(routes.createDefinition, {
      body: {
        name: 'Basel',
        schema: { name: '_xdm.context.profile' },
        expression: { type: 'PQL', format: 'pql/text', value: `${city} = "Basel"` },
      },
    });
    const why = async (person: string): Promise<boolean> =>
      (await call(routes.explainMembership, { params: { namespace: 'CRMID', id: person, audienceId: id } })).member;
    expect([await why('C1'), await why('C2')]).toEqual([true, false]);
    await send(stores.dataset, { [tenant]: { id: 's2', address: { city: 'Basel', country: 'CH' } } });
    await stored();
    expect(await sizeOf(`${city} = "Basel"`)).toBe(2);
    expect(await why('C2')).toBe(true);
    // An update names what it changes; what it replaces goes.
    const operations = { operations: { data: 'merge' } };
    await send(stores.dataset, { [tenant]: { id: 's2', address: { city: 'Genf' } } }, operations);
    await stored();
    expect(await sizeOf(`${city} = "Basel"`)).toBe(1);
    expect(await sizeOf(`${tenant}.store.${tenant}.address.country = "CH"`)).toBe(2);
    await server.restart();
    expect(await sizeOf(`${city} = "Genf"`)).toBe(1);
    await send(stores.dataset, { [tenant]: { id: 's2' } }, { operations: { data: 'delete' } });
    await stored();
    expect(await sizeOf(`${city}.isNull()`)).toBe(3);
  });

  it('are checked by their schema', async () => {
    const unfit = await send(stores.dataset, { [tenant]: { address: { town: 'Basel' } } });
    expect(unfit.status).toBe(400);
    expect(JSON.stringify(unfit.body)).toContain(`#/${tenant}/id`);
  });

  it('are shown by entity access', async () => {
    const query = { 'schema.name': products.class['meta:altId'], entityId: 'p1', entityIdNS: 'product_sku' };
    const shown = Object.values(await call(routes.getEntity, { query }));
    expect(shown).toMatchObject([{ entity: { [tenant]: { id: 'p1', brand: 'Kite' } }, sources: [products.dataset] }]);
    const identities = [{ entityId: 'p2', entityIdNS: { code: 'product_sku' } }];
    const body = { schema: { name: products.class['meta:altId'] }, identities, fields: [`${tenant}.price`] };
    const many = Object.values(await call(routes.getEntities, { body }));
    expect(many).toMatchObject([{ entity: { [tenant]: { price: 20.5 } } }]);
    expect((await refusal(call(routes.getEntity, { query: { ...query, entityId: 'p9' } }))).code).toBe('record-not-found');
    const unknown = call(routes.getEntity, { query: { ...query, 'schema.name': '_acme.planes' } });
    expect((await refusal(unknown)).hint).toContain(products.class['meta:altId']);
  });

  it('go with the batch that brought them', async () => {
    const line = JSON.stringify({ [tenant]: { id: 'p1', brand: 'Moon' } });
    const { id } = await ingest(products.dataset, 'json', line);
    expect(await sizeOf(`xEvent.productListItems.SKU.${tenant}.brand.intersects(["Moon"])`)).toBe(1);
    await call(routes.actOnBatch, { params: { id }, query: { action: 'REVERT' } });
    expect(await sizeOf(`xEvent.productListItems.SKU.${tenant}.brand.intersects(["Moon"])`)).toBe(0);
  });

  it('keep an audience out of streaming, as on the Experience Platform', async () => {
    const expression = { type: 'PQL' as const, format: 'pql/text' as const, value: `${tenant}.store.${tenant}.address.city = "Basel"` };
    const { methods } = await call(routes.checkPql, { body: { pql: expression.value } });
    expect(methods?.streaming.reasons.map(({ code }) => code)).toEqual(['lookup-entity']);
  });
});
