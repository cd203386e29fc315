/** The ten audiences of docs/studio.md, clicked and dragged together as the page says, are the rules that it prints. */
import { routes } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { dragTo, editorOf, estimatedSize, expect, test } from './studio.ts';

const manual = readFileSync(new URL('../../../../docs/studio.md', import.meta.url), 'utf8');
const AUDIENCES = [...manual.matchAll(/^### (\d+\. [^\n]+)\n[^]*?^```\n([^]*?)\n```$/gm)].map(([, title = '', rule = '']) => ({
  title,
  rule,
}));

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const card = (page: Page, name: string | RegExp) => page.getByRole('group', { name, exact: true });

async function open(page: Page, ...folders: readonly string[]): Promise<void> {
  await page.getByRole('tab', { name: 'Attributes' }).click();
  for (const folder of folders) await page.getByRole('region', { name: 'Fields' }).getByRole('button', { name: folder }).first().click();
}

async function events(page: Page, search = ''): Promise<void> {
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('searchbox', { name: 'Search events' }).fill(search);
}

async function value(page: Page, field: string, text: string): Promise<void> {
  await page.getByLabel(`Value of ${field}`).fill(text);
  await page.getByLabel(`Value of ${field}`).press('Enter');
}

async function act(page: Page, name: string, action: string): Promise<void> {
  await button(page, `Actions of ${name}`).click();
  await page.getByRole('menuitem', { name: action }).click();
}

const STEPS: readonly ((page: Page) => Promise<void>)[] = [
  async (page) => {
    await open(page, 'Loyalty');
    await button(page, 'Add Tier').click();
    await value(page, 'Tier', 'gold');
  },
  async (page) => {
    await open(page, 'Home address');
    await button(page, 'Add City').click();
    for (const city of ['Berlin', 'Hamburg', 'Munich']) await value(page, 'City', city);
  },
  async (page) => {
    await events(page);
    await button(page, 'Add commerce.purchases').click();
    await page.getByLabel('Number of events').fill('2');
    await button(page, 'Apply time rule').click();
  },
  async (page) => {
    await events(page);
    await button(page, 'Add commerce.purchases').click();
    await page.getByLabel('How events are counted').selectOption('Sum of');
    await page.getByLabel('Field to aggregate').fill('commerce.order.priceTotal');
    await page.getByLabel('Compared with').fill('300');
    await button(page, 'Apply time rule').click();
    await page.getByLabel('How long').fill('90');
  },
  async (page) => {
    await events(page, 'commerce.');
    await dragTo(page, 'Add commerce.productListAdds', 'At the end of the rule');
    await dragTo(page, 'Add commerce.productViews', /as its next step$/);
    await dragTo(page, 'Add commerce.purchases', 'At the end of the sequence');
    await act(page, 'step 2, commerce.productViews', 'Must not happen');
    await button(page, 'Within…').last().click();
    await page.getByLabel('Length of the gap').fill('7');
  },
  async (page) => {
    await events(page, 'commerce.');
    await dragTo(page, 'Add commerce.productViews', 'At the end of the rule');
    await dragTo(page, 'Add commerce.purchases', /as its next step$/);
    await events(page, 'productListItems.SKU');
    await dragTo(page, 'Add SKU', 'At the end of the conditions of step 2, commerce.purchases');
    await dragTo(page, 'Add SKU', 'Compare SKU with this field');
  },
  async (page) => {
    await events(page, 'siteSearch.query');
    await button(page, 'Add Query').click();
    await page.getByLabel('Operator of Query').selectOption('contains');
    await value(page, 'Query', 'running shoes');
    await button(page, 'Apply time rule').click();
    await events(page);
    await dragTo(page, 'Add commerce.purchases', 'At the end of the rule');
    await button(page, 'Apply time rule').click();
    await card(page, 'commerce.purchases').focus();
    await page.keyboard.press('e');
  },
  async (page) => {
    await open(page, 'Loyalty');
    await button(page, 'Add Join date').click();
    await page.getByLabel('When Join date').selectOption('Today');
    await page.getByLabel('Ignore year').check();
  },
  async (page) => {
    await open(page, 'Consents', 'Marketing', 'Email');
    await page
      .getByRole('region', { name: 'Fields' })
      .locator('[title^="consents.marketing.email.val"]')
      .getByRole('button', { name: /^Add/ })
      .click();
    await page.getByLabel(/^Value of/).fill('y');
    await page.getByLabel(/^Value of/).press('Enter');
  },
  async (page) => {
    await events(page);
    await button(page, 'Add commerce.purchases').click();
    await page.getByLabel('How events are counted').selectOption('All events');
    await events(page, 'commerce.order.priceTotal');
    await dragTo(page, 'Add Price total', 'At the end of the conditions of commerce.purchases');
    await page.getByLabel('Operator of Price total').selectOption('is greater than or equal to');
    await page.getByLabel('Value of Price total').fill('20');
    await events(page);
    await dragTo(page, 'Add commerce.purchases', 'At the end of the rule');
  },
];

test('the manual has ten audiences', () => {
  expect(AUDIENCES).toHaveLength(STEPS.length);
});

for (const [index, steps] of STEPS.entries()) {
  const { title, rule } = AUDIENCES[index] ?? { title: String(index), rule: '' };
  test(`by mouse: ${title}`, async ({ page, api }) => {
    await page.goto('/audiences/build');
    await page.getByRole('region', { name: 'Fields' }).waitFor();
    await steps(page);
    await page.getByRole('button', { name: 'Code view' }).click();
    const text = async () => (await editorOf(page).locator('.cm-line').allInnerTexts()).join('\n');
    await expect.poll(text).toBe(rule);
    const truth = await api.call(routes.estimatePql, { body: { pql: rule } });
    expect(await estimatedSize(page)).toBe(truth.size);
  });
}
