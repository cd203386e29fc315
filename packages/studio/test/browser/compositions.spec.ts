import { routes } from '@kindred/contract';
import { dragTo, expect, expectAccessible, photograph, test } from './studio.ts';

const INPUTS = [
  ['Buyers, to compose', 'xEvent[eventType = "commerce.purchases"]'],
  ['Searchers, to compose', 'xEvent[siteSearch.query.isNotNull()]'],
  ['Gold, to compose', 'loyalty.tier.equals("gold", false)'],
  ['Lookers, to compose', 'xEvent[eventType = "commerce.productViews"].count() >= 5'],
] as const;

test('three audiences are composed, one taken out, the rest split and published; every size is that of the API', async ({ page, api }) => {
  const made = await Promise.all(INPUTS.map(async ([name, pql]) => await api.call(routes.createAudience, { body: { name, pql } })));
  const [buyers, searchers, gold, lookers] = made.map(({ id }) => `inSegment("${id}")`);
  const sizeOf = async (pql: string) => (await api.call(routes.estimatePql, { body: { pql } })).size;
  const comes = `(${buyers} or ${searchers} or ${gold})`;
  const sizes = { comes: await sizeOf(comes), removed: await sizeOf(`${comes} and ${lookers}`) };
  expect(sizes.removed).toBeGreaterThan(0);
  const left = sizes.comes - sizes.removed;

  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/audiences');
  await page.getByRole('button', { name: 'Create audience' }).click();
  await page.getByRole('menuitem', { name: 'Compose audiences' }).click();
  const block = (name: string) => page.getByRole('region', { name, exact: true });
  await expect(block('Before it can be published')).toContainText('No audience is chosen.');
  await page.getByLabel('Name of the composition').fill('Spring, composed');
  for (const [name] of INPUTS.slice(0, 3)) await page.getByLabel('Add an audience').fill(name);
  await expect(block('Audience')).toContainText(`${sizes.comes.toLocaleString('en-US')} come in`);
  await page.getByRole('button', { name: '+ Exclude' }).press('Enter');
  await page.getByLabel('Audience of exclusion 1').fill(INPUTS[3][0]);
  await expect(block('Exclude')).toContainText(`−${sizes.removed} taken out`);
  await expect(block('Exclude')).toContainText(`${left} are left`);
  await page.getByRole('button', { name: '+ Split' }).press('Enter');
  await page.getByLabel('Share of path 1').fill('80');
  await expect(block('Split')).toContainText('The shares add up to 130 %.');
  await page.getByLabel('Share of path 2').fill('20');
  await page.getByLabel('Audience of path 1').fill('Spring mail');
  await page.getByLabel('Audience of path 2').fill('Spring control');
  await page.getByLabel('Audience of path 2').press('ControlOrMeta+z');
  await expect(page.getByLabel('Audience of path 2')).not.toHaveValue('Spring control');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByLabel('Audience of path 2')).toHaveValue('Spring control');
  await expect(page.getByText('Draft · all changes are kept')).toBeVisible();
  // Somebody else comes in between: nothing is lost on either side unless one says so.
  const [theirs] = (await api.call(routes.listCompositions)).compositions;
  await api.call(routes.updateComposition, { params: { id: theirs?.id ?? '' }, body: { description: 'Theirs' } });
  await page.getByLabel('Description').fill('Mine');
  await expect(page.getByRole('alert')).toContainText('Somebody else changed it after you began');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.getByText('Draft · all changes are kept')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Audience of path 2')).toHaveValue('Spring control');
  await page.getByRole('button', { name: 'Publish' }).click();
  const outputs = block('Its audiences').getByRole('listitem');
  await expect(outputs).toHaveCount(2);
  await expect(page.getByText('Published · all changes are kept')).toBeVisible();

  const [composition] = (await api.call(routes.listCompositions)).compositions;
  expect(composition).toMatchObject({ name: 'Spring, composed', description: 'Mine', state: 'published' });
  const [mail, control] = composition?.outputs ?? [];
  expect((mail?.size ?? 0) + (control?.size ?? 0)).toBe(left);
  await expect(block('Path 1')).toContainText(`${mail?.size} people`);
  await expect(outputs.first()).toHaveText(`Spring mail${mail?.size}`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await photograph(page, `composition-${colorScheme}`);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 768, height: 1024 });
  await photograph(page, 'composition-768');
  expect(await page.locator('#main').evaluate((main) => main.scrollWidth <= main.clientWidth)).toBe(true);

  await outputs.first().getByRole('link').click();
  await expect(page.getByText('Audience composition')).toBeVisible();
  await page.getByRole('link', { name: 'Open composition' }).click();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Compositions' }).click();
  await expect(page.getByRole('row', { name: /Spring, composed/ })).toContainText('Published');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Spring, composed' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Compose your first audience')).toBeVisible();
  for (const { id } of made) await api.call(routes.deleteAudience, { params: { id } });
});

test('the rule of a block is built as a picture, and seen with its size before it is used', async ({ page, api }) => {
  const { size } = await api.call(routes.estimatePql, { body: { pql: 'loyalty.tier.equals("gold", false)' } });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/audiences/compositions');
  await page.getByRole('button', { name: 'Compose audiences' }).first().click();
  await page.getByLabel('Name of the composition').fill('Gold, built');
  await page.getByLabel('Who comes in by').selectOption('A rule of its own');
  await page.getByRole('button', { name: 'Build…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rule of the audience block' });
  await dialog.getByRole('button', { name: 'Loyalty' }).click();
  await dragTo(page, 'Add Tier', 'At the end of the rule');
  await dialog.getByLabel('Value of Tier').fill('gold');
  await dialog.getByLabel('Value of Tier').blur();
  const found = dialog.getByRole('region', { name: 'What it finds' });
  await expect(found.getByRole('region', { name: 'Size' })).toContainText(`${size.toLocaleString('en-US')} profiles`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await photograph(page, `composition-rule-${colorScheme}`);
    await expectAccessible(page);
  }
  await dialog.getByRole('button', { name: 'Use this rule' }).click();
  const editor = page.getByRole('textbox', { name: 'Rule of the audience block' });
  await expect(editor).toHaveText('loyalty.tier.equals("gold", false)');
  await expect(page.getByRole('region', { name: 'Audience', exact: true })).toContainText(`${size.toLocaleString('en-US')} come in`);

  await page.getByRole('button', { name: 'Build…' }).click();
  await dialog.getByRole('button', { name: 'Loyalty' }).click();
  await dialog.getByRole('button', { name: 'Add Points', exact: true }).click();
  await expect(dialog.getByRole('group', { name: 'Points' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(dialog.getByRole('group', { name: 'Points' }), 'the keys are those of the dialog').toHaveCount(0);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(editor).toHaveText('loyalty.tier.equals("gold", false)');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
});
