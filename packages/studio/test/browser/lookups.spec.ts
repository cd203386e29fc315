/** Records that fields refer to: theirs stand below them in the builder, and go along with the members of compositions. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { editorOf, estimatedSize, expect, expectAccessible, photograph, test } from './studio.ts';

const XDM = 'https://ns.adobe.com/xdm';

/** Products with a brand, which the lines of orders refer to; and what is sold most in some cities. Gives these. */
async function products(api: Client): Promise<readonly string[]> {
  const towns = await api.call(routes.listFieldValues, { query: { of: 'profile', path: 'homeAddress.city', limit: 1000 } });
  const cities = towns.values.map(({ value }) => String(value)).filter((_, index) => index % 2 === 0);
  if (Object.values((await api.call(routes.getSchema)).lookupTitles).includes('Product')) return cities;
  const make = async (kind: 'classes' | 'fieldgroups' | 'schemas', body: object): Promise<string> =>
    String((await api.call(routes.createSchemaResource, { params: { kind }, body: { type: 'object', ...body } }))['$id']);
  await api.call(routes.createIdentityNamespace, { body: { code: 'product_sku', name: 'Product', idType: 'Non_people' } });
  const product = await make('classes', { title: 'Product', allOf: [{ $ref: `${XDM}/data/record` }] });
  const fields = { id: { type: 'string' }, brand: { type: 'string', title: 'Brand' }, margin: { type: 'number' } };
  const properties = { _kindred: { type: 'object', properties: fields } };
  const group = await make('fieldgroups', { title: 'Product details', 'meta:intendedToExtend': [product], properties });
  const enabled = { 'meta:immutableTags': ['union'] };
  const schema = await make('schemas', { title: 'Products', ...enabled, allOf: [{ $ref: product }, { $ref: group }] });
  const source = { 'xdm:sourceSchema': schema, 'xdm:sourceProperty': '/_kindred/id', 'xdm:namespace': 'product_sku' };
  await api.call(routes.createDescriptor, { body: { '@type': 'xdm:descriptorIdentity', ...source, 'xdm:isPrimary': true } });
  const tags = { unifiedProfile: ['enabled:true'] };
  const [reference = ''] = await api.call(routes.createDataset, { body: { name: 'Products', schemaRef: { id: schema }, tags } });
  const commerce = [{ $ref: `${XDM}/context/experienceevent` }, { $ref: `${XDM}/context/experienceevent-commerce` }];
  const orders = await make('schemas', { title: 'Orders', ...enabled, allOf: commerce });
  const relation = { 'xdm:sourceSchema': orders, 'xdm:sourceProperty': '/productListItems[*]/SKU', 'xdm:destinationSchema': schema };
  await api.call(routes.createDescriptor, { body: { '@type': 'xdm:descriptorOneToOne', ...relation } });
  const { values } = await api.call(routes.listFieldValues, { query: { of: 'event', path: 'productListItems.SKU', limit: 1000 } });
  const ids = [...values.map(({ value }) => value), ...cities];
  const lines = ids.map((id, index) => JSON.stringify({ _kindred: { id, brand: index % 2 === 0 ? 'Kite' : 'Luma' } }));
  const dataset = reference.replace('@/dataSets/', '');
  const { id } = await api.call(routes.createBatch, { body: { datasetId: dataset, inputFormat: { format: 'json' } } });
  await api.call(routes.putBatchFile, { params: { id, dataset, name: 'products' }, body: lines.join('\n') });
  await api.call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
  await expect.poll(async () => (await api.call(routes.getBatch, { params: { id } }))[id]?.status).toBe('success');
  return cities;
}

test('a rule about the brand of a product is built by mouse', async ({ page, api }) => {
  await products(api);
  await page.goto('/audiences/build');
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('searchbox', { name: 'Search events' }).fill('_kindred.brand');
  await photograph(page, 'lookup-fields');
  await page.getByRole('button', { name: 'Add Brand' }).click();
  await page.getByLabel('Value of Brand').fill('Kite');
  await page.getByLabel('Value of Brand').blur();
  await page.getByRole('button', { name: 'Code view' }).click();
  await expect(editorOf(page)).toContainText('productListItems.SKU._kindred.brand');
  const rule = 'xEvent[productListItems.SKU._kindred.brand.equals("Kite", false)]';
  const { size } = await api.call(routes.estimatePql, { body: { pql: rule } });
  expect(size).toBeGreaterThan(0);
  await expect.poll(() => estimatedSize(page)).toBe(size);
  await expectAccessible(page);
  await photograph(page, 'lookup-rule');
});

test('fields of a record go along with the audience of a composition', async ({ page, api, audience }) => {
  const cities = await products(api);
  const rule = `inSegment("${audience.id}")`;
  const { size: comes } = await api.call(routes.estimatePql, { body: { pql: rule } });
  const known = `${rule} and homeAddress.city in [${cities.map((city) => JSON.stringify(city)).join(', ')}]`;
  const { size: recorded } = await api.call(routes.estimatePql, { body: { pql: known } });
  expect(recorded).toBeGreaterThan(0);
  expect(recorded).toBeLessThan(comes);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/audiences/compositions');
  await page.getByRole('button', { name: 'Compose audiences' }).first().click();
  const block = (name: string) => page.getByRole('region', { name, exact: true });
  await page.getByLabel('Name of the composition').fill('Sneakers, enriched');
  await page.getByLabel('Add an audience').fill(audience.name);
  await page.getByRole('button', { name: '+ Enrich' }).press('Enter');
  await expect(block('Enrich')).toContainText('No records are chosen.');
  await page.getByLabel('Records').selectOption('Product');
  await page.getByLabel('Attribute that holds the id of a record').fill('homeAddress.city');
  await expect(block('Enrich')).toContainText('No fields are chosen.');
  await page.getByLabel('Fields of the record').fill('_kindred.brand');
  await page.getByLabel('Fields of the record').press('Enter');
  await expect(block('Enrich')).toContainText(`${recorded.toLocaleString('en-US')} have a record`);
  await expect(block('Save')).toContainText(`${comes.toLocaleString('en-US')} people`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await photograph(page, `composition-enriched-${colorScheme}`);
    await expectAccessible(page);
  }
  await page.getByLabel('Name of the audience').fill('Sneakers, with a brand');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Published · all changes are kept')).toBeVisible();
  const [composition] = (await api.call(routes.listCompositions)).compositions;
  expect(composition?.published?.enrich).toMatchObject({ by: 'homeAddress.city', fields: ['_kindred.brand'] });
  await page.getByRole('button', { name: 'Remove Enrich' }).click();
  await expect(page.getByRole('button', { name: '+ Enrich' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Published · all changes are kept')).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
});
