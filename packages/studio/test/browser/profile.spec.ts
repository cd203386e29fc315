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

test('a profile tells until when somebody is in an audience, and what is missing for another one', async ({ page, api }) => {
  await importProfile(api, 'Tiers', '2026-01-01T10:00:00Z', { loyalty: { tier: 'silver' } });
  const { id: dataStreamId } = await api.call(routes.createDatastream, { body: { name: 'Why', orgId: 'WHY@AdobeOrg' } });
  const identityMap = { CRMID: [{ id: 'SOURCES-1', primary: true }] };
  const event = { xdm: { eventType: 'commerce.purchases', identityMap } };
  await api.call(routes.edgeServerInteract, { query: { dataStreamId }, body: { event } });
  const params = { namespace: 'CRMID', id: 'SOURCES-1' };
  while ((await api.call(routes.listEvents, { params })).events.length === 0) await wait(50);
  const recent = 'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 30 days before now]';
  const [inside, outside] = [
    await api.call(routes.createAudience, { body: { name: 'Bought lately', pql: recent } }),
    await api.call(routes.createAudience, {
      body: { name: 'Platinum, bought often', pql: `loyalty.tier = "platinum" and ${recent}.count() >= 3` },
    }),
  ];
  await page.goto('/profiles/CRMID/SOURCES-1');
  await page.getByRole('button', { name: 'Why in Bought lately?' }).click();
  const why = page.getByRole('region', { name: 'Why in Bought lately', exact: true });
  await expect(why).toContainText(/Leaves by time alone at .*, if nothing happens/);
  await page.getByRole('button', { name: /Why not in/ }).click();
  await page.getByRole('option', { name: 'Platinum, bought often' }).click();
  const whyNot = page.getByRole('region', { name: 'Why not in Platinum, bought often' });
  await expect(whyNot.getByRole('list', { name: 'What is missing' })).toContainText(
    /2 more events of type "commerce.purchases" in the last 30 days, has 1 of 3/,
  );
  await expect(whyNot.getByRole('list', { name: 'What is missing' })).toContainText('oyalty.tier must be "platinum", is "gold"');
  await expect(whyNot).toContainText('Time alone changes nothing.');
  await expectAccessible(page);
  await photograph(page, 'profile-why');
  for (const { id } of [inside, outside]) await api.call(routes.deleteAudience, { params: { id } });
});
