/** The Segment Builder: three audiences of growing difficulty by mouse, by keyboard and by pasted PQL are the same rules of the same sizes. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { press, typeOver } from './keyboard.ts';
import { codeOf, dragTo, editorOf, estimatedSize, expect, expectAccessible, openBuilder, openCode, photograph, test } from './studio.ts';
import { TEN_AUDIENCES } from './ten-audiences.ts';

const RULES = {
  attribute: 'loyalty.tier.equals("gold", false)',
  count: 'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 30 days before now].count() >= 2',
  sequence: `chain(xEvent, timestamp, [
  C0: WHAT(eventType = "commerce.productViews"),
  C1: WHAT(eventType = "commerce.purchases") WHEN(<= 7 days after C0)
])`,
} as const;
type Rule = keyof typeof RULES;

const card = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

async function expectSizes(page: Page, api: Client, rule: Rule): Promise<void> {
  await expect.poll(() => codeOf(page)).toBe(RULES[rule]);
  const truth = await api.call(routes.estimateNodes, { body: { pql: RULES[rule] } });
  expect(await estimatedSize(page)).toBe(truth.root.size);
  const sizes = page.getByRole('region', { name: 'Rule', exact: true }).locator('[data-size]');
  const shown = async (): Promise<number[]> =>
    await sizes.evaluateAll((found) => found.map((each) => Number((each as HTMLElement).dataset['size'])));
  await expect.poll(async () => (await shown())[0], { message: 'the card shows the size of its rule' }).toBe(truth.root.size);
  if (rule !== 'sequence') return;
  const first = await api.call(routes.estimatePql, { body: { pql: 'xEvent[eventType = "commerce.productViews"]' } });
  const steps = async (): Promise<number[]> => (await shown()).slice(1);
  await expect.poll(steps, { message: 'each step shows who comes as far' }).toEqual([first.size, truth.root.size]);
}

const BY_MOUSE: Readonly<Record<Rule, (page: Page) => Promise<void>>> = {
  attribute: async (page) => {
    await page.getByRole('button', { name: 'Loyalty' }).click();
    await dragTo(page, 'Add Tier', 'At the end of the rule');
    await page.getByLabel('Value of Tier').fill('gold');
    await page.getByLabel('Value of Tier').blur();
  },
  count: async (page) => {
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByRole('button', { name: 'Add commerce.purchases', exact: true }).click();
    await page.getByLabel('Number of events').fill('2');
    await page.getByRole('button', { name: 'Apply time rule' }).click();
  },
  sequence: async (page) => {
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByRole('button', { name: 'Add commerce.productViews', exact: true }).click();
    await dragTo(page, 'Add commerce.purchases', /as its next step/);
    await page.getByRole('button', { name: 'Within…' }).click();
    await page.getByLabel('Length of the gap').fill('7');
  },
};

const BY_KEYBOARD: Readonly<Record<Rule, (page: Page) => Promise<void>>> = {
  attribute: async (page) => {
    await press(page, 'Loyalty›');
    await press(page, 'Add Tier');
    await typeOver(page, 'Value of Tier', 'gold');
    await page.keyboard.press('Enter');
  },
  count: async (page) => {
    await press(page, 'Attributes', 'ArrowRight');
    await press(page, 'Add commerce.purchases');
    await typeOver(page, 'Number of events', '2');
    await press(page, 'Apply time rule');
  },
  sequence: async (page) => {
    await press(page, 'Attributes', 'ArrowRight');
    await press(page, 'Add commerce.productViews');
    await press(page, 'Add commerce.purchases');
    await press(page, 'Move commerce.purchases');
    await press(page, 'After commerce.productViews, as its next step');
    await press(page, 'Within…');
    await typeOver(page, 'Length of the gap', '7');
  },
};

for (const rule of ['attribute', 'count', 'sequence'] as const) {
  test(`the ${rule} audience by mouse`, async ({ page, api }) => {
    await openBuilder(page);
    await BY_MOUSE[rule](page);
    await expectSizes(page, api, rule);
  });

  test(`the ${rule} audience by keyboard`, async ({ page, api }) => {
    await openBuilder(page);
    await BY_KEYBOARD[rule](page);
    await expectSizes(page, api, rule);
  });

  test(`the ${rule} audience by pasted PQL`, async ({ page, api }) => {
    await openBuilder(page);
    await openCode(page);
    await editorOf(page).click();
    await page.keyboard.insertText(RULES[rule]);
    await expectSizes(page, api, rule);
  });
}

test('undo and redo lead back and forth, through picture and text', async ({ page }) => {
  await openBuilder(page);
  await BY_MOUSE.count(page);
  const whole = RULES.count;
  await expect.poll(() => codeOf(page)).toBe(whole);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => codeOf(page)).toBe('xEvent[eventType = "commerce.purchases"].count() >= 2');
  await card(page, 'commerce.purchases').focus();
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.getByText('Choose an attribute')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect.poll(() => codeOf(page)).toBe(whole);
});

test('a reload keeps the draft, discarding it brings back what is saved', async ({ page, audience }) => {
  await page.goto(`/audiences/${audience.id}/build`);
  await page.getByLabel('Description').fill('Changed, not saved');
  await page.getByRole('button', { name: 'And: change to or' }).click();
  await expect.poll(() => codeOf(page)).toContain('\nor not');
  await expect.poll(() => page.evaluate((id) => localStorage.getItem(`kindred.builder.draft.${id}`), audience.id)).toContain('or not');
  await page.reload();
  await expect(page.getByText('Draft restored')).toBeVisible();
  await expect(page.getByLabel('Description')).toHaveValue('Changed, not saved');
  await expect.poll(() => codeOf(page)).toContain('\nor not');
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await expect(page.getByLabel('Description')).toHaveValue(audience.description);
  await expect.poll(() => codeOf(page)).toBe(audience.pql);
});

test('a rule is published from the builder with its name, tags and description', async ({ page, api }) => {
  await openBuilder(page);
  await BY_MOUSE.attribute(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Give the audience a name.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Name' }).fill('Built by mouse');
  await page.getByLabel('Tags').fill('spring');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Built by mouse' })).toBeVisible();
  const found = (await api.call(routes.listAudiences)).audiences.find(({ name }) => name === 'Built by mouse');
  expect(found).toMatchObject({ pql: RULES.attribute, tags: ['spring'], lifecycleState: 'published' });
  if (found) await api.call(routes.deleteAudience, { params: { id: found.id } });
  expect(await page.evaluate(() => localStorage.getItem('kindred.builder.draft.new'))).toBeNull();
});

test('what has no picture is one labelled card, and broken text leaves the picture as it was', async ({ page }) => {
  await openBuilder(page);
  await openCode(page);
  await editorOf(page).click();
  await page.keyboard.insertText('loyalty.points + 1 > 100 and loyalty.tier = "gold"');
  await expect(card(page, 'code')).toContainText('no picture');
  await expect(page.getByLabel('PQL of this part')).toHaveValue('loyalty.points + 1 > 100');
  await expect(card(page, 'Tier')).toBeVisible();
  await page.keyboard.insertText(' and (');
  await expect(page.getByText('The text has a mistake.')).toBeVisible();
  await expect(card(page, 'Tier')).toBeVisible();
});

test('rules are switched off, copied, grouped and deleted by keys on their cards', async ({ page }) => {
  await openBuilder(page);
  await openCode(page);
  await editorOf(page).click();
  await page.keyboard.insertText('loyalty.tier = "gold" and loyalty.points > 100');
  await card(page, 'Points').focus();
  await page.keyboard.press('o');
  await expect.poll(() => codeOf(page)).toBe('loyalty.tier = "gold" and (true or loyalty.points > 100)');
  await card(page, 'Points, switched off').focus();
  await page.keyboard.press('o');
  await card(page, 'Points').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points > 100 and loyalty.tier = "gold"');
  await expect(card(page, 'Points')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+c');
  await card(page, 'Tier').focus();
  await page.keyboard.press('ControlOrMeta+v');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points > 100 and loyalty.tier = "gold" and loyalty.points > 100');
  await page.keyboard.press('ControlOrMeta+g');
  await expect(card(page, 'container, all of')).toBeVisible();
  await card(page, 'Tier').focus();
  await page.keyboard.press('Delete');
  await expect(card(page, 'container, all of'), 'what is left has the focus').toBeFocused();
  await expect.poll(() => codeOf(page)).toBe('loyalty.points > 100 and loyalty.points > 100');
});

test('a pasted list becomes as many values, and thousands stay quick', async ({ page, api }) => {
  await openBuilder(page);
  await BY_MOUSE.attribute(page);
  await page.getByLabel('Value of Tier').focus();
  const list = Array.from({ length: 3000 }, (_, index) => `tier ${index}`).join('\n');
  await page.getByLabel('Value of Tier').evaluate((input, text) => {
    const data = new DataTransfer();
    data.setData('text', text);
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, `silver\n${list}`);
  await expect(card(page, 'Tier')).toContainText('2990 more');
  const truth = await api.call(routes.estimatePql, { body: { pql: 'stringCompare("equals", loyalty.tier, ["gold", "silver"], false)' } });
  expect(await estimatedSize(page)).toBe(truth.size);
});

test('fields tell what is in them, and values that occur are suggested', async ({ page, api }) => {
  await openBuilder(page);
  const truth = await api.call(routes.listFieldValues, { query: { of: 'profile', path: 'loyalty.tier' } });
  const most = truth.values[0];
  await page.getByRole('button', { name: 'Loyalty' }).click();
  await page.getByRole('button', { name: 'About Tier' }).click();
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: String(most?.value) })
      .last(),
  ).toContainText(String(most?.count));
  await page.getByRole('button', { name: 'Add Tier', exact: true }).click();
  await page.getByLabel('Value of Tier').focus();
  const suggested = () =>
    page.locator('datalist option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  await expect.poll(suggested).toEqual(expect.arrayContaining(truth.values.map(({ value }) => String(value))));
});

test('a field dropped on a condition is compared with it: bought what was viewed', async ({ page, api }) => {
  await openBuilder(page);
  await openCode(page);
  await editorOf(page).click();
  await page.keyboard.insertText(
    'chain(xEvent, timestamp, [C0: WHAT(eventType = "commerce.productViews"), C1: WHAT(eventType = "commerce.purchases" and productListItems.SKU = "x")])',
  );
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('searchbox', { name: 'Search events' }).fill('productListItems.SKU');
  await dragTo(page, 'Add SKU', 'Compare SKU with this field');
  const rule = `chain(xEvent, timestamp, [
  C0: WHAT(eventType = "commerce.productViews"),
  C1: WHAT(eventType = "commerce.purchases" and productListItems.SKU = C0.productListItems.SKU)
])`;
  await expect.poll(() => codeOf(page)).toBe(rule);
  const truth = await api.call(routes.estimatePql, { body: { pql: rule } });
  expect(await estimatedSize(page)).toBe(truth.size);
});

test('an audience is referred to, excluded, and turned into its rules', async ({ page, audience }) => {
  await openBuilder(page);
  await page.getByRole('tab', { name: 'Audiences' }).click();
  await page
    .getByRole('button', { name: `Add ${audience.name}`, exact: true })
    .first()
    .click();
  await expect.poll(() => codeOf(page)).toMatch(/^inSegment\("[^"]+"\)$/);
  await page.getByRole('group', { name: `audience ${audience.name}` }).focus();
  await page.keyboard.press('e');
  await expect.poll(() => codeOf(page)).toMatch(/^not \(inSegment/);
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Convert to rules' }).click();
  await expect.poll(() => codeOf(page)).toContain('siteSearch.query.contains("running shoes", false)');
});

test('an audience that was saved elsewhere meanwhile is not overwritten unasked, and nothing is lost', async ({ page, api, audience }) => {
  await page.goto(`/audiences/${audience.id}/build`);
  await estimatedSize(page);
  await page.getByLabel('Description').fill('Mine');
  await api.call(routes.updateAudience, { params: { id: audience.id }, body: { description: 'Theirs' } });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('changed this audience');
  expect((await api.call(routes.getAudience, { params: { id: audience.id } })).description).toBe('Theirs');
  await page.reload();
  await expect(page.getByLabel('Description')).toHaveValue('Mine');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save anyway' }).click();
  await expect(page.getByRole('heading', { level: 1, name: audience.name })).toBeVisible();
  expect((await api.call(routes.getAudience, { params: { id: audience.id } })).description).toBe('Mine');
});

test('one time rule goes for all events', async ({ page }) => {
  await openBuilder(page);
  await BY_MOUSE.sequence(page);
  await page.getByRole('button', { name: 'Apply one time rule to all events' }).click();
  await page.getByLabel('Time rule of all events', { exact: true }).selectOption('This year');
  await expect.poll(() => codeOf(page)).toBe(`chain(xEvent, timestamp, [
  C0: WHAT(eventType = "commerce.productViews") WHEN(on this year),
  C1: WHAT(eventType = "commerce.purchases") WHEN(on this year and <= 7 days after C0)
])`);
});

test('the ten audiences of the manual, pasted, have the sizes of the API on screen', async ({ page, api }) => {
  await openBuilder(page);
  await openCode(page);
  for (const { rule } of TEN_AUDIENCES) {
    await editorOf(page).click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(rule);
    const truth = await api.call(routes.estimateNodes, { body: { pql: rule } });
    const cards = page.getByRole('region', { name: 'Rule', exact: true });
    await expect(cards.getByText('This part has no picture')).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Size' }).locator('[aria-live]')).toHaveText(
      new RegExp(`^${truth.root.size.toLocaleString('en-US')} `),
    );
    expect(await estimatedSize(page), rule).toBe(truth.root.size);
  }
});

test('what a change would do is told before it is saved, and what the rule would have had over the year', async ({
  page,
  api,
  audience,
}) => {
  await page.goto(`/audiences/${audience.id}/build`);
  await estimatedSize(page);
  await card(page, 'any event').getByLabel('How long').fill('90');
  const now = audience.pql.replace('30 days', '90 days');
  const changes = page.getByRole('region', { name: 'Compared with the saved rule' });
  const { size: entering } = await api.call(routes.estimatePql, { body: { pql: `(${now}) and not (${audience.pql})` } });
  const { size: leaving } = await api.call(routes.estimatePql, { body: { pql: `(${audience.pql}) and not (${now})` } });
  await expect(changes.getByText('would enter')).toHaveAttribute('data-size', String(entering));
  await expect(changes.getByText('would leave')).toHaveAttribute('data-size', String(leaving));
  await page.getByRole('button', { name: 'Size over the past year' }).click();
  const year = page.getByRole('region', { name: 'Over the past year' });
  await year.getByRole('button', { name: 'Show as table' }).click();
  await expect(year.getByRole('row')).toHaveCount(14);
});

test('near misses are counted by condition, and everybody shown is asked why', async ({ page, api, audience }) => {
  await page.goto(`/audiences/${audience.id}/build`);
  await estimatedSize(page);
  await page.getByRole('button', { name: 'Who misses one condition' }).click();
  const truth = await api.call(routes.nearMisses, { body: { pql: audience.pql } });
  const misses = page.getByRole('region', { name: 'Near misses' });
  await expect(misses).toContainText(`${truth.missing.toLocaleString('en-US')} people are one condition away`);
  const bought = truth.conditions.find(({ holds }) => holds);
  const row = misses.getByRole('listitem').filter({ hasText: 'excluded only by' }).first();
  await expect(row).toContainText(String(bought?.people));
  await row.locator('summary').click();
  await row.getByRole('button', { name: /^Why/ }).first().click();
  await expect(row.getByLabel('Does not hold').first()).toBeVisible();
  const rail = page.getByRole('region', { name: 'Audience properties' });
  await rail.getByRole('button', { name: /^Why/ }).last().click();
  await expect(rail.getByLabel('Holds', { exact: true }).last()).toBeVisible();
  await expectAccessible(page);
  await photograph(page, 'builder-near-misses');
});

test('an earlier version is compared and brought back, and labels are saved', async ({ page, api, audience }) => {
  await api.call(routes.updateAudience, { params: { id: audience.id }, body: { pql: RULES.sequence } });
  await page.goto(`/audiences/${audience.id}/build`);
  await estimatedSize(page);
  await page.getByRole('button', { name: 'Funnel' }).click();
  const bars = page.getByRole('img', { name: /^How far people come/ }).locator('[data-people]');
  const first = await api.call(routes.estimatePql, { body: { pql: 'xEvent[eventType = "commerce.productViews"]' } });
  const last = await api.call(routes.estimatePql, { body: { pql: RULES.sequence } });
  await expect(bars.first()).toHaveAttribute('data-people', String(first.size));
  await expect(bars.last()).toHaveAttribute('data-people', String(last.size));
  await page.getByText('History: version 2').click();
  const history = page.getByRole('region', { name: 'History' });
  await history.getByRole('button', { name: 'Compare with the one in force' }).click();
  const { members } = await api.call(routes.diffVersions, { params: { id: audience.id, a: 1, b: 2 } });
  await expect(history).toContainText(`+${members?.entering} entered −${members?.leaving} left, ${members?.staying} in both`);
  await expect(history.locator('del').first()).toBeVisible();
  await expectAccessible(page);
  await photograph(page, 'builder-history');
  await history.getByRole('button', { name: 'Bring back version 1' }).click();
  await expect.poll(() => codeOf(page)).toBe(audience.pql);
  await page.getByLabel('Access labels').fill('core/C1');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/audiences/${audience.id}$`));
  const saved = await api.call(routes.getAudience, { params: { id: audience.id } });
  expect(saved).toMatchObject({ version: 3, size: audience.size, labels: ['core/C1'] });
});

test('pasted pql/json is read as the rule that it says', async ({ page, api }) => {
  await openBuilder(page);
  await openCode(page);
  const { expression } = await api.call(routes.convertExpression, { body: { expression: { value: RULES.count } } });
  expect(expression.format).toBe('pql/json');
  await editorOf(page).click();
  await page.keyboard.insertText(expression.value);
  await expectSizes(page, api, 'count');
});

/** Every kind of card, condition and time rule. */
const EVERYTHING = `(loyalty.tier.equals("gold", "silver", false) or loyalty.points > 100 or loyalty.loyaltyID.intersects(["a"]))
and (let _remark = "Bought lately" in not (xEvent[eventType = "commerce.purchases" and timestamp occurs <= 2 days before now]))
and chain(xEvent, timestamp, [A: WHAT(eventType = "commerce.productViews" and productListItems.SKU.isNotNull()), N: NOT WHAT(eventType = "commerce.checkouts"), B: WHAT(eventType = "commerce.purchases" and productListItems.SKU = A.productListItems.SKU) WHEN(>= 1 hour after A and <= 7 days after A)])
and (true or homeAddress.city in ["Berlin", "Paris"])
and (let n = xEvent[eventType = "commerce.productViews"].count() in n >= 1 and n <= 500)
and xEvent.sum(commerce.order.priceTotal) >= 0
and xEvent[eventType = "commerce.purchases" and not (commerce.order.priceTotal >= 0)].count() < 1
and xEvent[productListItems.exists(quantity > 0 and SKU.isNotNull())]
and (loyalty.joinDate.getMonth() = currentMonth() and loyalty.joinDate.getDayOfMonth() = currentDayOfMonth())
and loyalty.joinDate.getYear() <= currentYear()
and loyalty.joinDate occurs between date(2000, 1, 1) and date(2100, 12, 31)
and person.birthDate occurs after date(1900, 1, 1)
and testProfile != true
and lvel = "x"
and xEvent.groupBy(eventType).map((K, G) => G.count()).max() > 3`;

