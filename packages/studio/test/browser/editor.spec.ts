import { routes } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { press, tabTo } from './keyboard.ts';
import { editorOf, estimatedSize, expect, test, writeRule } from './studio.ts';

test('a wrong field gets a squiggle, a message and a cure at one press', async ({ page, api }) => {
  await page.goto('/audiences/new');
  await writeRule(page, 'homeAddress.citty = "Berlin"');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('citty');
  const problems = page.getByRole('status', { name: 'Problems of the rule' });
  await expect(problems).toContainText('citty');
  await problems.getByRole('button', { name: 'Replace with city' }).click();
  await expect(editorOf(page)).toContainText('homeAddress.city = "Berlin"');
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
  const truth = await api.call(routes.estimatePql, { body: { pql: 'homeAddress.city = "Berlin"' } });
  expect(await estimatedSize(page)).toBe(truth.size);
});

test('an unclosed string is answered clearly', async ({ page }) => {
  await page.goto('/audiences/new');
  await writeRule(page, 'homeAddress.city = "Berlin');
  await expect(page.getByRole('status', { name: 'Problems of the rule' })).toContainText('never closed');
});

test('completion offers attributes, and inside an event filter the fields of events', async ({ page }) => {
  await page.goto('/audiences/new');
  await editorOf(page).click();
  await page.keyboard.type('homeAddress.ci');
  const list = page.getByRole('listbox');
  await expect(list.getByRole('option').first()).toContainText('city');
  await acceptCompletion(page);
  await expect(editorOf(page)).toContainText('homeAddress.city');

  await writeRule(page, 'xEvent[]');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('siteS');
  await expect(list.getByRole('option').first()).toContainText('siteSearch');
  await acceptCompletion(page);
  await expect(list.getByRole('option', { name: /^query/ })).toBeVisible();
});

test('completion offers functions with their documentation, and the values of a field', async ({ page }) => {
  await page.goto('/audiences/new');
  await editorOf(page).click();
  await page.keyboard.type('homeAddress.city.conta');
  await expect(page.getByRole('option', { name: /^contains/ })).toBeVisible();
  await expect(page.locator('.cm-completionInfo')).toContainText('Holds the text somewhere');
  await writeRule(page, 'xEvent[eventType = "commerce.pur"]');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+Space');
  await expect(page.getByRole('option', { name: /commerce\.purchases/ })).toBeVisible();
});

test('completion offers audiences by name and writes their id', async ({ page, audience }) => {
  await page.goto('/audiences/new');
  await editorOf(page).click();
  await page.keyboard.type('inSegm');
  await page.getByRole('option', { name: /^inSegment/ }).waitFor();
  await acceptCompletion(page);
  await page.keyboard.type('Sneakers');
  await page.getByRole('option', { name: audience.name }).first().waitFor();
  await page.waitForTimeout(120);
  await page.getByRole('option', { name: audience.id.slice(0, 8) }).click();
  await expect(editorOf(page)).toContainText(`inSegment("${audience.id}")`);
  expect(await estimatedSize(page)).toBe(audience.size);
});

test('an example fills the editor, and undo takes it back', async ({ page }) => {
  await page.goto('/audiences/new');
  await writeRule(page, 'homeAddress.city = "Berlin"');
  await page.getByRole('button', { name: /Did you forget to buy your sneakers/ }).click();
  await expect(editorOf(page)).toContainText('running shoes');
  await estimatedSize(page);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(editorOf(page)).toContainText('Berlin');
});

test('an audience is made, read and asked about with the keyboard alone', async ({ page, api }) => {
  await page.goto('/audiences');
  await expect(page.getByRole('heading', { level: 1, name: 'Audiences' })).toBeVisible();
  await press(page, 'Write PQL');
  await expect(page.getByRole('heading', { level: 1, name: 'Create audience' })).toBeVisible();
  await tabTo(page, /^Name/);
  await page.keyboard.type('By keyboard');
  await tabTo(page, 'Rule in PQL');
  await page.keyboard.insertText('homeAddress.city.isNotNull()');
  await estimatedSize(page);
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByRole('heading', { level: 1, name: 'By keyboard' })).toBeVisible();
  const members = page.getByRole('region', { name: 'Members', exact: true }).getByRole('link');
  const first = (await members.first().locator('span span').first().innerText()).trim();
  await press(page, new RegExp(RegExp.escape(first)));
  await press(page, /Why in By keyboard\?/);
  await expect(page.getByRole('region', { name: 'Why in By keyboard' })).toContainText('In the audience');
  for (const { id, name } of (await api.call(routes.listAudiences)).audiences) {
    if (name === 'By keyboard') await api.call(routes.deleteAudience, { params: { id } });
  }
});

test('people are found by a rule, exactly and page by page, and become an audience', async ({ page, api }) => {
  await page.goto('/profiles');
  await page.getByRole('link', { name: 'By rule' }).click();
  await writeRule(page, 'homeAddress.citty.isNotNull()');
  await expect(page.getByText('The rule has a mistake. Who fits it')).toBeVisible();
  await page.getByRole('status', { name: 'Problems of the rule' }).getByRole('button', { name: 'Replace with city' }).click();
  const pql = 'homeAddress.city.isNotNull()';
  const truth = await api.call(routes.findProfilesByRule, { body: { pql, start: 25, limit: 25 } });
  const found = page.getByRole('region', { name: 'Found' });
  await expect(found.getByRole('status')).toContainText(`${truth.total} profiles of ${truth.universe}`);
  await found.getByRole('button', { name: 'Next profiles' }).click();
  const { namespace = '', id = '' } = truth.profiles.at(-1)?.identity ?? {};
  await expect(found.getByRole('link', { name: `${namespace}:${id}`, exact: true })).toBeVisible();
  await expect(found).toContainText(`26–${Math.min(50, truth.total)} of ${truth.total}`);
  await page.reload();
  await expect(editorOf(page)).toContainText(pql);
  await found.getByRole('link', { name: 'Make an audience of this' }).click();
  expect(await estimatedSize(page)).toBe(truth.total);
});

/** The editor ignores Enter for 75 ms after the list opens, so that nobody accepts what they have not seen. */
async function acceptCompletion(page: Page): Promise<void> {
  await page.waitForTimeout(120);
  await page.keyboard.press('Enter');
}
