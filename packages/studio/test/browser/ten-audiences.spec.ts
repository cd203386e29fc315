/**
 * The ten audiences of docs/studio.md, clicked and dragged together as the page says, are the rules that it prints; so are the two hardest by
 * keys alone. `npm run studio:walk` makes all ten in every way.
 */
import { openBuilder, test } from './studio.ts';
import { expectRule, TEN_AUDIENCES } from './ten-audiences.ts';

const HARDEST = /^[56]\./;

for (const { title, rule, byMouse, byKeyboard } of TEN_AUDIENCES) {
  test(`by mouse: ${title}`, async ({ page, api }) => {
    await openBuilder(page);
    await byMouse(page);
    await expectRule(page, api, rule);
  });

  if (!HARDEST.test(title)) continue;
  test(`by keyboard: ${title}`, async ({ page, api }) => {
    await openBuilder(page);
    await byKeyboard(page);
    await expectRule(page, api, rule);
  });
}