test('a rule with every kind of card is accessible in light and dark, beside its code', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 3600 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await openBuilder(page);
  await openCode(page);
  await editorOf(page).click();
  await page.keyboard.insertText(EVERYTHING);
  await expect(page.getByRole('region', { name: 'Rule', exact: true })).toContainText('no picture');
  await expect(card(page, 'Lvel')).toContainText('lvel');
  await expect(page.getByRole('region', { name: 'Code view' })).toContainText('lvel');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
    await photograph(page, `builder-everything-${colorScheme}`);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

test('every tab of the fields is accessible, and fields used last come first the next time', async ({ page }) => {
  await openBuilder(page);
  await BY_MOUSE.attribute(page);
  await page.getByRole('button', { name: 'Add Tier', exact: true }).click();
  await page.reload();
  await page.getByRole('region', { name: 'Fields' }).waitFor();
  await expect(page.getByRole('heading', { name: 'Used last' })).toBeVisible();
  await page.getByRole('button', { name: 'About Tier' }).first().click();
  await expect(page.getByText('missing in')).toBeVisible();
  await expectAccessible(page);
  for (const tab of ['Events', 'Audiences']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('tab', { name: tab })).toHaveAttribute('aria-selected', 'true');
    await expectAccessible(page);
  }
});

test('by touch, a tap adds a field and opens the actions of its card', async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    hasTouch: true,
    isMobile: true,
    viewport: { width: 820, height: 1180 },
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  const page = await context.newPage();
  await openBuilder(page);
  await page.getByRole('button', { name: 'Loyalty' }).tap();
  await page.getByRole('button', { name: 'Add Tier', exact: true }).tap();
  await page.getByRole('button', { name: 'Actions of Tier' }).tap();
  await page.getByRole('menuitem', { name: 'Put in a container' }).tap();
  await expect(card(page, 'container, all of')).toBeVisible();
  await context.close();
});

