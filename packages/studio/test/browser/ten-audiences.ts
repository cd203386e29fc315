/** The ten audiences of docs/studio.md, each with the way to make it by mouse and the way by keys. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { choose, press, toPart, typeOver } from './keyboard.ts';
import { codeOf, dragTo, estimatedSize, expect } from './studio.ts';

type Way = (page: Page) => Promise<void>;

export interface ManualAudience {
  readonly title: string;
  /** As the manual prints it. */
  readonly rule: string;
  readonly byMouse: Way;
  readonly byKeyboard: Way;
}

/** The rule on the canvas is this one, and the size on screen is the API's. */
export async function expectRule(page: Page, api: Client, rule: string): Promise<void> {
  await expect.poll(() => codeOf(page)).toBe(rule);
  const { size } = await api.call(routes.estimatePql, { body: { pql: rule } });
  expect(await estimatedSize(page)).toBe(size);
}

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

/** The tab of events, by arrow from the first one. */
const eventsByKey: Way = (page) => press(page, 'Attributes', 'ArrowRight');

async function searchByKey(page: Page, text: string): Promise<void> {
  await toPart(page, 'Fields');
  await page.keyboard.press('/');
  await typeOver(page, 'Search events', text);
}

async function valueByKey(page: Page, field: string, text: string): Promise<void> {
  await typeOver(page, `Value of ${field}`, text);
  await page.keyboard.press('Enter');
}

/** Drags by keys: Enter on the grip, Tab to the place, Enter. */
async function moveByKey(page: Page, grip: string, place: string): Promise<void> {
  await press(page, grip);
  await press(page, place);
}

