/** What is proposed for a file, and that it works as proposed. */
import { routes } from '@kindred/contract';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { PROPOSAL_TAGS, importEnded, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  const missing = [...routesTagged((tag) => PROPOSAL_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

function file(name: string, lines: readonly string[]): string {
  const path = join(server.folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

async function sizeOf(pql: string): Promise<number> {
  return (await call(routes.estimatePql, { body: { pql } })).size;
}

it('proposes profiles for a file of customers, which come in as proposed', async () => {
  const path = file('customers.csv', [
    'Customer ID,First Name,E-Mail,Birth Date,Shoe size,Newsletter,Plan',
    'C1,Ann,ann@example.org,1990-04-01,41.5,true,gold',
    'C2,Ben,ben@example.org,1985-12-31,44,false,silver',
    'C3,Cleo,,2001-01-05,,true,gold',
  ]);
  const proposal = await call(routes.inferSchema, { body: { path } });
  expect(proposal).toMatchObject({ rows: 3, malformed: 0, target: 'profile', notes: [] });
  expect(proposal.columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
    ['Customer ID', 'string', 0],
    ['First Name', 'string', 0],
    ['E-Mail', 'string', 1],
    ['Birth Date', 'date', 0],
    ['Shoe size', 'number', 1],
    ['Newsletter', 'boolean', 0],
    ['Plan', 'string', 0],
  ]);
  const tenant = `_${server.settings.tenant}`;
  expect(proposal.mapping).toMatchObject({
    identity: { namespace: 'CRMID', column: 'Customer ID' },
    otherIdentities: [{ namespace: 'Email', column: 'E-Mail' }],
    fields: {
      'person.name.firstName': 'First Name',
      'personalEmail.address': 'E-Mail',
      [`${tenant}.customers.shoeSize`]: 'Shoe size',
    },
  });
  const group = await call(routes.createSchemaResource, { params: { kind: 'fieldgroups' }, body: proposal.fieldGroup ?? {} });
  const allOf = [{ $ref: 'https://ns.adobe.com/xdm/context/profile' }, { $ref: group['$id'] }];
  await call(routes.createSchemaResource, {
    params: { kind: 'schemas' },
    body: { title: 'Customers', allOf, 'meta:immutableTags': ['union'] },
  });
  const job = await importEnded(server.client, await call(routes.startImport, { body: { path, mapping: proposal.mapping } }));
  expect(job).toMatchObject({ state: 'succeeded', rowsOut: 3, rejected: 0 });
  expect(await sizeOf(`${tenant}.customers.shoeSize > 42 and ${tenant}.customers.plan = "silver" and person.name.firstName = "Ben"`)).toBe(
    1,
  );
});

it('proposes events for a file with times, and says what it cannot know', async () => {
  const path = file('orders.csv', [
    'order_id;ts;email;sku;quantity;total',
    'o1;2026-01-02 10:11;ann@example.org;S1;2;19.90',
    'o2;2026-01-03 11:12;ben@example.org;S2;1;5',
  ]);
  const proposal = await call(routes.inferSchema, { body: { path, delimiter: ';' } });
  expect(proposal.target).toBe('event');
  expect(proposal.fieldGroup).toBeNull();
  expect(proposal.mapping).toMatchObject({
    identity: { namespace: 'Email', column: 'email' },
    id: { template: 'orders-{email}-{ts}-{line}' },
    timestamp: { column: 'ts', format: 'yyyy-MM-dd HH:mm', zone: 'UTC' },
    fields: {
      'commerce.order.purchaseID': 'order_id',
      'productListItems[0].SKU': 'sku',
      'productListItems[0].quantity': 'quantity',
      'commerce.order.priceTotal': 'total',
    },
  });
  expect(proposal.notes.join(' ')).toContain('state no zone');
  const job = await importEnded(server.client, await call(routes.startImport, { body: { path, mapping: proposal.mapping } }));
  expect(job).toMatchObject({ state: 'succeeded', rowsOut: 2, rejected: 0 });
  expect(await sizeOf('xEvent[commerce.order.priceTotal > 10].count() >= 1')).toBe(1);
  // Lines, and ids that only count, come again in every file.
  const counted = await call(routes.inferSchema, {
    body: { path: file('counted.csv', ['id,ts,email', '1,2026-01-02T10:11:12Z,a@x.io', '2,2026-01-02T10:11:12Z,b@x.io']) },
  });
  expect(counted.mapping).toMatchObject({ id: { template: 'counted-{id}' } });
});

it('loses no column to another one of the same meaning or name', async () => {
  const path = file('places.csv', ['user_id,zip,Postal code,shoe size,Shoe-Size', 'u1,10115,10117,41,42', 'u2,20095,20097,43,44']);
  const { mapping, fieldGroup } = await call(routes.inferSchema, { body: { path } });
  const tenant = `_${server.settings.tenant}`;
  expect(mapping['fields']).toEqual({
    'homeAddress.postalCode': 'zip',
    [`${tenant}.places.postalCode`]: 'Postal code',
    [`${tenant}.places.shoeSize`]: 'shoe size',
    [`${tenant}.places.shoeSize2`]: 'Shoe-Size',
  });
  expect(JSON.stringify(fieldGroup)).toContain('shoeSize2');
});

it('looks into documents, and leaves out what a mapping cannot take apart', async () => {
  const path = file('people.jsonl', [
    JSON.stringify({ userId: 'u1', profile: { city: 'Bonn', score: 7 }, tags: ['a'] }),
    JSON.stringify({ userId: 'u2', profile: { city: 'Rome', score: 8 } }),
    '{"broken',
  ]);
  const proposal = await call(routes.inferSchema, { body: { path } });
  expect(proposal).toMatchObject({ rows: 2, malformed: 1, target: 'profile' });
  expect(proposal.columns.map(({ name, type }) => [name, type])).toEqual([
    ['userId', 'string'],
    ['profile.city', 'string'],
    ['profile.score', 'integer'],
    ['tags', 'list'],
  ]);
  expect(proposal.notes).toEqual(['tags holds lists, which a mapping cannot take apart; it is left out.']);
  expect(proposal.mapping).toMatchObject({ identity: { namespace: 'CRMID', column: 'userId' } });
});

const MAPPINGS = [
  { sourceType: 'ATTRIBUTE', source: 'order_id', destination: '_id' },
  { sourceType: 'EXPRESSION', source: 'date(ordered, "dd/MM/yyyy")', destination: 'timestamp' },
  { sourceType: 'EXPRESSION', source: '"commerce.purchases"', destination: 'eventType' },
  { sourceType: 'EXPRESSION', source: 'iif(total == "", nullify(), to_decimal(total))', destination: 'commerce.order.priceTotal' },
  { source: 'customer', destination: 'identityMap.CRMID[0].id' },
];
const ORDER = { order_id: 'o1', ordered: '31/01/2026', total: '12.50', customer: 'C7' };

it('shows what a mapping set makes of records, and what it cannot make', async () => {
  const [good, bad] = await call(routes.previewMappingSet, {
    body: { data: [ORDER, { ...ORDER, ordered: 'yesterday' }], mappingSet: { mappings: MAPPINGS } },
  });
  expect(good).toEqual({
    data: {
      _id: 'o1',
      timestamp: '2026-01-31T00:00:00.000Z',
      eventType: 'commerce.purchases',
      commerce: { order: { priceTotal: 12.5 } },
      identityMap: { CRMID: [{ id: 'C7' }] },
    },
    errors: [],
  });
  const profile = { schemaRef: { id: '_xdm.context.profile' } };
  const mappings = [{ source: 'first', destination: 'person.name.firstName' }];
  const [person] = await call(routes.previewMappingSet, {
    body: { data: { first: 'Ann' }, mappingSet: { outputSchema: profile, mappings } },
  });
  expect(person?.data).toEqual({ person: { name: { firstName: 'Ann' } } });
  expect(bad?.errors).toEqual([{ field: 'timestamp', message: 'expected a time in the format dd/MM/yyyy, found "yesterday"' }]);
});

it('imports a file by a mapping set', async () => {
  const path = file('set.csv', ['order_id,ordered,total,customer', 'o1,31/01/2026,12.50,C7', 'o2,yesterday,1,C7', 'o3,01/02/2026,,C7']);
  const mapping = { version: 1, target: 'event', mappings: MAPPINGS };
  const ended = await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'orders by set', mapping } }));
  expect(ended).toMatchObject({ state: 'succeeded', rowsOut: 2, rejected: 1 });
  expect(ended.deadLetters).toMatchObject([{ line: 3, field: 'timestamp' }]);
  expect(await sizeOf('xEvent[eventType = "commerce.purchases"].sum(commerce.order.priceTotal) = 12.5')).toBe(1);
});

