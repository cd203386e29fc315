import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { functionCatalogue, problemCatalogue } from '../src/index.ts';
import { MAX_NESTING } from '../src/parse/cursor.ts';

const manual = readFileSync(new URL('../../../docs/pql.md', import.meta.url), 'utf8');

it('the manual has every function as the catalogue has it', () => {
  for (const { signature, doc, example } of functionCatalogue) {
    expect(manual).toContain(`| \`${signature}\` | ${doc} | \`${example}\` |`);
  }
});

it('the manual has every problem as the catalogue has it', () => {
  for (const [code, { severity, meaning }] of Object.entries(problemCatalogue))
    expect(manual).toContain(`| \`${code}\` | ${severity} | ${meaning} |`);
  expect(manual).toContain(`${MAX_NESTING} deep`);
});
