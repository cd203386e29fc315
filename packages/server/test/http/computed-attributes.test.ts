/** Computed attributes over HTTP: made, used in rules, seen on profiles. */
import { routes } from '@kindred/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xidOf } from '../../src/identity/index.ts';
import type { TestServer } from './server.ts';
import { COMPUTED_TAGS, importEnded, PEOPLE_MAPPING, routesTagged, startTestServer, writeEvents, writePeople } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);
const NOW = '2026-01-10T10:00:00Z';

beforeAll(async () => {
  server = await startTestServer();
  for (const body of [
    { path: writePeople(server.folder), dataset: 'crm', mapping: PEOPLE_MAPPING },
    { path: writeEvents(server.folder), dataset: 'web' },
  ]) {
    expect((await importEnded(server.client, await call(routes.startImport, { body }))).error).toBeNull();
  }
});

afterAll(async () => {
  const missing = [...routesTagged((tag) => COMPUTED_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

const SPENT = 'xEvent[eventType = "commerce.purchases"].sum(commerce.order.priceTotal)';
const pql = (value: string) => ({ type: 'PQL', format: 'pql/text', value }) as const;

async function sizeOf(query: string): Promise<number> {
  return (await call(routes.estimatePql, { body: { pql: query, now: NOW } })).size;
}

describe('computed attributes', () => {
  it('are fields of the profile: in rules, in the schema, on the profile', async () => {
    const spent = await call(routes.createComputedAttribute, {
      body: { name: 'spent', displayName: 'Total spent', expression: pql(SPENT) },
    });
    expect(spent).toMatchObject({
      type: 'ComputedAttribute',
      status: 'PROCESSED',
      path: '_kindred/ComputedAttributes',
      returnSchema: { 'meta:xdmType': 'number' },
    });
    const path = '_kindred.ComputedAttributes.spent';
    expect(await sizeOf(`${path} > 100`)).toBe(1);
    expect(await sizeOf(`${path} = 0`)).toBe(2);
    const schema = await call(routes.getSchema, {});
    expect(schema.populated.profile).toContain(path);
    const profile = await call(routes.getProfile, { params: { namespace: 'CRMID', id: 'C1' } });
    expect(profile.attributes).toMatchObject({ _kindred: { ComputedAttributes: { spent: 100.5 } }, homeAddress: { city: 'Berlin' } });
    const entity = await call(routes.getEntity, {
      query: { 'schema.name': '_xdm.context.profile', entityId: xidOf({ namespace: 'CRMID', id: 'C1' }), fields: path },
    });
    expect(Object.values(entity)).toMatchObject([{ entity: { _kindred: { ComputedAttributes: { spent: 100.5 } } } }]);
    expect(await call(routes.checkPql, { body: { pql: `${path} > 1` } })).toMatchObject({ ok: true, type: { kind: 'boolean' } });
  });

  it('count only the events of their duration, up to the instant of evaluation', async () => {
    await call(routes.createComputedAttribute, {
      body: { name: 'spentLately', expression: pql(SPENT), duration: { count: 1, unit: 'WEEKS' } },
    });
    expect(await sizeOf('_kindred.ComputedAttributes.spentLately = 60')).toBe(1);
    expect(await sizeOf('_kindred.ComputedAttributes.spentLately > 60')).toBe(0);
  });

  it('may be computed from those made before, and stay as long as something reads them', async () => {
    const views = await call(routes.createComputedAttribute, {
      body: { name: 'views', expression: pql('xEvent[eventType = "commerce.productViews"].count()'), status: 'DRAFT' },
    });
    expect(views.status).toBe('DRAFT');
    await expect(sizeOf('_kindred.ComputedAttributes.views = 2')).rejects.toMatchObject({ code: 'pql-invalid' });
    const params = { id: views.id };
    expect((await call(routes.updateComputedAttribute, { params, body: { status: 'NEW' } })).status).toBe('PROCESSED');
    expect(await sizeOf('_kindred.ComputedAttributes.views = 2')).toBe(1);

    const twice = await call(routes.createComputedAttribute, {
      body: { name: 'twiceTheViews', expression: pql('_kindred.ComputedAttributes.views * 2') },
    });
    expect(await call(routes.getComputedAttribute, { params: { id: twice.id } })).toEqual(twice);
    const disable = call(routes.updateComputedAttribute, { params, body: { status: 'INACTIVE' } });
    await expect(disable).rejects.toThrow('twiceTheViews is computed from it');
    await expect(call(routes.deleteComputedAttribute, { params })).rejects.toMatchObject({ code: 'computed-attribute-state' });

    const audience = await call(routes.createAudience, {
      body: { name: 'Lookers', pql: '_kindred.ComputedAttributes.twiceTheViews >= 4' },
    });
    expect((await call(routes.evaluateAudience, { params: { id: audience.id } })).size).toBe(1);
    const used = call(routes.updateComputedAttribute, { params: { id: twice.id }, body: { status: 'DISABLED' } });
    await expect(used).rejects.toThrow('the audience Lookers reads it');
    await call(routes.deleteAudience, { params: { id: audience.id } });
    for (const { id } of [twice, views]) {
      expect((await call(routes.updateComputedAttribute, { params: { id }, body: { status: 'INACTIVE' } })).status).toBe('INACTIVE');
      await call(routes.deleteComputedAttribute, { params: { id } });
    }
    await expect(call(routes.getComputedAttribute, { params })).rejects.toMatchObject({ status: 404 });
  });

  it('are listed, sorted, filtered and paged', async () => {
    const all = await call(routes.listComputedAttributes, { query: { sortBy: '-name', property: 'status==PROCESSED' } });
    expect(all.computedAttributes.map(({ name }) => name)).toEqual(['spentLately', 'spent']);
    const page = await call(routes.listComputedAttributes, { query: { limit: '1', offset: '1' } });
    expect(page).toMatchObject({ _page: { offset: 1, limit: 1, count: 1, totalCount: 2 }, _links: {} });
  });

  it.each([
    [{ name: 'a b', expression: pql('1') }, 'no name for a field'],
    [{ name: 'SPENT', expression: pql('1') }, 'already'],
    [{ name: 'x', expression: pql('xEvent[').value }, 'expression'],
    [{ name: 'x', expression: pql('xEvent[nothing = 1].count()') }, 'nothing'],
    [{ name: 'x', expression: pql('_kindred.ComputedAttributes.x + 1') }, 'no field'],
    [{ name: 'x', expression: pql('1'), duration: { count: 1000, unit: 'MONTHS' } }, 'ten years'],
    [{ name: 'x', expression: pql('1'), duration: { count: 0, unit: 'DAYS' } }, 'count'],
  ])('refuse %j', async (body, message) => {
    await expect(call(routes.createComputedAttribute, { body: body as never })).rejects.toThrow(message);
  });
});
