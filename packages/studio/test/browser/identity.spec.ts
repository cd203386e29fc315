/** The identity graph of a profile: seen, and a wrong link removed. */
import { routes } from '@kindred/contract';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, expectAccessible, photograph, test } from './studio.ts';

test('a profile shows what links its identities; without a wrong link it is two people', async ({ page, api }) => {
  const record = (customer: string, email: string, day: string): object => ({
    _id: `${customer} ${email}`,
    timestamp: `2026-01-${day}T10:00:00Z`,
    eventType: 'web.webpagedetails.pageViews',
    identityMap: { CRMID: [{ id: customer, primary: true }], Email: [{ id: email }] },
  });
  const records = [record('GRAPH-1', 'one@example.org', '01'), record('GRAPH-2', 'one@example.org', '02')];
  await api.call(routes.upload, { params: { name: 'graph.jsonl' }, body: records.map((each) => JSON.stringify(each)).join('\n') });
  const { id } = await api.call(routes.startImport, { body: { upload: 'graph.jsonl', dataset: 'Graph' } });
  while ((await api.call(routes.getImport, { params: { id } })).finishedAt === null) await wait(50);
  await page.goto('/profiles/CRMID/GRAPH-1');
  const panel = page.getByRole('region', { name: 'Identity graph' });
  await expect(panel.getByRole('img', { name: '3 identities with 2 links among them' })).toBeVisible();
  await panel.getByText('How they came together').click();
  await photograph(page, 'identity-graph');
  await expectAccessible(page);
  await panel.getByRole('button', { name: /GRAPH-2/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(panel.getByRole('img', { name: '2 identities with 1 link among them' })).toBeVisible();
  await panel.getByText('1 link with other people does not count').click();
  await expect(panel.getByText('it was removed by hand')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Timeline' }).getByText('1 event', { exact: true })).toBeVisible();
});
