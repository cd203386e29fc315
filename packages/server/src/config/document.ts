/** docs/settings.md, made from the table of settings. */
import { SETTINGS } from './table.ts';
import type { Setting } from './table.ts';

export function settingsDocument(): string {
  const lines = Object.values(SETTINGS).map(row);
  return `# Settings

All settings are environment variables. A name or value that is not known stops the start with a message that says which.
Relative paths are taken from the folder you start in; the defaults are below the checkout.

| setting | default | meaning | takes |
| --- | --- | --- | --- |
${lines.join('\n')}

\`UV_THREADPOOL_SIZE\` (Node's own; \`npm start\` and \`./kindred\` set it to 16) is the number of threads that embedded queries and file
access share. \`NODE_COMPILE_CACHE\` (Node's own; both set it to \`node_modules/.cache/kindred\`) is the folder where it keeps compiled code.

This page is made from \`packages/server/src/config/table.ts\`: \`UPDATE_GOLDEN=1 npx vitest run packages/server/test/config\`.
`;
}

function row({ name, default: value, meaning, kind }: Setting<unknown>): string {
  return `| \`${name}\` | ${value === undefined ? '–' : `\`${value}\``} | ${meaning} | ${kind.allowed} |`;
}
