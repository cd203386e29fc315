/** The studio by keys alone: nothing here touches a mouse or sets a focus. */
import type { Page } from '@playwright/test';

const MOST_TABS = 300;

/** What the focused element is called. */
async function focusedName(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    // Not of the page itself, which has the focus after each navigation and all text in it.
    const text = element?.matches('button, a, summary, [role]') ? element.textContent : '';
    return (element?.getAttribute('aria-label') ?? label ?? text).trim();
  });
}

/** Walks by Tab to what is called so. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < MOST_TABS; step += 1) {
    const focused = await focusedName(page);
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach “${String(name)}”`);
}

/** Goes by F6 to a part of the builder. */
export async function toPart(page: Page, name: 'Fields' | 'Rule'): Promise<void> {
  for (let part = 0; part < 5; part += 1) {
    if ((await focusedLabel(page)) === name) return;
    await page.keyboard.press('F6');
  }
  throw new Error(`F6 does not reach “${name}”`);
}

const focusedLabel = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

export async function press(page: Page, name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}

export async function typeOver(page: Page, name: string | RegExp, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

/** Chooses in a native list as one does: by typing the beginning of what is meant. */
export async function choose(page: Page, name: string, option: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(option);
}
