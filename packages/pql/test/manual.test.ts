/** The manual says what is so: catalogues, and every example in it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  anySchema,
  asJson,
  compile,
  compileValueInferred,
  evaluateValue,
  functionCatalogue,
  inferSchema,
  problemCatalogue,
} from '../src/index.ts';
import type { DataObject } from '../src/index.ts';
import { MAX_NESTING } from '../src/parse/cursor.ts';
import { MAX_PROBLEMS } from '../src/problems.ts';

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
  expect(manual).toContain(`at most ${MAX_PROBLEMS} errors`);
});

/** Fenced blocks of one language; the queries of the manual have none. */
function blocks(language: string): readonly string[] {
  const all = manual.matchAll(/^```(\w*)\n([^]*?)^```$/gm);
  return [...all].filter(([, given]) => given === language).map(([, , block = '']) => block.trim());
}

describe('queries of the manual', () => {
  const queries = blocks('').flatMap((block) => (block.includes('\nand ') ? [block] : block.split('\n')));

  it('compile', () => {
    expect(queries.length).toBeGreaterThan(8);
    for (const text of queries)
      expect(
        compile(text, anySchema).problems.filter(({ severity }) => severity === 'error'),
        text,
      ).toEqual([]);
  });

  it('that are said to be one leaf are', () => {
    const block = blocks('').find((each) => each.startsWith('xEvent[eventType = "a"'));
    const leaves = block?.split('\n').map((text) => Object.keys(compile(text, anySchema).plan?.leaves ?? {}));
    expect(leaves).toHaveLength(6);
    expect(new Set(leaves?.flat()).size).toBe(1);
  });
});

describe('worked examples', () => {
  const section = manual.slice(manual.indexOf('## Worked examples'), manual.indexOf('## Problems'));
  const person = JSON.parse(/```json\n([^]*?)```/.exec(section)?.[1] ?? '') as DataObject;
  const schemas = inferSchema([person]);
  const rows = [...section.matchAll(/^\| `(.+)` +\| `(.+)` +\|$/gm)].map(([, text = '', value = '']) => [text, value] as const);

  it.each(rows)('%s is %s', (text, expected) => {
    const { value, type, problems } = compileValueInferred(text, schemas);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const found = value && asJson(evaluateValue(value, person, { now: Date.UTC(2026, 0, 31, 12), zone: 'UTC' }), type);
    expect(found).toEqual(JSON.parse(expected));
  });

  it('show every function', () => {
    const shown = rows.map(([text]) => text).join('\n');
    const missing = functionCatalogue.filter(({ name }) => !new RegExp(`\\b${name} ?\\(`).test(shown));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
