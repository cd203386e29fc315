import { defineConfig } from '@playwright/test';
import usual from './playwright.config.ts';

/** What `npm run studio:walk` runs: too slow for `npm test`. */
export default defineConfig({
  ...usual,
  testDir: './test/walk',
  timeout: 180_000,
  reporter: [['list']],
});