const WAYS: readonly Pick<ManualAudience, 'byMouse' | 'byKeyboard'>[] = [
  {
    byMouse: async (page) => {
      await open(page, 'Loyalty');
      await button(page, 'Add Tier').click();
      await value(page, 'Tier', 'gold');
    },
    byKeyboard: async (page) => {
      await press(page, 'Loyalty›');
      await press(page, 'Add Tier');
      await toPart(page, 'Rule');
      await valueByKey(page, 'Tier', 'gold');
    },
  },
  {
    byMouse: async (page) => {
      await open(page, 'Home address');
      await button(page, 'Add City').click();
      for (const city of ['Berlin', 'Hamburg', 'Munich']) await value(page, 'City', city);
    },
    byKeyboard: async (page) => {
      await press(page, 'Home address›');
      await press(page, 'Add City');
      await toPart(page, 'Rule');
      for (const city of ['Berlin', 'Hamburg', 'Munich']) await valueByKey(page, 'City', city);
    },
  },
  {
    byMouse: async (page) => {
      await events(page);
      await button(page, 'Add commerce.purchases').click();
      await page.getByLabel('Number of events').fill('2');
      await button(page, 'Apply time rule').click();
    },
    byKeyboard: async (page) => {
      await eventsByKey(page);
      await press(page, 'Add commerce.purchases');
      await toPart(page, 'Rule');
      await typeOver(page, 'Number of events', '2');
      await press(page, 'Apply time rule');
    },
  },
  {
    byMouse: async (page) => {
      await events(page);
      await button(page, 'Add commerce.purchases').click();
      await page.getByLabel('How events are counted').selectOption('Sum of');
      await page.getByLabel('Field to aggregate').fill('commerce.order.priceTotal');
      await page.getByLabel('Compared with').fill('300');
      await button(page, 'Apply time rule').click();
      await page.getByLabel('How long').fill('90');
    },
    byKeyboard: async (page) => {
      await eventsByKey(page);
      await press(page, 'Add commerce.purchases');
      await toPart(page, 'Rule');
      await choose(page, 'How events are counted', 'Sum of');
      await typeOver(page, 'Field to aggregate', 'commerce.order.priceTotal');
      await typeOver(page, 'Compared with', '300');
      await press(page, 'Apply time rule');
      await typeOver(page, 'How long', '90');
    },
  },
  {
    byMouse: async (page) => {
      await events(page, 'commerce.');
      await dragTo(page, 'Add commerce.productListAdds', 'At the end of the rule');
      await dragTo(page, 'Add commerce.productViews', /as its next step$/);
      await dragTo(page, 'Add commerce.purchases', 'At the end of the sequence');
      await act(page, 'step 2, commerce.productViews', 'Must not happen');
      await button(page, 'Within…').last().click();
      await page.getByLabel('Length of the gap').fill('7');
    },
    byKeyboard: async (page) => {
      await eventsByKey(page);
      await searchByKey(page, 'commerce.');
      await press(page, 'Add commerce.productListAdds');
      await searchByKey(page, 'commerce.productViews');
      await moveByKey(page, 'Drag commerce.productViews', 'After commerce.productListAdds, as its next step');
      await searchByKey(page, 'commerce.purchases');
      await moveByKey(page, 'Drag commerce.purchases', 'At the end of the sequence');
      await toPart(page, 'Rule');
      await press(page, 'Actions of step 2, commerce.productViews');
      await press(page, /^Must not happen/);
      await press(page, 'Within…');
      await typeOver(page, 'Length of the gap', '7');
    },
  },
  {
    byMouse: async (page) => {
      await events(page, 'commerce.');
      await dragTo(page, 'Add commerce.productViews', 'At the end of the rule');
      await dragTo(page, 'Add commerce.purchases', /as its next step$/);
      await events(page, 'productListItems.SKU');
      await dragTo(page, 'Add SKU', 'At the end of the conditions of step 2, commerce.purchases');
      await dragTo(page, 'Add SKU', 'Compare SKU with this field');
    },
    byKeyboard: async (page) => {
      await eventsByKey(page);
      await searchByKey(page, 'commerce.');
      await press(page, 'Add commerce.productViews');
      await moveByKey(page, 'Drag commerce.purchases', 'After commerce.productViews, as its next step');
      await searchByKey(page, 'productListItems.SKU');
      await moveByKey(page, 'Drag SKU', 'At the end of the conditions of step 2, commerce.purchases');
      await toPart(page, 'Fields');
      await moveByKey(page, 'Drag SKU', 'Compare SKU with this field');
    },
  },
  {
    byMouse: async (page) => {
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
    byKeyboard: async (page) => {
      await eventsByKey(page);
      await searchByKey(page, 'siteSearch.query');
      await press(page, 'Add Query');
      await toPart(page, 'Rule');
      await choose(page, 'Operator of Query', 'contains');
      await valueByKey(page, 'Query', 'running shoes');
      await press(page, 'Apply time rule');
      await searchByKey(page, 'commerce.purchases');
      await press(page, 'Add commerce.purchases');
      await toPart(page, 'Rule');
      await press(page, 'Apply time rule');
      await toPart(page, 'Rule');
      await press(page, 'commerce.purchases', 'e');
    },
  },
  {
    byMouse: async (page) => {
      await open(page, 'Loyalty');
      await button(page, 'Add Join date').click();
      await page.getByLabel('When Join date').selectOption('Today');
      await page.getByLabel('Ignore year').check();
    },
    byKeyboard: async (page) => {
      await press(page, 'Loyalty›');
      await press(page, 'Add Join date');
      await toPart(page, 'Rule');
      await choose(page, 'When Join date', 'Today');
      await press(page, 'Ignore year', 'Space');
    },
  },
  {
    byMouse: async (page) => {
      await open(page, 'Consents', 'Marketing', 'Email');
      await page
        .getByRole('region', { name: 'Fields' })
        .locator('[title^="consents.marketing.email.val"]')
        .getByRole('button', { name: /^Add/ })
        .click();
      await page.getByLabel(/^Value of/).fill('y');
      await page.getByLabel(/^Value of/).press('Enter');
    },
    byKeyboard: async (page) => {
      for (const folder of ['Consents›', 'Marketing›', 'Email›']) await press(page, folder);
      await press(page, 'Add Val');
      await toPart(page, 'Rule');
      await typeOver(page, /^Value of/, 'y');
      await page.keyboard.press('Enter');
    },
  },
  {
    byMouse: async (page) => {
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
    byKeyboard: async (page) => {
      await eventsByKey(page);
      await press(page, 'Add commerce.purchases');
      await toPart(page, 'Rule');
      await choose(page, 'How events are counted', 'All events');
      await searchByKey(page, 'commerce.order.priceTotal');
      await press(page, 'Add Price total');
      await toPart(page, 'Rule');
      await choose(page, 'Operator of Price total', 'is greater than or equal to');
      await typeOver(page, 'Value of Price total', '20');
      await searchByKey(page, 'commerce.purchases');
      await press(page, 'Add commerce.purchases');
    },
  },
];

const manual = readFileSync(new URL('../../../../docs/studio.md', import.meta.url), 'utf8');
const printed = [...manual.matchAll(/^### (\d+\. [^\n]+)\n[^]*?^```\n([^]*?)\n```$/gm)];
if (printed.length !== WAYS.length) throw new Error(`docs/studio.md prints ${printed.length} audiences, ${WAYS.length} are made here`);

export const TEN_AUDIENCES: readonly ManualAudience[] = WAYS.map((ways, index) => {
  const [, title = '', rule = ''] = printed[index] ?? [];
  return { title, rule, ...ways };
});
