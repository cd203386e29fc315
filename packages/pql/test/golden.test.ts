/**
 * Queries and what becomes of them: `golden/*.pql` holds texts parted by lines of `---`, the file of the same name
 * ending in `.plan` their canonical text, problems, logic and leaves. `UPDATE_GOLDEN=1` writes it anew: read the difference.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, leafText, print, renderProblem } from '../src/index.ts';
import type { Logic } from '../src/index.ts';
import { schema } from './support/schema.ts';

const folder = new URL('golden/', import.meta.url);

function logicText(logic: Logic): string {
  switch (logic.op) {
    case 'constant':
      return String(logic.value);
    case 'leaf':
      return logic.hash.slice(0, 8);
    case 'not':
      return `not ${logicText(logic.term)}`;
    default:
      return `(${logic.terms.map(logicText).join(` ${logic.op} `)})`;
  }
}

/** Terms without their types, which only repeat the schema. */
const withoutTypes = (key: string, value: unknown): unknown => (key === 'type' && typeof value === 'object' ? undefined : value);

function outcome(text: string): string {
  const { ast, plan, problems } = compile(text, schema);
  const lines = [text, ...(ast === null ? [] : [`=> ${print(ast)}`]), ...problems.map((problem) => renderProblem(text, problem))];
  if (plan === null) return lines.join('\n');
  const leaves = Object.entries(plan.leaves).flatMap(([hash, leaf]) => [
    `${hash.slice(0, 8)} ${leaf.kind}: ${leafText(leaf)}`,
    `  ${JSON.stringify(leaf, withoutTypes)}`,
  ]);
  return [...lines, logicText(plan.root), ...leaves].join('\n');
}

describe('golden files', () => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.pql'))) {
    it(`${name} compiles as written down`, () => {
      const texts = readFileSync(new URL(name, folder), 'utf8')
        .split(/^---\n/m)
        .map((text) => text.trim());
      const actual = `${texts.map(outcome).join('\n---\n')}\n`;
      const expected = new URL(name.replace('.pql', '.plan'), folder);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, actual);
      expect(actual).toBe(readFileSync(expected, 'utf8'));
    });
  }
});