test('every time rule of the list can be chosen, and counts', async ({ page, api }) => {
  await openBuilder(page);
  await page.getByRole('button', { name: 'Loyalty' }).click();
  await page.getByRole('button', { name: 'Add Join date', exact: true }).click();
  await openCode(page);
  const kinds = page.getByLabel('When Join date');
  const labels = await kinds.locator('option').allInnerTexts();
  expect(labels).toEqual(
    expect.arrayContaining([
      'Today',
      'Yesterday',
      'This month',
      'This year',
      'Custom date',
      'In last',
      'From (to)',
      'During',
      'Within (+/-)',
      'Before',
      'After',
      'Rolling range',
      'In next',
    ]),
  );
  for (const label of labels) {
    await kinds.selectOption(label);
    await expect(kinds.locator('option:checked')).toHaveText(label);
    const pql = await codeOf(page);
    const truth = await api.call(routes.estimatePql, { body: { pql } });
    expect(await estimatedSize(page), `${label}: ${pql}`).toBe(truth.size);
    const ignore = page.getByLabel('Ignore year');
    if ((await ignore.count()) === 0) continue;
    await ignore.check();
    await expect.poll(() => codeOf(page)).toContain('getMonth()');
    await expect(ignore).toBeChecked();
    await ignore.uncheck();
  }
  await page.getByLabel('Operator of Join date').selectOption('does not exist');
  await expect.poll(() => codeOf(page)).toBe('loyalty.joinDate.isNull()');
});

