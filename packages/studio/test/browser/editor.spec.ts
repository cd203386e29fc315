import { routes } from '@kindred/contract';
import type { Page } from '@playwright/test';
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
  const tabTo = async (what: string) => {
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const element = document.activeElement;
        const text = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        return element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? text) : text;
      });
      if (label.includes(what)) return;
    }
    throw new Error(`Tab does not reach “${what}”`);
  };
  await tabTo('Write PQL');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Create audience' })).toBeVisible();
  await tabTo('Name');
  await page.keyboard.type('By keyboard');
  await tabTo('Rule in PQL');
  await page.keyboard.insertText('homeAddress.city.isNotNull()');
  await estimatedSize(page);
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByRole('heading', { level: 1, name: 'By keyboard' })).toBeVisible();
  const members = page.getByRole('region', { name: 'Members', exact: true }).getByRole('link');
  const first = (await members.first().locator('span span').first().innerText()).trim();
  await tabTo(first);
  await page.keyboard.press('Enter');
  await tabTo('Why in By keyboard?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Why in By keyboard' })).toContainText('In the audience');
  for (const { id, name } of (await api.call(routes.listAudiences)).audiences) {
    if (name === 'By keyboard') await api.call(routes.deleteAudience, { params: { id } });
  }
});

/** The editor ignores Enter for 75 ms after the list opens, so that nobody accepts what they have not seen. */
async function acceptCompletion(page: Page): Promise<void> {
  await page.waitForTimeout(120);
  await page.keyboard.press('Enter');
}
