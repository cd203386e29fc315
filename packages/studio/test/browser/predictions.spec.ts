/** Predictions: defined in five steps with live counts, trained, read, and turned into audiences. */
import { DEMO_PREDICTIONS, routes } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { BOOKS, importClub } from './club.ts';
import { estimatedSize, expect, expectAccessible, photograph, test } from './studio.ts';

const PURCHASE = 'eventType = "commerce.purchases"';

/** Axe in both themes, and nothing cut off at the widths of a tablet and of a wall. */
async function expectWhole(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await photograph(page, `${name}-${colorScheme}`);
    await expectAccessible(page);
  }
  for (const width of [768, 2560, 1440]) {
    await page.setViewportSize({ width, height: 1024 });
    expect(await page.locator('#main').evaluate((main) => main.scrollWidth <= main.clientWidth), `${name} fits ${width}`).toBe(true);
  }
}

test('the demo predictions are added at one press, and a refused training says why', async ({ page, api }) => {
  await page.goto('/predictions');
  await page.getByRole('button', { name: 'Add the two demo predictions' }).click();
  const name = DEMO_PREDICTIONS[0]?.name ?? '';
  await expect(page.getByRole('row', { name })).toContainText('Failed');
  await page.getByRole('row', { name }).click();
  await expect(page.getByRole('region', { name: 'Last run' })).toContainText('401 NOT ENOUGH POPULATION');
  await expectAccessible(page);
  const { predictions } = await api.call(routes.listPredictions);
  for (const { id } of predictions) await api.call(routes.deletePrediction, { params: { id } });
  expect(predictions.map((each) => each.name).toSorted()).toEqual(DEMO_PREDICTIONS.map((each) => each.name).toSorted());
});

