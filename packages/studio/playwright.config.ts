import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './test/browser/chromium.ts';

/** Drives the built studio in Debian's Chromium against a real server on a temporary data folder (`global-setup.ts`). */
export default defineConfig({
  testDir: './test/browser',
  testMatch: '*.spec.ts',
  outputDir: './test-results/runs',
  globalSetup: './test/browser/global-setup.ts',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // `npm test` reads the counts of all suites from the root's folder.
  reporter: [['list'], ['json', { outputFile: '../../test-results/playwright.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    // A trace takes a sixth of the time: `--trace on` makes one of a test that fails.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
