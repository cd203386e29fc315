/** Predictions: defined in five steps with live counts, trained, read, and turned into audiences. */
import { routes } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, photograph, test } from './studio.ts';

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

test('a prediction is defined in five steps, with what the data says of it', async ({ page, api }) => {
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
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Buys within two weeks');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Buys within two weeks' })).toBeVisible();
  const [made] = (await api.call(routes.listPredictions)).predictions;
  expect(made).toMatchObject({
    key: 'buysSoon',
    excludedFields: ['person.gender'],
    goal: { events: [{ name: 'Purchase', condition: PURCHASE }] },
  });
  await page.getByRole('link', { name: 'Clone' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Buys within two weeks (copy)');
  await page.goto('/predictions');
  await expect(page.getByRole('row', { name: 'Buys within two weeks' })).toContainText('Not trained');
  await expectWhole(page, 'predictions');
  await page.getByRole('row', { name: 'Buys within two weeks' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Ask how likely something is')).toBeVisible();
});