test('a prediction is defined in five steps, with what the data says of it', async ({ page, api }) => {
  test.setTimeout(120_000);
  await page.goto('/predictions');
  await page.getByRole('link', { name: 'Create prediction' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Buys soon');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('Whoever fits a rule').click();
  await page.getByRole('textbox', { name: 'Rule of the eligible population in PQL' }).click();
  await page.keyboard.insertText('loyalty.tier = "gold');
  await expect(page.getByRole('button', { name: /^1:16, go to this place/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByText('Whoever had an event in the last 45 days').click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Add event' }).click();
  await page.getByRole('menuitem', { name: 'Purchase' }).click();

  const task = { kind: 'conversion' as const, goal: { events: [{ condition: PURCHASE }], windowDays: 14 } };
  const { eligible, positives, refusals } = await api.call(routes.previewPrediction, { body: task });
  const counts = page.getByRole('region', { name: 'What the data says' });
  await expect(counts.locator('[data-eligible]')).toHaveAttribute('data-eligible', String(eligible));
  await expect(counts.locator('[data-positives]')).toHaveAttribute('data-positives', String(positives));
  await expect(counts).toContainText('401 NOT ENOUGH POPULATION');
  for (const { message } of refusals) await expect(counts).toContainText(message);
  await expectWhole(page, 'prediction-goal');

  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('combobox', { name: 'Field' }).fill('person.gender');
  await page.getByRole('option', { name: 'person.gender' }).click();
  await page.getByRole('button', { name: 'Leave out' }).click();
  await expect(page.getByRole('row', { name: 'person.gender' })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText('You had begun this one.')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('Will have Purchase within 14 days')).toBeVisible();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Buys soon' })).toBeVisible();
  await expect(counts).toContainText('401 NOT ENOUGH POPULATION');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Edit' }).click();
  const named = page.getByRole('dialog').getByRole('textbox', { name: 'Name' });
  await named.fill('Buys within two weeks');
  await named.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Buys within two weeks' })).toBeVisible();
  const [made] = (await api.call(routes.listPredictions)).predictions;
  expect(made).toMatchObject({
    key: 'buysSoon',
    excludedFields: ['person.gender'],
    goal: { events: [{ name: 'Purchase', condition: PURCHASE }] },
  });
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Clone' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Buys within two weeks (copy)');
  await page.goto('/predictions');
  await expect(page.getByRole('row', { name: 'Buys within two weeks' })).toContainText('Not trained');
  await photograph(page, 'predictions');
  await expectAccessible(page);
  await page.getByRole('row', { name: 'Buys within two weeks' }).click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Ask how likely something is')).toBeVisible();
});

test('a model is trained, read, compared and turned into audiences', async ({ page, api }) => {
  test.setTimeout(240_000);
  await importClub(api);
  const { id, key } = await api.call(routes.createPrediction, { body: BOOKS });
  await page.goto(`/predictions/${id}`);
  const progress = page.getByRole('region', { name: 'Progress' });
  await page.getByRole('button', { name: 'Train' }).click();
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(progress).toHaveCount(0);
  await expect.poll(async () => (await api.call(routes.getPrediction, { params: { id } })).lastRun?.status).toBe('cancelled');
  await page.getByRole('button', { name: 'Train' }).click();
  await expect(progress.getByRole('progressbar')).toBeVisible();
  await expect(page.locator('[data-scored]')).toBeVisible({ timeout: 150_000 });

  const scores = await api.call(routes.getPredictionScores, { params: { id } });
  await expect(page.locator('[data-scored]')).toHaveAttribute('data-scored', String(scores.profiles));
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('region', { name: 'Distribution of scores as a table' }).getByRole('row')).toHaveCount(21);
  await page.getByRole('button', { name: 'Show as chart' }).click();
  await photograph(page, 'prediction-scores');
  await expectAccessible(page);
  const high = scores.buckets.find(({ bucket }) => bucket === 'High');
  await page.getByRole('link', { name: 'Create audience of the high bucket' }).click();
  expect(await estimatedSize(page)).toBe(high?.profiles);
  await page.goBack();
  const factor = high?.factors[0];
  await page
    .getByRole('region', { name: 'High bucket' })
    .getByRole('link', { name: `${factor?.direction === 'up' ? 'raised' : 'lowered'} by ${factor?.label}` })
    .first()
    .click();
  expect(await estimatedSize(page)).toBe(factor?.profiles);
  await page.goBack();

  await page.getByRole('link', { name: 'Factors', exact: true }).click();
  await expect(page.getByRole('img', { name: /^Factors by how much/ })).toBeVisible();
  await expectWhole(page, 'prediction-factors');
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('slider', { name: 'Top % of the people' }).press('ArrowRight');
  await page.getByRole('textbox', { name: 'Worth of an outcome' }).fill('50');
  await page.getByRole('textbox', { name: 'Worth of an outcome' }).blur();
  await expect(page.getByText('The most is')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /BG\/NBD r \d.*, alpha \d.*, a \d.*, b \d/ })).toBeVisible();
  await expectWhole(page, 'prediction-quality');
  await page.getByRole('link', { name: 'Create audience of the top 21 %' }).click();
  const { size } = await api.call(routes.estimatePql, { body: { pql: `customerAI.${key}.percentile >= 80` } });
  expect(await estimatedSize(page)).toBe(size);
  await page.goBack();
  await page.getByRole('link', { name: 'Over time' }).click();
  await expect(page.getByRole('img', { name: /^AUC on \d past days/ })).toBeVisible();
  const { scorings } = await api.call(routes.listPredictionOutcomes, { params: { id } });
  expect(scorings.map(({ status }) => status)).toEqual(['waiting']);
  const known = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium' }).format(new Date(scorings[0]?.dueAt ?? ''));
  await expect(page.getByRole('region', { name: 'Scorings' }).getByRole('row').nth(1)).toContainText(`Known from ${known} on`);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Model card' }).click();
  await expect(page.getByRole('region', { name: 'Runs' }).getByText('Stopped')).toBeVisible();
  await expectAccessible(page);
  await page.goto(`/predictions/compare?left=${id}&right=${id}`);
  await expect(page.getByRole('row', { name: /^AUC/ })).toContainText('(');
  await expectAccessible(page);

  const [person] = (await api.call(routes.estimatePql, { body: { pql: `customerAI.${key}.percentile = 100` } })).sample;
  const { namespace = '', id: personId = '' } = person?.identity ?? {};
  const { predictions } = await api.call(routes.getProfilePredictions, { params: { namespace, id: personId } });
  await page.goto(`/profiles/${namespace}/${personId}`);
  const panel = page.getByRole('region', { name: 'Predictions' });
  await expect(panel.locator('[data-score]')).toHaveAttribute('data-score', String(predictions[0]?.score));
  for (const { label, value } of predictions[0]?.factors ?? []) await expect(panel).toContainText(`${label}: ${value}`);
  await photograph(page, 'prediction-profile');
  await expectAccessible(page);

  const params = { namespace, id: personId, prediction: id };
  const { before, features } = await api.call(routes.askWhatIf, { params, body: {} });
  const spoken = new Set(before.factors.map(({ code }) => code));
  const feature = features.find(({ code, unit, categories }) => spoken.has(code) && unit !== 'flag' && categories === null);
  const { after } = await api.call(routes.askWhatIf, { params, body: { changes: { [feature?.code ?? '']: 0 } } });
  await panel.getByRole('button', { name: 'What if …' }).click();
  const asked = page.getByRole('region', { name: `What if: ${BOOKS.name}` });
  await asked.getByRole('spinbutton', { name: feature?.label ?? '', exact: true }).fill('0');
  await expect(asked.getByText('With the changes')).toContainText(`With the changes ${after.score}`);
  await photograph(page, 'prediction-what-if');
  await expectAccessible(page);
  await asked.getByRole('button', { name: 'Back to their own values' }).press('Enter');
  await expect(asked.getByText('With the changes')).toContainText(`With the changes ${before.score}`);

  const { id: runId } = await api.call(routes.scorePrediction, { params: { id } });
  const statusOf = async () => (await api.call(routes.getPredictionRun, { params: { id, runId } })).status;
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('succeeded');
  await page.reload();
  await panel.getByText(/^The same since/).click();
  await expect(panel.getByText('None of the factors has moved.')).toBeVisible();
  await expectAccessible(page);

  await page.goto('/predictions');
  await expect(page.getByRole('row', { name: BOOKS.name })).toContainText(/Ready.*(Holds|Watch it|Train anew)/);
  await page.getByRole('row', { name: BOOKS.name }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Export scores as CSV' }).click();
  expect((await download).suggestedFilename()).toBe(`${key}.csv`);
  await api.call(routes.deletePrediction, { params: { id } });
});
