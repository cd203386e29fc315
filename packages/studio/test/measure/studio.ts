/** What people do in the studio, timed in a browser. */
import type { Page } from '@playwright/test';
import { openPage, framesOf, timeOf, timeOfLoad, timeUntil } from './browser.ts';
import type { Frames } from './browser.ts';

/** How often each thing is done. */
const TIMES = 20;
/** Pages that are loaded whole. */
const LOADS = 7;
const MOVES = 150;
/** How fast the machine is at that moment. */
export const YARDSTICK = 'empty page: click that draws 2,000 cells';

export interface StudioTimes {
  /** Times by what was done, ms. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  readonly frames: { readonly dragging: Frames; readonly emptyPage: Frames };
}

export interface StudioQuestion {
  readonly url: string;
  /** The audience with hundreds of conditions. */
  readonly large: string;
  readonly note: (text: string) => void;
}

export async function measureStudio({ url, large, note }: StudioQuestion): Promise<StudioTimes> {
  const { page, close } = await openPage();
  try {
    note('an empty page');
    const empty = await ofEmptyPage(page, url);
    note('the list of audiences');
    const portal = await ofPortal(page, url);
    note('the builder');
    const builder = await ofBuilder(page, url);
    note('a large audience');
    const { dragging, ...inLarge } = await ofLarge(page, `${url}/audiences/${large}/build`);
    return {
      times: { ...empty.times, ...portal, ...builder, ...inLarge.times },
      frames: { dragging, emptyPage: empty.frames },
    };
  } finally {
    await close();
  }
}

/** What the browser and the machine take by themselves. */
async function ofEmptyPage(page: Page, url: string) {
  await page.goto(`${url}/health`);
  await page.setContent('<button onclick="this.textContent = Date.now()">0</button><input>');
  const button = page.getByRole('button');
  const click = await repeat(TIMES, () => timeOf(page, () => button.click()));
  const key = await keysInto(page, 'input', 'abcdefghijklmnopqrst');
  const frames = await framesOf(page, () => wander(page, { x: 100, y: 100 }, { x: 900, y: 700 }));
  await page.setContent('<button>Draw</button><table></table>');
  await page.evaluate(drawOnClick);
  const drawing = await repeat(TIMES, () => timeOf(page, () => button.click()));
  return { times: { 'empty page: click': click, 'empty page: key': key, [YARDSTICK]: drawing }, frames };
}

/** Runs in the page: a table of 2,000 cells is made anew with each click. */
function drawOnClick(): void {
  let clicks = 0;
  document.querySelector('button')?.addEventListener('click', () => {
    clicks += 1;
    const row = (index: number) => `<tr>${Array.from({ length: 10 }, (_, cell) => `<td>${index * cell + clicks}</td>`).join('')}</tr>`;
    const table = document.querySelector('table');
    if (table) table.innerHTML = Array.from({ length: 200 }, (_, index) => row(index)).join('');
  });
}

const ROW = '[role=row] [role=rowheader]';
/** Where something that is dragged can go. */
const PLACE = '[role=button][aria-label^="At the end of"]';

async function ofPortal(page: Page, url: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const portal = `${url}/audiences`;
  const list = await repeat(LOADS, () => timeOfLoad(page, portal, ROW));
  const search = page.getByRole('searchbox', { name: 'Search audiences' });
  await search.waitFor();
  const typing = await keysInto(page, search, 'audience 12');
  const deleting = await keysInto(
    page,
    search,
    Array.from('audience 12', () => 'Backspace'),
  );
  const following = await repeat(TIMES, async (turn) => {
    const [key, seen] = turn % 2 === 0 ? ['7', '[data-found]'] : ['Backspace', 'body:not(:has([data-found]))'];
    return await timeUntil(page, () => page.keyboard.press(key), seen);
  });
  const facet = page.getByRole('complementary', { name: 'Filters' }).getByRole('checkbox').first();
  const filtering = await repeat(TIMES, () => timeOf(page, () => facet.press('Space')));
  await page.goto(portal);
  const sorting = await repeat(TIMES, async (turn) => {
    await page.getByRole('columnheader', { name: turn % 2 === 0 ? 'Name' : 'Size' }).click();
    const choice = page.getByRole('menuitem', { name: turn % 4 < 2 ? 'Sort Ascending' : 'Sort Descending' });
    return await timeOf(page, () => choice.click());
  });
  const selecting = await repeat(TIMES, async (turn) => {
    const box = page
      .getByRole('row')
      .nth(1 + (turn % 8))
      .getByRole('checkbox');
    return await timeOf(page, () => box.press('Space'));
  });
  return {
    'portal: first list': list,
    'portal: key in the search': [...typing, ...deleting],
    'portal: the list after a key': following,
    'portal: filter': filtering,
    'portal: sort': sorting,
    'portal: select a row': selecting,
  };
}

