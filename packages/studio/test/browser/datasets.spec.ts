/** Datasets with their batches, and the schemas of the registry. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { expect, expectAccessible, photograph, test } from './studio.ts';

const XDM = 'https://ns.adobe.com/xdm/context';

/** A dataset of visits with a schema of its own. Gives its id. */
async function visits(api: Client): Promise<string> {
  const make = async (kind: 'fieldgroups' | 'schemas', body: object): Promise<string> =>
    String((await api.call(routes.createSchemaResource, { params: { kind }, body: { type: 'object', ...body } }))['$id']);
  const fields = { _kindred: { type: 'object', properties: { room: { type: 'string', title: 'Room', enum: ['hall', 'yard'] } } } };
  const group = await make('fieldgroups', { title: 'Rooms', 'meta:intendedToExtend': [`${XDM}/experienceevent`], properties: fields });
  const allOf = [{ $ref: `${XDM}/experienceevent` }, { $ref: group }];
  const schema = await make('schemas', { title: 'Museum visits', 'meta:immutableTags': ['union'], allOf });
  const tags = { unifiedProfile: ['enabled:true'] };
  const [reference = ''] = await api.call(routes.createDataset, { body: { name: 'Museum', schemaRef: { id: schema }, tags } });
  return reference.replace('@/dataSets/', '');
}

async function batch(api: Client, dataset: string, records: readonly object[]): Promise<void> {
  const inputFormat = { format: 'json' };
  const body = { datasetId: dataset, inputFormat, partialIngestionPercentage: 60, enableErrorDiagnostics: true };
  const { id } = await api.call(routes.createBatch, { body });
  const text = records.map((record) => JSON.stringify(record)).join('\n');
  await api.call(routes.putBatchFile, { params: { id, dataset, name: 'visits.json' }, body: text });
  await api.call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
  await expect.poll(async () => (await api.call(routes.getBatch, { params: { id } }))[id]?.status).toMatch(/success|failed/);
}

test('a dataset shows its batches, what failed, and can be changed', async ({ page, api }) => {
  const dataset = await visits(api);
  const visit = (_id: string, room: string): object => ({
    _id,
    timestamp: new Date().toISOString(),
    eventType: 'museum.visits',
    identityMap: { CRMID: [{ id: 'MUSEUM-1', primary: true }] },
    _kindred: { room },
  });
  await batch(api, dataset, [visit('m1', 'hall'), visit('m2', 'roof'), visit('m3', 'yard'), visit('m4', 'cellar')]);
  await page.goto('/datasets');
  await expect(page.getByRole('row', { name: /Museum/ })).toContainText('Museum visits');
  await expect(page.getByRole('row', { name: /Museum/ })).toContainText('Stored');
  await expectAccessible(page);
  await photograph(page, 'datasets');
  await page.getByRole('link', { name: 'Museum', exact: true }).click();
  const card = page.getByRole('region', { name: 'Batches' }).getByRole('listitem').first();
  await expect(card).toContainText('4 records: 2 stored, 2 failed');
  await expect(card).toContainText(/json, \d+ bytes, /);
  await card.getByText('What failed, and why').click();
  await expect(card.getByLabel('Failed record 2')).toContainText('cellar');
  await expectAccessible(page);
  await photograph(page, 'dataset');
  await page.getByRole('textbox', { name: 'Days' }).fill('30');
  await page.getByRole('textbox', { name: 'Days' }).blur();
  await page.getByRole('button', { name: 'Keep so long' }).click();
  await expect(page.getByText('Events older than 30 days are taken away')).toBeVisible();
  await page.getByRole('button', { name: 'For good' }).click();
  await expect(page.getByText('Events are kept for good.')).toBeVisible();
  await card.getByRole('button', { name: 'Take away' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take away' }).click();
  await expect(card.getByText('Taken away', { exact: true })).toBeVisible();
  const { size } = await api.call(routes.estimatePql, { body: { pql: 'xEvent[eventType = "museum.visits"]' } });
  expect(size).toBe(0);
  await batch(api, dataset, [visit('m1', 'hall'), visit('m3', 'yard')]);
  await batch(api, dataset, [visit('m5', 'attic')]);
  await page.goto('/');
  const trouble = page
    .getByRole('region', { name: 'What needs you' })
    .getByRole('listitem')
    .filter({ hasText: 'A batch of Museum failed' });
  await trouble.getByRole('link', { name: 'The dataset' }).click();
  await expect(card.getByText('Failed', { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'Museum visits' }).click();
  await expect(page.getByRole('heading', { name: 'Museum visits' })).toBeVisible();
  await page.getByText('_kindred').click();
  await page.getByRole('button', { name: 'What is in _kindred.room' }).click();
  await expect(page.getByText('2 values, 2 known')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Datasets' }).getByRole('link', { name: 'Museum' })).toBeVisible();
  await expectAccessible(page);
  await photograph(page, 'schema-detail');
  await page.getByRole('link', { name: 'Schema', exact: true }).first().click();
  await expect(page.getByRole('region', { name: 'Schemas' }).getByRole('link', { name: 'Museum visits' })).toBeVisible();
  await page.getByRole('link', { name: 'Classes, field groups and data types' }).click();
  await page.getByRole('searchbox', { name: 'Search building blocks' }).fill('rooms');
  await expect(page.getByRole('row', { name: 'Rooms Field group Experience event you' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search building blocks' }).fill('');
  await expect(page.getByRole('row', { name: 'Postal address Data type the standard' })).toBeVisible();
  await expectAccessible(page);
  await photograph(page, 'building-blocks');
  await page.getByRole('link', { name: 'Rooms', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Fields' }).getByText('_kindred')).toBeVisible();
  await expectAccessible(page);
  await photograph(page, 'building-block');
  // From what it is made of to the schema and back.
  await page.getByRole('region', { name: 'Schemas made of it' }).getByRole('link', { name: 'Museum visits' }).click();
  await expect(page.getByRole('region', { name: 'Made of' })).toContainText('Rooms, field group');
  await page.getByRole('link', { name: 'XDM ExperienceEvent' }).click();
  await expect(page.getByRole('region', { name: 'Fields' }).getByText('timestamp', { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Schemas made of it' }).getByRole('link', { name: 'Museum visits' })).toBeVisible();
});