test('numbers are compared, listed and compared with other fields', async ({ page }) => {
  await openBuilder(page);
  await page.getByRole('button', { name: 'Loyalty' }).click();
  await page.getByRole('button', { name: 'Add Points', exact: true }).click();
  await page.getByLabel('Operator of Points').selectOption('is greater than or equal to');
  await page.getByLabel('Value of Points').fill('');
  await page.getByLabel('Value of Points').fill('-2.5');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points >= -2.5');
  await page.getByLabel('Operator of Points').selectOption('is one of');
  await page.getByLabel('Value of Points').fill('7');
  await page.keyboard.press('Enter');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points in [-2.5, 7]');
  await page.getByLabel('Value of Points').focus();
  await page.keyboard.press('Backspace');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points in [-2.5]');
  await page.getByLabel('Operator of Points').selectOption('is less than');
  await page.getByLabel('What Points is compared with').selectOption('field');
  await page.getByLabel('Field that Points is compared with').fill('loyalty.lifetimePoints');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points < loyalty.lifetimePoints');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByLabel('What Points is compared with').selectOption('this year');
  await expect.poll(() => codeOf(page)).toBe('loyalty.points < currentYear()');
});

test('every way of counting events can be chosen, and counts', async ({ page, api }) => {
  await openBuilder(page);
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('button', { name: 'Add commerce.purchases', exact: true }).click();
  await openCode(page);
  const ways = page.getByLabel('How events are counted');
  for (const label of await ways.locator('option').allInnerTexts()) {
    await ways.selectOption(label);
    await expect(ways.locator('option:checked')).toHaveText(label);
    const pql = await codeOf(page);
    const truth = await api.call(routes.estimatePql, { body: { pql } });
    expect(await estimatedSize(page), `${label}: ${pql}`).toBe(truth.size);
  }
});

