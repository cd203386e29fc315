/** What every browser test stands on: the server's address, its API, and guards that hold on every page. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { createClient, routes } from '@kindred/contract';
import type { Audience, Client } from '@kindred/contract';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export { expect };

export const SNEAKERS = {
  name: 'Sneakers, for a test',
  pql: `chain(xEvent, timestamp, [S: WHAT(siteSearch.query.contains("running shoes", false)) WHEN(<= 30 days before now)])
and not (chain(xEvent, timestamp, [P: WHAT(eventType = "commerce.purchases") WHEN(<= 30 days before now)]))`,
};

const SCREENSHOTS = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));

/** Address of the server of this worker. */
export const baseUrl = process.env['KINDRED_STUDIO_URLS']?.split(' ')[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)] ?? '';

interface Fixtures {
  readonly api: Client;
  /** An audience of its own for the test, deleted afterwards. */
  readonly audience: Audience;
}

export const test = base.extend<Fixtures>({
  baseURL: baseUrl,
  // eslint-disable-next-line no-empty-pattern -- Playwright asks for it
  api: async ({}, use) => use(createClient({ baseUrl })),
  audience: async ({ api }, use) => {
    const audience = await api.call(routes.createAudience, {
      body: { ...SNEAKERS, description: 'Searched for running shoes in the last 30 days and completed no purchase in that time.' },
    });
    await use(audience);
    await api.call(routes.deleteAudience, { params: { id: audience.id } }).catch(() => undefined);
  },
  page: async ({ page }, use) => {
    const wrongs = guard(page);
    await use(page);
    expect(wrongs, 'no page asks another host for anything or fails in its console').toEqual([]);
  },
});

/** Collects requests that leave the server the page is from, and errors of the page. */
function guard(page: Page): string[] {
  const wrongs: string[] = [];
  page.on('request', (request) => {
    // A test may visit a server of its own.
    const { host, hostname, protocol } = new URL(request.url());
    const isOwn = request.isNavigationRequest() ? hostname === new URL(baseUrl).hostname : host === new URL(page.url()).host;
    if (!isOwn && !/^(data|blob):/.test(protocol)) wrongs.push(`outside request: ${request.url()}`);
  });
  page.on('pageerror', (error) => wrongs.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is the browser's own note; pages show it to the user, and tests look there.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrongs.push(`console: ${message.text()}`);
  });
  return wrongs;
}

export const editorOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Rule in PQL' });

/** Replaces the rule as a person would: select all, type over. Typed text completes brackets, so it is pasted. */
export async function writeRule(page: Page, pql: string): Promise<void> {
  const editor = editorOf(page);
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(pql);
}

/** The size shown beside the editor, once it belongs to the rule as it stands. */
export async function estimatedSize(page: Page): Promise<number> {
  const panel = page.getByRole('region', { name: 'Size' });
  await expect(panel).toContainText('Exact at');
  return Number((await panel.locator('[aria-live]').innerText()).replaceAll(/\D/g, ''));
}

export async function openBuilder(page: Page): Promise<void> {
  await page.goto('/audiences/build');
  await page.getByRole('region', { name: 'Fields' }).waitFor();
}

export async function openCode(page: Page): Promise<void> {
  const toggle = page.getByRole('button', { name: 'Code view' });
  if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click();
  await editorOf(page).waitFor();
}

/** The lines of the rule as the code view has them. */
export async function codeOf(page: Page): Promise<string> {
  await openCode(page);
  return (await editorOf(page).locator('.cm-line').allInnerTexts()).join('\n');
}

/** All rules that can be checked by machine, and those among them that the theme decides. */
const RULES = {
  all: (axe: AxeBuilder) => axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']),
  colours: (axe: AxeBuilder) => axe.withRules(['color-contrast', 'link-in-text-block']),
};

/**
 * Once colours that fade, when the theme or a state changes, are what they will be.
 * @param rules those that the theme decides, where all have been checked in the other theme
 */
export async function expectAccessible(page: Page, rules: keyof typeof RULES = 'all'): Promise<void> {
  await page.waitForFunction(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    return ending.every(({ playState }) => playState !== 'running');
  });
  const { violations } = await RULES[rules](new AxeBuilder({ page })).analyze();
  expect(
    violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
    })),
  ).toEqual([]);
}

export async function photograph(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}

/** Drags by mouse what a button adds to a place that shows up while dragging. */
export async function dragTo(page: Page, from: string, to: RegExp | string): Promise<void> {
  const handle = page.getByRole('button', { name: from, exact: true });
  await handle.scrollIntoViewIfNeeded();
  const start = await handle.boundingBox();
  if (start === null) throw new Error(`${from} is not on screen`);
  await page.mouse.move(start.x + 20, start.y + 8);
  await page.mouse.down();
  await page.mouse.move(start.x + 60, start.y + 30, { steps: 5 });
  const target = page.getByRole('button', { name: to });
  await target.waitFor();
  const end = await target.boundingBox();
  if (end === null) throw new Error(`${String(to)} is not on screen`);
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 8 });
  await page.mouse.up();
}
