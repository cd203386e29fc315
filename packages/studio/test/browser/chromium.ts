import { existsSync } from 'node:fs';
import process from 'node:process';

/** Debian's; the one without windows takes a sixth less time. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The browser that is there, or was told; null when there is none. */
export function findChromium(): string | null {
  const told = process.env['KINDRED_CHROMIUM'];
  return (told === undefined ? PLACES : [told]).find((place) => existsSync(place)) ?? null;
}

/** The browser of the tests; where there is none, Playwright says so. */
export const CHROMIUM = findChromium() ?? '/usr/bin/chromium';