test('a broken connection loses nothing: the rule goes on, and its size comes when the server is back', async ({ page, api, context }) => {
  const editorLoaded = page.waitForResponse(/code-editor-.*\.js$/);
  await openBuilder(page);
  await editorLoaded;
  await BY_MOUSE.count(page);
  await estimatedSize(page);
  await context.setOffline(true);
  await page.getByLabel('Number of events').fill('1');
  await expect(page.getByRole('alert')).toContainText('The server does not answer.');
  await page.getByLabel('How long').fill('60');
  const rule = 'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 60 days before now]';
  await expect.poll(() => codeOf(page)).toBe(rule);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  const truth = await api.call(routes.estimatePql, { body: { pql: rule } });
  expect(await estimatedSize(page)).toBe(truth.size);
});

test('an audience sees profiles by the merge policy that is chosen', async ({ page, api }) => {
  const policy = await api.call(routes.createMergePolicy, {
    body: { name: 'Only the till', attributeMerge: { type: 'dataSetPrecedence', order: ['till'] } },
  });
  try {
    await openBuilder(page);
    await openCode(page);
    await editorOf(page).click();
    await page.keyboard.insertText(RULES.attribute);
    const all = await api.call(routes.estimatePql, { body: { pql: RULES.attribute } });
    await expect.poll(() => estimatedSize(page)).toBe(all.size);
    expect(all.size).toBeGreaterThan(0);
    await page.getByLabel('Merge policy', { exact: true }).selectOption('Only the till');
    await expect(page.getByText('the most trusted dataset: till')).toBeVisible();
    // The till has said nothing of anybody.
    await expect.poll(() => estimatedSize(page)).toBe(0);
    await expectAccessible(page);
    await page.getByLabel('Name').fill('Gold at the till');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await expect(page.getByRole('heading', { name: 'Gold at the till' })).toBeVisible();
    const { audiences } = await api.call(routes.listAudiences, { query: { name: 'Gold at the till' } });
    expect(audiences).toMatchObject([{ mergePolicyId: policy.id, size: 0 }]);
    await api.call(routes.deleteAudience, { params: { id: audiences[0]?.id ?? '' } });
  } finally {
    await api.call(routes.deleteMergePolicy, { params: { id: policy.id } });
  }
});
