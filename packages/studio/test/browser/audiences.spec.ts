import { routes } from '@kindred/contract';
import { Buffer } from 'node:buffer';
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
  await page.getByRole('region', { name: 'Size over time' }).getByRole('button', { name: 'Show as table' }).click();
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

test('the sides of an audience: days, members found, overlap, connections, versions, jobs and exports', async ({ page, api, audience }) => {
  const buyers = await api.call(routes.createAudience, {
    body: { name: 'Bought, for a test', pql: 'xEvent[eventType = "commerce.purchases"]' },
  });
  const both = await api.call(routes.createAudience, {
    body: { name: 'Both, for a test', pql: `inSegment("${audience.id}") and inSegment("${buyers.id}")` },
  });
  await api.call(routes.updateAudience, { params: { id: audience.id }, body: { pql: SNEAKERS.pql.replaceAll('30 days', '60 days') } });
  await page.goto(`/audiences/${audience.id}`);
  const now = await api.call(routes.getAudience, { params: { id: audience.id } });
  const { days } = await api.call(routes.listDailyChanges, { params: { id: audience.id } });
  const daily = page.getByRole('region', { name: 'Entered and left per day', exact: true });
  await daily.getByRole('button', { name: 'Show as table' }).click();
  await expect(daily.getByRole('row').nth(1)).toContainText(days.map(({ entered }) => entered.toLocaleString('en-US')).join(' '));
  await expect(page.getByRole('img', { name: /have an identity of the namespace: ECID/ })).toBeVisible();

  const { members } = await api.call(routes.listMembers, { params: { id: audience.id }, query: { start: 5, limit: 1 } });
  const name = members[0]?.attributes['person'] as { name: { firstName: string; lastName: string } } | undefined;
  const words = name === undefined ? (members[0]?.identity.id ?? '') : `${name.name.lastName} ${name.name.firstName}`.toLowerCase();
  await page.getByRole('searchbox', { name: 'Search members' }).fill(words);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Members', exact: true }).getByRole('link')).toHaveCount(1);

  await page.getByRole('link', { name: 'Overlap' }).click();
  const overlap = await api.call(routes.overlapAudiences, { body: { ids: [audience.id, buyers.id] } });
  await page.goto(`/audiences/${audience.id}/overlap?with=${buyers.id}`);
  await page.getByRole('button', { name: 'Show as table' }).click();
  const only = overlap.combinations?.find(({ audiences: places }) => places.join() === '0')?.size ?? -1;
  await expect(page.getByRole('region', { name: 'Overlap as a table' })).toContainText(`${audience.name}${only}`);
  await expect(page.getByRole('region', { name: 'Overlap of pairs' })).toContainText(`${overlap.intersections[0]?.[1]} `);
  await page.getByRole('button', { name: 'Show as chart' }).click();
  await expectAccessible(page);
  await photograph(page, 'audience-overlap');

  await page.getByRole('link', { name: 'Connections' }).click();
  const graph = page.getByRole('region', { name: 'Graph of fields and audiences' });
  await expect(graph).toContainText('uses it');
  await expectAccessible(page);
  await graph.getByRole('link', { name: both.name }).click();
  await page.getByRole('link', { name: 'Connections' }).click();
  await expect(graph.getByRole('link')).toHaveText([audience.name, buyers.name].toSorted((a, b) => a.localeCompare(b)));

  await page.goto(`/audiences/${audience.id}/versions`);
  await page.getByRole('button', { name: 'Bring back version 1' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Bring back' }).click();
  await expect(page.getByRole('list', { name: 'Versions' })).toContainText('brought back from version 1');
  await page.getByRole('button', { name: 'What it changed' }).click();
  await expect(page.getByRole('region', { name: 'From version 2 to version 3' })).toContainText(`version 3: ${audience.size} profiles`);
  expect(now.size).not.toBe(audience.size);
  await expectAccessible(page);
  await photograph(page, 'audience-versions');

  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('region', { name: 'Evaluations' }).getByRole('row')).toHaveCount(4);
  await page.getByRole('button', { name: 'Export members' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Download .*csv/ }).click();
  const file = await (await download).createReadStream();
  let text = '';
  for await (const chunk of file) text += String(chunk);
  expect(text.trimEnd().split('\n')).toHaveLength((audience.size ?? 0) + 1);
  await expectAccessible(page);
  await photograph(page, 'audience-activity');
  await api.call(routes.deleteAudience, { params: { id: both.id } });
  await api.call(routes.deleteAudience, { params: { id: buyers.id } });
});

test('a list of people becomes an audience: file, identity, types, preview, and another list later', async ({ page, api }) => {
  const { profiles } = await api.call(routes.findProfiles, { query: { limit: 3, namespace: 'Email' } });
  const mails = profiles.flatMap(({ identities }) => identities.filter(({ namespace }) => namespace === 'Email').map(({ id }) => id));
  await page.goto('/audiences/import');
  const csv = (rows: readonly string[]) => ({
    name: 'readers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`mail,visits,note\n${rows.join('\n')}\n`),
  });
  await page.getByLabel('CSV file').setInputFiles(csv(mails.map((mail, index) => `${mail},${index},"a, b"`)));
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('readers');
  await expect(page.getByLabel('Identity column')).toHaveValue('mail');
  await expect(page.getByLabel('Namespace')).toHaveValue('Email');
  await expect(page.getByRole('region', { name: 'First rows' }).getByRole('row')).toHaveCount(mails.length + 1);
  await page.getByLabel('Type of visits').selectOption('integer');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
    await photograph(page, `import-audience-${colorScheme}`);
  }
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const lists = page.getByRole('region', { name: 'Lists' });
  await expect(lists.getByRole('listitem').first()).toContainText(`${mails.length} records: ${mails.length} people known before`);
  await page.getByLabel('Another list').setInputFiles(csv([`${mails[0]},many,x`]));
  await page.getByRole('button', { name: 'Take in' }).click();
  await expect(lists.getByRole('listitem').first()).toContainText('Failed');
  await expectAccessible(page);
  const found = (await api.call(routes.listAudiences)).audiences.find(({ name }) => name === 'readers');
  expect(found?.size).toBe(mails.length);
  if (found) await api.call(routes.deleteAudience, { params: { id: found.id } });
});

