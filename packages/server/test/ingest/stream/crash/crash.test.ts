import { expect, test } from 'vitest';
import { crash } from './crash.ts';

test('a server killed under load keeps every event that it acknowledged, each once', async () => {
  const moments = [0.1, 0.9, 0.4];
  const result = await crash({ kills: 3, clients: 3, batch: 20, life: [300, 1500], random: () => moments.shift() ?? 0.5 });
  expect(result.acknowledged).toBeGreaterThan(0);
  expect(result.lost).toEqual([]);
  expect(result.rows).toBe(result.ids);
  // What was not acknowledged may be there all the same: at most what was under way when the server died, sent again since.
  expect(result.ids).toBe(result.acknowledged);
  expect(result.deadLetters).toBe(0);
});
