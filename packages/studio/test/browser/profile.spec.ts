/** A profile that two datasets tell of: each value says which one it is from, and each record is there whole. */
import type { Client } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, expectAccessible, photograph, test } from './studio.ts';

async function importProfile(api: Client, dataset: string, lastUpdatedDate: string, fields: object): Promise<void> {
  const identityMap = { CRMID: [{ id: 'SOURCES-1', primary: true }] };
  const record = { identityMap, extSourceSystemAudit: { lastUpdatedDate }, ...fields };
  const upload = `${dataset}.jsonl`;
  await api.call(routes.upload, { params: { name: upload }, body: JSON.stringify(record) });
  const { id } = await api.call(routes.startImport, { body: { upload, dataset, target: 'profile' } });
  while ((await api.call(routes.getImport, { params: { id } })).finishedAt === null) await wait(50);
}

test('a profile tells which dataset each value is from', async ({ page, api }) => {
  const [older, newer] = ['2026-01-01T10:00:00Z', '2026-02-01T10:00:00Z'];
  const tier = (name: string): object => ({ loyalty: { tier: name } });
  await importProfile(api, 'Desk', older, { ...tier('silver'), homeAddress: { city: 'Graz' } });
  await importProfile(api, 'Club', newer, tier('gold'));
  await page.goto('/profiles/CRMID/SOURCES-1');
  const attributes = page.getByRole('region', { name: 'Attributes', exact: true });
  await expect(attributes.locator('div', { has: page.getByText('loyalty.tier', { exact: true }) }).last()).toContainText('goldClub');
  await expect(attributes.locator('div', { has: page.getByText('homeAddress.city', { exact: true }) }).last()).toContainText('GrazDesk');
  const sources = page.getByRole('region', { name: 'By source' });
  await expect(sources.getByText('2 records', { exact: true })).toBeVisible();
  const desk = sources.getByRole('listitem').filter({ hasText: 'Desk' });
  await desk.locator('summary').first().click();
  await expect(desk).toContainText('silver');
  await expectAccessible(page);
  await photograph(page, 'profile-by-source');
});