test('the list finds, sorts and leads to an audience', async ({ page, audience }) => {
  await page.goto('/audiences');
  const search = page.getByRole('searchbox', { name: 'Search audiences' });
  await search.fill('no such');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(search).toHaveValue('');
  await search.pressSequentially('sneakers, shoes');
  await expect(search, 'no letter is lost to the list that follows').toHaveValue('sneakers, shoes');
  const row = page.getByRole('row', { name: audience.name }).first();
  await expect(row).toContainText(String(audience.size));
  await expect(row.getByRole('img', { name: `${audience.size} came, 0 stayed, 0 left` })).toBeVisible();
  const size = page.getByRole('columnheader', { name: /^Size/ });
  await size.click();
  await page.getByRole('menuitem', { name: 'Sort Ascending' }).click();
  await expect(size).toHaveAttribute('aria-sort', 'ascending');
  await row.click();
  await expect(page.getByRole('heading', { level: 1, name: audience.name })).toBeVisible();
});

test('the list is narrowed, put in order and kept as a view; a selection is moved, tagged, evaluated and deleted', async ({
  page,
  api,
  audience,
}) => {
  const other = await api.call(routes.createAudience, {
    body: { name: 'A draft, for a test', pql: 'loyalty.points > 1', lifecycleState: 'draft' },
  });
  await page.goto('/audiences');
  const rows = page.getByRole('row', { name: /for a test/ });
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'New folder', exact: true }).click();
  await page.getByLabel('Name of the folder').fill('Spring');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Spring 0' })).toBeVisible();

  await page.getByRole('searchbox', { name: 'Search audiences' }).fill('for a test');
  await expect(page.getByText(/^2 of \d+ audiences/)).toBeVisible();
  // The box itself lies under its picture.
  await page.getByRole('checkbox', { name: 'Select All', exact: true }).click({ force: true });
  const actions = page.getByRole('region', { name: 'Actions for the selection' });
  await expect(actions).toContainText('2 audiences selected');
  await actions.getByRole('button', { name: 'Folder, tags, labels…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder', { exact: true }).selectOption('Spring');
  await dialog.getByLabel('Add tags').fill('campaign');
  await page.keyboard.press('Enter');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('button', { name: 'Spring 2' })).toBeVisible();
  expect(await api.call(routes.getAudience, { params: { id: other.id } })).toMatchObject({ tags: ['campaign'], lifecycleState: 'draft' });
  await actions.getByRole('button', { name: 'Evaluate' }).click();
  await expect(page.getByText('One job evaluates 2 audiences')).toBeVisible();
  await actions.getByRole('button', { name: 'Clear selection' }).click();

  await page.getByRole('button', { name: 'Spring 2' }).click();
  await page.getByRole('checkbox', { name: /^Draft/ }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Tags' }).click();
  await page.keyboard.press('Escape');
  await expect(rows).toContainText('campaign');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByLabel('Name of the view').fill('Drafts of spring');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(rows).toHaveCount(2);
  await page.reload();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Drafts of spring' }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'View: Drafts of spring' })).toBeVisible();
  await photograph(page, 'audiences-view');

  await rows.getByRole('checkbox').click({ force: true });
  await actions.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No audience matches')).toBeVisible();
  await page.getByRole('button', { name: 'Folder Spring' }).click();
  await page.getByRole('menuitem', { name: 'Delete; what is in it moves up' }).click();
  await expect(page.getByRole('button', { name: 'Spring 1' })).toHaveCount(0);
  expect((await api.call(routes.getAudience, { params: { id: audience.id } })).folderId).toBeNull();
});

