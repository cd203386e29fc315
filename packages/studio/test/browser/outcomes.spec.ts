/** What people did after they were scored, once it is known: on a server that lived some weeks ago, and lives now. */
import { createClient, routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { startOwnServer, temporaryFolder } from '../../../server/test/support/processes.ts';
import { formatShare } from '../../src/ui/format.ts';
import { BOOKS, importClub } from './club.ts';
import { expect, expectAccessible, photograph, test } from './studio.ts';

const DAY = 86_400_000;

/** Does something on a server for which it is so many days ago. */
async function daysAgo(days: number, folder: string, work: (api: Client, url: string) => Promise<void>): Promise<void> {
  const { running, url } = await startOwnServer(folder, { daysAgo: days });
  try {
    await work(createClient({ baseUrl: url }), url);
  } finally {
    await running.kill();
  }
}

test('what came of scorings is shown beside what was said', async ({ page }) => {
  test.setTimeout(240_000);
  const folder = temporaryFolder('kindred-outcomes');
  const now = Date.now();
  let prediction = '';
  const ended = async (api: Client, runId: string): Promise<void> => {
    const params = { id: prediction, runId };
    const statusOf = async () => (await api.call(routes.getPredictionRun, { params })).status;
    await expect.poll(statusOf, { timeout: 120_000 }).toBe('succeeded');
  };
  try {
    await daysAgo(18, folder.path, async (api) => {
      await importClub(api, { now, to: now - 18 * DAY });
      ({ id: prediction } = await api.call(routes.createPrediction, { body: BOOKS }));
      await ended(api, (await api.call(routes.trainPrediction, { params: { id: prediction } })).id);
    });
    await daysAgo(16.9, folder.path, async (api) => {
      await importClub(api, { now, from: now - 18 * DAY, to: now - 16.9 * DAY });
      await ended(api, (await api.call(routes.scorePrediction, { params: { id: prediction } })).id);
    });
    // Just before the first of them can be told.
    await daysAgo(3.1, folder.path, async (api) => await importClub(api, { now, from: now - 16.9 * DAY, to: now - 3.1 * DAY }));
    await daysAgo(0, folder.path, async (api, url) => {
      const outcomes = async () => (await api.call(routes.listPredictionOutcomes, { params: { id: prediction } })).scorings;
      await expect.poll(async () => (await outcomes()).map(({ status }) => status), { timeout: 30_000 }).toEqual(['judged', 'judged']);
      const [newest] = await outcomes();
      expect(newest?.outcome?.actualRate).toBeGreaterThan(0);
      await page.goto(`${url}/predictions/${prediction}`);
      await page.getByRole('link', { name: 'Over time' }).click();
      await expect(page.getByRole('img', { name: /^2 scorings\./ })).toBeVisible();
      await expect(page.getByText('The next scoring will be the first')).toHaveCount(0);
      const share = (rate = 0): string => formatShare(rate, 1);
      const scorings = page.getByRole('region', { name: 'Scorings' }).getByRole('row');
      await expect(scorings).toHaveCount(3);
      await expect(scorings.nth(1)).toContainText(share(newest?.outcome?.predictedRate));
      await expect(scorings.nth(1)).toContainText(share(newest?.outcome?.actualRate));
      await expect(scorings.nth(1)).toContainText(/Came (as often as|less often than|more often than) was said/);
      const buckets = page.getByRole('region', { name: /bucket by bucket$/ });
      for (const { bucket, actualRate } of newest?.outcome?.buckets ?? [])
        await expect(buckets.getByRole('row', { name: bucket })).toContainText(share(actualRate));
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await photograph(page, `prediction-outcomes-${colorScheme}`);
        await expectAccessible(page);
      }
    });
  } finally {
    folder.remove();
  }
});