async function ofBuilder(page: Page, url: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const opening = await repeat(LOADS, async () => {
    await page.goto(`${url}/audiences`);
    await page.locator(ROW).first().waitFor();
    await page.getByRole('button', { name: 'Create audience' }).click();
    const item = page.getByRole('menuitem', { name: 'Build rule' });
    await item.waitFor();
    return await timeUntil(page, () => item.click(), 'section[aria-label="Fields"] li');
  });
  const search = page.getByRole('searchbox', { name: 'Search attributes' });
  await page.getByRole('checkbox', { name: 'Only fields with data' }).press('Space');
  const searching = await keysInto(page, search, 'own field 77');
  const clearing = await keysInto(
    page,
    search,
    Array.from('own field 77', () => 'Backspace'),
  );
  const tabs = await repeat(TIMES, async (turn) => {
    const tab = page.getByRole('tab', { name: ['Events', 'Audiences', 'Attributes'][turn % 3] ?? '', exact: true });
    return await timeOf(page, () => tab.click());
  });
  await page.getByRole('tab', { name: 'Attributes' }).click();
  await search.fill('own field 7');
  const adding = await repeat(TIMES, async (turn) => {
    const tile = page.getByRole('button', { name: /^Add / }).nth(turn);
    return await timeOf(page, () => tile.press('Enter'));
  });
  return {
    'builder: open': opening,
    'builder: key in the search': [...searching, ...clearing],
    'builder: tab of the fields': tabs,
    'builder: add a rule': adding,
  };
}

async function ofLarge(page: Page, address: string): Promise<Pick<StudioTimes, 'times'> & { readonly dragging: Frames }> {
  await page.goto(address);
  // The sizes are there, so that only what is done is measured.
  await page.getByRole('region', { name: 'Size' }).getByText('Exact at').waitFor({ timeout: 120_000 });
  const values = page.getByRole('region', { name: 'Rule', exact: true }).getByRole('spinbutton');
  const editing = await keysInto(page, values.nth(50), '12345123451234512345');
  const adding = await repeat(TIMES, async (turn) => {
    const tile = page
      .getByRole('region', { name: 'Fields' })
      .getByRole('button', { name: /^Add / })
      .nth(turn % 3);
    if ((await tile.count()) === 0) await page.getByRole('button', { name: /^Loyalty/ }).press('Enter');
    return await timeOf(page, () => tile.press('Enter'));
  });
  const undoing = await repeat(TIMES, () => timeOf(page, () => page.keyboard.press('ControlOrMeta+z')));
  const { beginning, dragging } = await drag(page);
  const times = {
    'large audience: key in a value': editing,
    'large audience: add a rule': adding,
    'large audience: undo': undoing,
    'large audience: places open for a drag': beginning,
  };
  return { times, dragging };
}

/** A card over all the others, as far as the canvas shows them. */
async function drag(page: Page): Promise<{ readonly beginning: readonly number[]; readonly dragging: Frames }> {
  const canvas = await page.getByRole('region', { name: 'Rule', exact: true }).boundingBox();
  const grip = page.getByRole('button', { name: /^Move (?!container)/ }).first();
  const begin = async () => {
    await grip.scrollIntoViewIfNeeded();
    const from = await grip.boundingBox();
    if (from === null) throw new Error('nothing to drag');
    await page.mouse.move(from.x + 5, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + 40, { steps: 2 });
  };
  if (canvas === null) throw new Error('no canvas');
  const beginning = await repeat(LOADS, async () => {
    const time = await timeUntil(page, begin, PLACE);
    await page.mouse.move(10, 10);
    await page.mouse.up();
    await page.locator(PLACE).first().waitFor({ state: 'detached' });
    return time;
  });
  await begin();
  await page.locator(PLACE).first().waitFor();
  const right = Math.min(canvas.x + canvas.width, 1400) - 60;
  const dragging = await framesOf(page, () => wander(page, { x: canvas.x + 60, y: 250 }, { x: right, y: 840 }));
  await page.mouse.up();
  return { beginning, dragging };
}

/** To and fro within a rectangle, in steps as a hand makes them. */
async function wander(page: Page, from: Point, to: Point): Promise<void> {
  for (let step = 0; step < MOVES; step += 1) {
    const down = (step % 50) / 50;
    const across = Math.abs(Math.sin(step / 9));
    await page.mouse.move(from.x + (to.x - from.x) * across, from.y + (to.y - from.y) * down);
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

async function keysInto(
  page: Page,
  where: string | ReturnType<Page['locator']>,
  keys: string | readonly string[],
): Promise<readonly number[]> {
  await (typeof where === 'string' ? page.locator(where) : where).focus();
  const times: number[] = [];
  for (const key of keys) times.push(await timeOf(page, () => page.keyboard.press(key === ' ' ? 'Space' : key)));
  return times;
}

async function repeat(times: number, measure: (turn: number) => Promise<number>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let turn = 0; turn < times; turn += 1) found.push(await measure(turn));
  return found;
}