test('the menu of a row does what the page of the audience does', async ({ page, api, audience }) => {
  const draft = await api.call(routes.createAudience, {
    body: { name: 'Refers, in a row', pql: `inSegment("${audience.id}")`, lifecycleState: 'draft' },
  });
  const choose = async (name: string, action: string) => {
    await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: action, exact: true }).click();
  };
  await page.goto('/audiences');
  await page.getByRole('searchbox', { name: 'Search audiences' }).fill('Refers, in a row');
  const row = page.getByRole('row', { name: draft.name });
  await choose(draft.name, 'Publish');
  await expect(row).toContainText('Published');
  await choose(draft.name, 'Evaluate now');
  await expect(row).toContainText(String(audience.size));
  await page.getByRole('button', { name: `Actions for ${draft.name}`, exact: true }).click();
  await expect(page.getByRole('menuitem')).toHaveText([
    'Edit',
    'Edit PQL',
    'Evaluate now',
    'Deactivate',
    'Copy',
    'Folder, tags, labels…',
    'Export members',
    'Delete…',
  ]);
  await photograph(page, 'audiences-row-menu');
  await expectAccessible(page);
  await page.getByRole('menuitem', { name: 'Folder, tags, labels…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Add tags').fill('by its row');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => (await api.call(routes.getAudience, { params: { id: draft.id } })).tags).toEqual(['by its row']);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('searchbox', { name: 'Search audiences' }).fill(audience.name);
  await choose(audience.name, 'Delete…');
  const deletion = page.getByRole('alertdialog', { name: /^Delete/ });
  await deletion.getByRole('button', { name: 'Delete' }).click();
  const refusal = page.getByRole('alertdialog', { name: /was not deleted$/ });
  await expect(refusal).toContainText(draft.name);
  await refusal.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await choose(draft.name, 'Delete…');
  await deletion.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await choose(audience.name, 'Edit');
  await expect(page).toHaveURL(`/audiences/${audience.id}/build`);
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
