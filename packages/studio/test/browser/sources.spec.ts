/** Where data comes from: sources that are fetched, and records that could not be stored. */
import { HTTP_API_SPEC, routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, expectAccessible, photograph, test } from './studio.ts';

const visit = (id: string, more: object = {}): object => ({
  _id: id,
  timestamp: '2026-01-05T10:00:00Z',
  eventType: 'web.webpagedetails.pageViews',
  identityMap: { CRMID: [{ id: 'STUDIO-1', primary: true }] },
  ...more,
});

test('a folder is added, brings its files, and is paused and removed', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'kindred-drop-'));
  writeFileSync(join(folder, 'visits.jsonl'), [visit('drop-1'), visit('drop-2')].map((each) => JSON.stringify(each)).join('\n'));
  writeFileSync(join(folder, 'broken.parquet'), 'no parquet');
  try {
    await page.goto('/sources');
    await expect(page.getByText('Nothing is fetched yet')).toBeVisible();
    await page.getByRole('button', { name: 'Add source' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Drop folder');
    await dialog.getByLabel('Path').fill('/no/such/folder');
    await dialog.getByLabel('Settle seconds').fill('0');
    await dialog.getByLabel('Dataset').fill('Dropped visits');
    await expectAccessible(page);
    await photograph(page, 'add-source');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await expect(dialog.getByText('The folder /no/such/folder cannot be read')).toBeVisible();
    await dialog.getByLabel('Path').fill(folder);
    await dialog.getByRole('button', { name: 'Add' }).click();
    const card = page.getByRole('listitem').filter({ hasText: 'Drop folder' });
    await card.getByRole('button', { name: 'Run now' }).click();
    await expect(card.getByText('Stored').locator('xpath=following-sibling::dd')).toHaveText('2');
    await card.getByText('What the last run could not take').click();
    await expect(card.getByText('broken.parquet')).toBeVisible();
    await expect(card.getByRole('button', { name: 'Run now', exact: true })).toBeEnabled();
    await photograph(page, 'data-source');
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Pause' }).click();
    await expect(card.getByText('Paused', { exact: true })).toBeVisible();
    await card.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText('Nothing is fetched yet')).toBeVisible();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a record that could not be stored is corrected and sent again, another one put aside', async ({ page, api }) => {
  for (const id of ['bad-1', 'bad-2']) await send(api, visit(id, { commerce: { order: { priceTotal: 'much' } } }));
  await page.goto('/sources/dead-letters');
  const letter = page.getByRole('listitem').filter({ hasText: 'commerce.order.priceTotal' });
  await expect
    .poll(async () => {
      await page.reload();
      return await letter.count();
    })
    .toBeGreaterThanOrEqual(2);
  const first = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.locator('summary') })
    .first();
  await first.getByText('Look at the record and correct it').click();
  const record = first.getByLabel('The record as JSON');
  await expectAccessible(page);
  await photograph(page, 'dead-letter');
  await record.fill((await record.inputValue()).replace('"much"', 'much'));
  await first.getByRole('button', { name: 'Send the corrected record' }).click();
  await expect(first.getByText('The record is not JSON')).toBeVisible();
  await record.fill((await record.inputValue()).replace('much', '12.5'));
  await first.getByRole('button', { name: 'Send the corrected record' }).click();
  await expect(page.getByText('1 record', { exact: true })).toBeVisible();
  await page.getByText('Look at the record and correct it').click();
  await page.getByRole('button', { name: 'Put aside' }).click();
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  await page.goto('/sources/dead-letters?state=all');
  for (const state of ['Sent again', 'Put aside']) await expect(page.getByRole('listitem').getByText(state, { exact: true })).toBeVisible();
});

async function send(api: Client, xdmEntity: object): Promise<void> {
  const auth = { specName: 'Streaming Connection', params: { sourceId: 'web', name: 'web' } };
  const body = { name: 'web', connectionSpec: { id: HTTP_API_SPEC, version: '1.0' }, auth };
  const { id } = await api.call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await api.call(routes.getFlowObject, { params: { kind: 'connections', id } });
  const { inletId } = (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params;
  const schemaRef = { id: 'https://ns.adobe.com/xdm/context/experienceevent' };
  const header = { schemaRef, imsOrgId: 'org', datasetId: 'Dropped visits' };
  await api.call(routes.collect, { params: { inletId }, body: { header, body: { xdmMeta: { schemaRef }, xdmEntity } } });
}