it('says which functions there are, and what is wrong with an expression', async () => {
  const functions = await call(routes.listMappingFunctions, {});
  expect(functions.find(({ name }) => name === 'iif')).toMatchObject({ family: 'Logic', syntax: expect.stringContaining('iif(') });
  const validate = async (expression: string, sampleData?: object) =>
    await call(routes.validateMappingExpression, {
      body: { expression, ...(sampleData !== undefined && { sampleData: { ...sampleData } }) },
    });
  expect(await validate('upper(concat(a, "!"))', { a: 'x' })).toEqual({ valid: true, errors: [], result: 'X!' });
  expect(await validate('uper(a)')).toMatchObject({ valid: false, errors: [{ from: 0, to: 4, hint: 'Did you mean upper?' }] });
  expect(await validate('date(a)', { a: 'nonsense' })).toMatchObject({
    valid: true,
    errors: [{ message: expect.stringContaining('expected a date') }],
  });
});

it('keeps mapping sets, by which files are imported', async () => {
  const created = await call(routes.createMappingSet, { query: {}, body: { mappings: MAPPINGS } });
  expect(created).toMatchObject({ version: 0, mappings: MAPPINGS, createdBy: 'local' });
  const params = { id: created.id };
  const path = file('by-id.csv', ['order_id,ordered,total,customer', 'p1,31/01/2026,7,C8']);
  const ended = await importEnded(
    server.client,
    await call(routes.startImport, { body: { path, dataset: 'orders by id', mappingSetId: created.id } }),
  );
  expect(ended).toMatchObject({ state: 'succeeded', rowsOut: 1 });
  const changed = await call(routes.replaceMappingSet, { params, query: {}, body: { mappings: MAPPINGS.slice(0, 3) } });
  expect(changed).toMatchObject({ id: created.id, version: 1 });
  expect(await call(routes.getMappings, { params })).toHaveLength(3);
  expect(await call(routes.getMappingSet, { params })).toEqual(changed);
  expect((await call(routes.listMappingSets, { query: {} })).data).toEqual([changed]);
  const broken = [{ sourceType: 'EXPRESSION', source: 'uper(a)', destination: '_id' }];
  const refused = await refusal(call(routes.createMappingSet, { query: {}, body: { mappings: broken } }));
  expect([refused.status, refused.message]).toEqual([400, expect.stringContaining('There is no function uper')]);
  expect((await call(routes.createMappingSet, { query: { validate: 'false' }, body: { mappings: broken } })).version).toBe(0);
  await call(routes.deleteMappingSet, { params });
  expect((await refusal(call(routes.getMappingSet, { params }))).status).toBe(404);
  const gone = { path, dataset: 'x', mappingSetId: created.id };
  expect((await refusal(call(routes.startImport, { body: gone }))).status).toBe(404);
});
