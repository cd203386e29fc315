import { LOCAL_DEVELOPMENT_KEY, routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import type { Page } from '@playwright/test';
import { gzipSync } from 'node:zlib';
import { estimatedSize, expect, expectAccessible, photograph, SNEAKERS, test } from './studio.ts';

const FIRST_LOAD_LIMIT_BYTES = 350_000;

interface Place {
  readonly name: string;
  readonly href: (api: Client, audienceId: string) => Promise<string> | string;
  /** Waits until the page shows what it is about. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const PLACES: readonly Place[] = [
  { name: 'home', href: () => '/', ready: (page) => page.getByText('Bring in data').waitFor() },
  { name: 'evaluation', href: () => '/audiences/evaluation', ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: 'audiences', href: () => '/audiences', ready: (page) => page.getByRole('row', { name: SNEAKERS.name }).first().waitFor() },
  { name: 'create', href: () => '/audiences/new', ready: (page) => page.getByRole('button', { name: /^Left a cart behind/ }).waitFor() },
  { name: 'edit', href: (_, id) => `/audiences/${id}/edit`, ready: estimatedSize },
  { name: 'builder', href: (_, id) => `/audiences/${id}/build`, ready: estimatedSize },
  { name: 'builder-new', href: () => '/audiences/build', ready: (page) => page.getByText('Who belongs?').waitFor() },
  {
    name: 'audience',
    href: (_, id) => `/audiences/${id}`,
    ready: (page) => page.getByRole('region', { name: 'Members', exact: true }).getByRole('link').first().waitFor(),
  },
  { name: 'profiles', href: () => '/profiles', ready: (page) => page.getByRole('row').nth(3).waitFor() },
  {
    name: 'profiles-by-rule',
    href: () => `/profiles/rule?${new URLSearchParams({ pql: 'homeAddress.city.isNotNull()' }).toString()}`,
    ready: (page) => page.getByRole('row').nth(3).waitFor(),
  },
  {
    name: 'profile',
    href: async (api, id) => {
      const { members } = await api.call(routes.listMembers, { params: { id }, query: { limit: 1 } });
      const identity = members[0]?.identity;
      return `/profiles/${encodeURIComponent(identity?.namespace ?? '')}/${encodeURIComponent(identity?.id ?? '')}`;
    },
    ready: async (page) => {
      await page
        .getByRole('button', { name: /^Why in/ })
        .first()
        .click();
      await page.getByText('In the audience at').waitFor();
      await page.getByRole('region', { name: 'Timeline' }).locator('details').first().waitFor();
    },
  },
  { name: 'sources', href: () => '/sources', ready: (page) => page.getByText('Done', { exact: true }).first().waitFor() },
  { name: 'dead-letters', href: () => '/sources/dead-letters', ready: (page) => page.getByText('Nothing waits for you').waitFor() },
  { name: 'mappings', href: () => '/sources/mappings', ready: (page) => page.getByText('No mapping set yet').waitFor() },
  { name: 'mapping', href: () => '/sources/mappings/new', ready: (page) => page.getByLabel('Destination of field 1').waitFor() },
  { name: 'datasets', href: () => '/datasets', ready: (page) => page.getByRole('row').nth(1).waitFor() },
  {
    name: 'dataset',
    href: async (api) => {
      const datasets = await api.call(routes.listDatasets, { query: { limit: 1 } });
      return `/datasets/${encodeURIComponent(Object.keys(datasets)[0] ?? '')}`;
    },
    ready: (page) => page.getByRole('region', { name: 'About' }).waitFor(),
  },
  { name: 'schema', href: () => '/schema', ready: (page) => page.getByText('commerce.purchases').first().waitFor() },
  { name: 'blocks', href: () => '/schema/blocks', ready: (page) => page.getByRole('link', { name: 'Postal address' }).waitFor() },
  {
    name: 'block',
    href: () => '/schema/blocks/global/fieldgroups/_xdm.mixins.profile.profile-loyalty-details',
    ready: async (page) => {
      await page.getByText('loyalty', { exact: true }).click();
      await page.getByRole('button', { name: 'What is in loyalty.tier', exact: true }).click();
      await page.getByText(/^\d+ values/).waitFor();
    },
  },
  { name: 'nowhere', href: () => '/nowhere', ready: (page) => page.getByText('This address leads nowhere').waitFor() },
];

for (const place of PLACES) {
  test(`${place.name} is accessible in light and dark, and whole at any width`, async ({ page, api, audience }) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(await place.href(api, audience.id));
    await place.ready(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await photograph(page, `${place.name}-${colorScheme}`);
      await expectAccessible(page, colorScheme === 'light' ? 'all' : 'colours');
    }
    const isWhole = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    expect(isWhole, 'nothing is cut off sideways').toBe(true);
    for (const width of [768, 2560]) {
      await page.setViewportSize({ width, height: 1024 });
      await photograph(page, `${place.name}-${width}`);
      expect(await page.locator('#main').evaluate((main) => main.scrollWidth <= main.clientWidth), `it fits ${width} pixels`).toBe(true);
    }
  });
}

test('the theme follows the system until one is chosen, which is remembered', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/audiences');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await expect.poll(background).not.toBe(dark);
  const light = await background();
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await background()).toBe(light);
});

test('a key that is refused is asked for again, and kept for the tab', async ({ page }) => {
  await page.addInitScript(() => {
    if (sessionStorage.getItem('kindred.key') === null) sessionStorage.setItem('kindred.key', 'mistyped');
  });
  await page.goto('/audiences');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('refused');
  await dialog.getByLabel('API key').fill(LOCAL_DEVELOPMENT_KEY);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Connected')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Connected')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a profile is found by the beginning of its identity, and listed as recent afterwards', async ({ page, api }) => {
  const { profiles } = await api.call(routes.findProfiles, { query: { limit: 1 } });
  const identity = profiles[0]?.identity;
  if (identity === undefined) throw new Error('the demo shop has no profile');
  await page.goto('/profiles');
  await page.getByRole('searchbox', { name: 'Find by identity' }).fill(identity.id);
  await page
    .getByRole('link', { name: `${identity.namespace}:${identity.id}` })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Identities' })).toContainText(identity.id);
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Profiles' }).click();
  await expect(page.getByRole('region', { name: 'Recently opened' }).getByRole('listitem')).toHaveCount(1);
});

test('the first page costs at most 350 kB of code over the wire', async ({ page }) => {
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname)) sizes.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto('/audiences');
  await page.getByRole('heading', { level: 1, name: 'Audiences' }).waitFor();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES);
});

test('home says what needs somebody and what comes next, and leads there', async ({ page, api }) => {
  const { name } = await api.call(routes.upload, { params: { name: 'nothing.jsonl' }, body: '' });
  const { id } = await api.call(routes.startImport, { body: { upload: name } });
  await expect.poll(async () => (await api.call(routes.getImport, { params: { id } })).state).toBe('failed');
  await page.goto('/');
  const needs = page.getByRole('region', { name: 'What needs you' });
  await expect(needs.getByRole('listitem').filter({ hasText: 'The import of nothing.jsonl failed' })).toContainText('empty');
  const moving = page.getByRole('region', { name: 'Most movement' });
  const { movements } = await api.call(routes.listMovements);
  const most = Math.max(...movements.map(({ realized }) => realized));
  await expect(moving.getByRole('row').nth(1)).toContainText(most.toLocaleString('en-US'));
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps.getByRole('listitem').first().getByLabel('Done')).toBeVisible();
  await steps.getByRole('link', { name: 'Predictions' }).click();
  await expect(page).toHaveURL(/\/predictions$/);
});

test('one switch has the clock evaluate all audiences, and takes up the schedule there was', async ({ page, api }) => {
  const ofAll = async () =>
    (await api.call(routes.listSchedules)).children.filter(({ properties }) => properties.segments.includes('*')).map(({ state }) => state);
  await page.goto('/audiences');
  const all = page.getByRole('switch', { name: 'Schedule all audiences' });
  await expect(all).not.toBeChecked();
  await all.press('Space');
  await expect(all).toBeChecked();
  await expect.poll(ofAll).toEqual(['active']);
  await photograph(page, 'schedule-all');
  await page.getByRole('link', { name: 'Evaluation summary' }).click();
  const line = page.getByRole('region', { name: 'Schedules' }).getByRole('listitem').filter({ hasText: 'All audiences, every night' });
  await expect(line).toContainText('Evaluates all audiences');
  await all.press('Space');
  await expect(all).not.toBeChecked();
  await expect.poll(ofAll).toEqual(['inactive']);
  await all.press('Space');
  await expect.poll(ofAll).toEqual(['active']);
  await line.getByRole('button', { name: 'Delete' }).click();
  await expect(line).toHaveCount(0);
  await expect(all).not.toBeChecked();
});

test('a schedule is made in the zone of the reader, switched off and deleted', async ({ page, api }) => {
  await page.goto('/audiences/evaluation');
  const schedules = page.getByRole('region', { name: 'Schedules' });
  await schedules.getByLabel('Name').fill('Nightly, for a test');
  await schedules.getByLabel('How often').selectOption('Monday to Friday at');
  await schedules.getByLabel('Time of day in your zone').fill('04:30');
  await schedules.getByRole('button', { name: 'Add schedule' }).click();
  const line = schedules.getByRole('listitem').filter({ hasText: 'Nightly, for a test' });
  await expect(line).toContainText('Evaluates all audiences, 0 30 4 ? * MON,TUE,WED,THU,FRI');
  await expect(line).toContainText('4:30:00');
  await line.getByRole('switch').focus();
  await page.keyboard.press('Space');
  await expect(line).toContainText('No next run');
  const { children } = await api.call(routes.listSchedules);
  expect(children.find(({ name }) => name === 'Nightly, for a test')?.state).toBe('inactive');
  await line.getByRole('button', { name: 'Delete Nightly, for a test' }).click();
  await expect(line).toHaveCount(0);
  await schedules.getByLabel('How often').selectOption('by a cron expression');
  await schedules.getByLabel('Name').fill('Wrong');
  await schedules.getByLabel('Cron expression').fill('every day');
  await schedules.getByRole('button', { name: 'Add schedule' }).click();
  await expect(schedules.getByRole('alert')).toContainText('The schedule was not made');
});

test('a broken address of an audience or a profile says what to do', async ({ page }) => {
  await page.goto('/audiences/00000000-0000-4000-8000-000000000000');
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await page.goto('/profiles/CRMID/nobody');
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
});
