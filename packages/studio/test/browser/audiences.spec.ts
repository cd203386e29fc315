import { routes } from '@kindred/contract';
import { editorOf, estimatedSize, expect, expectAccessible, photograph, SNEAKERS, test, writeRule } from './studio.ts';

test('from an empty editor to a member and why: the main path', async ({ page, api }) => {
  const name = `${SNEAKERS.name} main path`;
  const truth = await api.call(routes.estimatePql, { body: { pql: SNEAKERS.pql } });
  expect(truth.size).toBeGreaterThan(0);

  await page.goto('/audiences');
  await page.getByRole('link', { name: 'Write PQL' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await writeRule(page, SNEAKERS.pql);
  expect(await estimatedSize(page)).toBe(truth.size);
  const words = page.getByRole('region', { name: 'What the rule says' });
  await expect(words.getByRole('listitem')).toHaveCount(3);
  await expect(words).toContainText(/Not: at least 1 event of type "commerce.purchases"/);

  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  const [created] = (await api.call(routes.listAudiences)).audiences.filter((audience) => audience.name === name);
  expect(created?.size).toBe(truth.size);
  await expect(page.getByRole('region', { name: 'Members now' })).toContainText(truth.size.toLocaleString('en-US'));

  await page.getByRole('region', { name: 'Members', exact: true }).getByRole('link').first().click();
  await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible();
  await page.getByRole('button', { name: `Why in ${name}?` }).click();
  const why = page.getByRole('region', { name: `Why in ${name}` });
  await expect(why).toContainText('In the audience');
  await expect(why.getByLabel('Holds', { exact: true }).first()).toBeVisible();
  const proof = why.getByRole('list', { name: 'Events that count' }).getByRole('button').first();
  await proof.click();
  await expect(page.getByRole('region', { name: 'Timeline' }).locator('details[open]')).toContainText(/running shoes/i);

  if (created) await api.call(routes.deleteAudience, { params: { id: created.id } });
});

test('a shorter window changes the size at once, and the saved audience has it', async ({ page, api, audience }) => {
  const weekly = SNEAKERS.pql.replaceAll('30 days', '7 days');
  const truth = await api.call(routes.estimatePql, { body: { pql: weekly } });
  expect(truth.size).not.toBe(audience.size);

  await page.goto(`/audiences/${audience.id}`);
  await page.getByRole('link', { name: 'Edit PQL' }).click();
  expect(await estimatedSize(page)).toBe(audience.size);
  await writeRule(page, weekly);
  await expect(page.getByRole('region', { name: 'Size' }).locator('[aria-live]')).toContainText(truth.size.toLocaleString('en-US'));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Members now' })).toContainText(truth.size.toLocaleString('en-US'));
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('region', { name: 'Size as a table' }).getByRole('row')).toHaveCount(3);
  const changes = page.getByRole('region', { name: 'Entered and left' });
  await expect(changes.getByRole('listitem')).toHaveCount(8);
  await changes.getByRole('button', { name: 'Show more' }).click();
  await expect(changes.getByRole('button', { name: 'Show more' })).toBeHidden();
  const [entered, left] = [changes.getByText('Entered', { exact: true }), changes.getByText('Left', { exact: true })];
  await expect.poll(async () => (await entered.count()) - (await left.count())).toBe(truth.size);
  expect(await entered.count()).toBeGreaterThanOrEqual(audience.size ?? 0);
  await page.reload();
  await expect(changes.getByRole('listitem')).toHaveCount(8);
  await expectAccessible(page);
  await photograph(page, 'audience-changes');
});

test('the list finds, sorts and leads to an audience', async ({ page, audience }) => {
  await page.goto('/audiences');
  await page.getByRole('searchbox', { name: 'Search audiences' }).fill('sneakers, shoes');
  const row = page.getByRole('row', { name: audience.name }).first();
  await expect(row).toContainText(String(audience.size));
  await page.getByRole('columnheader', { name: 'Size' }).click();
  await expect(page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'ascending');
  await row.click();
  await expect(page.getByRole('heading', { level: 1, name: audience.name })).toBeVisible();
});

test('an audience that another one refers to is not deleted, and the page says why', async ({ page, api, audience }) => {
  const other = await api.call(routes.createAudience, { body: { name: 'Refers to sneakers', pql: `inSegment("${audience.id}")` } });
  await page.goto(`/audiences/${audience.id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('Refers to sneakers');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Close' }).click();
  await api.call(routes.deleteAudience, { params: { id: other.id } });
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/audiences$/);
});

test('unsaved work is not left by accident', async ({ page }) => {
  await page.goto('/audiences/new');
  await writeRule(page, 'person.name.lastName.isNotNull()');
  await page.getByRole('link', { name: 'Profiles', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click();
  await expect(editorOf(page)).toContainText('isNotNull');
  await page.getByRole('link', { name: 'Profiles', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await expect(page).toHaveURL(/\/profiles$/);
});

test('an audience without a name or a rule is not saved', async ({ page }) => {
  await page.goto('/audiences/new');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Give the audience a name.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.getByRole('textbox', { name: 'Name' }).fill('No rule');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Write a rule, or take one of the examples below.')).toBeVisible();
});
