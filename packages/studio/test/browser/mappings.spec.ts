/** Mapping sets: made from sample records, with what becomes of them beside it. */
import { routes } from '@kindred/contract';
import { expect, expectAccessible, photograph, test } from './studio.ts';

const ORDERS = [
  '{"no": "O-1", "at": "2026-01-05T10:00:00Z", "total": "12.5", "customer": "C-1"}',
  '{"no": "O-2", "at": "soon", "total": 7}',
];

test('a mapping set is made, tried on records, corrected, kept, changed and deleted', async ({ page, api }) => {
  await page.goto('/sources');
  await page.getByRole('link', { name: 'Mapping sets' }).click();
  await expect(page.getByText('No mapping set yet')).toBeVisible();
  await page.getByRole('link', { name: 'New mapping set' }).click();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.getByLabel('Name').fill('Orders of the till');
  const records = page.getByLabel('JSON: a record, an array of them, or one a line');
  await records.fill('{"no": ');
  await expect(page.getByRole('alert')).toContainText('Line 1 is no JSON');
  await records.fill(ORDERS.join('\n'));
  const rows = [
    ['Field', 'no', '_id'],
    ['Expression', 'date(at)', 'timestamp'],
    ['Field', 'total', 'commerce.order.priceTotall'],
    ['Field', 'customer', 'identityMap.CRMID[0].id'],
  ] as const;
  for (const [index, [kind, source, destination]] of rows.entries()) {
    if (index > 0) await page.getByRole('button', { name: 'Add a field' }).click();
    await page.getByLabel(`Kind of field ${index + 1}`).selectOption(kind);
    await page.getByLabel(`Source of field ${index + 1}`).fill(source);
    await page.getByLabel(`Destination of field ${index + 1}`).fill(destination);
  }
  // A destination that there is not is marked where it stands.
  await expect(page.getByLabel('Destination of field 3')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('did you mean priceTotal')).toBeVisible();
  await page.getByLabel('Destination of field 3').fill('commerce.order.priceTotal');
  await expect(page.getByRole('status').filter({ hasText: 'cannot be mapped' })).toHaveText('1 record of 2 cannot be mapped as they are.');
  await expect(page.getByLabel('Document of record 1')).toContainText('"priceTotal": 12.5');
  await expectAccessible(page);
  await photograph(page, 'mapping-set');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved as version 0.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Orders of the till' })).toBeVisible();
  const { data } = await api.call(routes.listMappingSets);
  expect(data).toMatchObject([{ name: 'Orders of the till', mappings: [{ source: 'no', destination: '_id' }, {}, {}, {}] }]);
  await page.getByLabel('Remove field 4').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Version 1,')).toBeVisible();
  await page.getByRole('link', { name: 'Mapping sets' }).click();
  await expect(page.getByRole('row', { name: /Orders of the till 3 1/ })).toBeVisible();
  await expectAccessible(page);
  await photograph(page, 'mapping-sets');
  await page.getByRole('link', { name: 'Orders of the till' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No mapping set yet')).toBeVisible();
});
