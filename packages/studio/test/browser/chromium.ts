import process from 'node:process';

/** The browser: Debian's unless told. */
export const CHROMIUM = process.env['KINDRED_CHROMIUM'] ?? '/usr/bin/chromium';
