/** `npm run studio:walk`: each of the ten audiences of docs/studio.md by mouse, by keys alone and by pasted PQL is one rule, of the size that the command line tells. */
import { loadText, treeText } from '@kindred/pql';
import type { Page } from '@playwright/test';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { codeOf, editorOf, estimatedSize, expect, openBuilder, openCode, test } from '../browser/studio.ts';
import { TEN_AUDIENCES } from '../browser/ten-audiences.ts';

const COMMAND = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));
const run = promisify(execFile);

async function sizeByCommandLine(rule: string, url: string): Promise<number> {
  const env = { ...process.env, KINDRED_URL: url };
  const { stdout } = await run(process.execPath, [COMMAND, 'pql', 'eval', rule, '--json'], { env });
  return (JSON.parse(stdout) as { readonly size: number }).size;
}

/** From the clipboard, on one line: what counts is the rule, not how it is laid out. */
async function paste(page: Page, rule: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((text) => navigator.clipboard.writeText(text), rule.replaceAll(/\s+/g, ' '));
  await openCode(page);
  await editorOf(page).click();
  await page.keyboard.press('ControlOrMeta+v');
}

/** The rule that the picture of a text says, as the builder writes it. */
function drawn(text: string): string {
  const picture = loadText(text);
  return picture === null ? `no picture: ${text}` : treeText(picture.root);
}

for (const { title, rule, byMouse, byKeyboard } of TEN_AUDIENCES) {
  const ways = { 'by mouse': byMouse, 'by keyboard': byKeyboard, 'by pasted PQL': (page: Page) => paste(page, rule) };
  for (const [way, make] of Object.entries(ways)) {
    test(`${title}, ${way}`, async ({ page, baseURL }) => {
      await openBuilder(page);
      await make(page);
      await expect.poll(async () => drawn(await codeOf(page))).toBe(rule);
      expect(await estimatedSize(page)).toBe(await sizeByCommandLine(rule, baseURL ?? ''));
    });
  }
}
