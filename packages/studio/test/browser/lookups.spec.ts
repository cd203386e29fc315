/** Fields of the records that a field refers to stand below it in the builder. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { editorOf, estimatedSize, expect, expectAccessible, photograph, test } from './studio.ts';

const XDM = 'https://ns.adobe.com/xdm';

/** Products with a brand, which the lines of orders refer to. Gives the identifiers of two that were bought. */
async function products(api: Client): Promise<void> {
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
  const lines = values.map(({ value }, index) => JSON.stringify({ _kindred: { id: value, brand: index % 2 === 0 ? 'Kite' : 'Luma' } }));
  const dataset = reference.replace('@/dataSets/', '');
  const { id } = await api.call(routes.createBatch, { body: { datasetId: dataset, inputFormat: { format: 'json' } } });
  await api.call(routes.putBatchFile, { params: { id, dataset, name: 'products' }, body: lines.join('\n') });
  await api.call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
  await expect.poll(async () => (await api.call(routes.getBatch, { params: { id } }))[id]?.status).toBe('success');
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
