import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { anySchema, compile, evaluate, parse, print } from '../src/index.ts';
import { fromAst } from '../src/builder/from-ast.ts';
import { loadText, treeText } from '../src/builder/load.ts';
import { tidy } from '../src/builder/tidy.ts';
import { toAst } from '../src/builder/to-ast.ts';
import { minter, nodesOfTree, withoutIds } from '../src/builder/walk.ts';
import { arbitraryAst, withoutSpans } from './support/arbitrary-ast.ts';
import { arbitraryProfile, arbitraryQuery } from './support/arbitrary-query.ts';
import { arbitraryRule } from './support/arbitrary-rule.ts';
import { schema, utc } from './support/schema.ts';

/** A soak asks for 100,000 and more. */
const RUNS = Number(process.env['BUILDER_RUNS'] ?? 2000);

describe('picture → syntax → text → syntax → picture', () => {
  it('is the identity on tidy pictures', () => {
    fc.assert(
      fc.property(arbitraryRule, (given) => {
        const rule = tidy(given);
        const ast = toAst(rule);
        const text = ast === null ? '' : print(ast);
        const again = text === '' ? null : parse(text);
        expect(again?.problems ?? [], text).toEqual([]);
        const { root } = fromAst(again?.ast ?? null, minter(null));
        expect(withoutIds(root), text).toEqual(withoutIds(rule));
      }),
      { numRuns: RUNS },
    );
  });

  it('tidying twice changes nothing', () => {
    fc.assert(
      fc.property(arbitraryRule, (given) => {
        expect(tidy(tidy(given))).toEqual(tidy(given));
      }),
      { numRuns: RUNS / 4 },
    );
  });
});

describe('a text becomes a picture', () => {
  it('of the same meaning, whatever it says', () => {
    const people = fc.sample(arbitraryProfile, { numRuns: 200, seed: 7 });
    let pictured = 0;
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const before = compile(text, schema).plan;
        const loaded = loadText(text);
        if (loaded === null || before === null) return;
        pictured += [...nodesOfTree(loaded.root)].some(({ kind }) => kind !== 'container' && kind !== 'code') ? 1 : 0;
        const after = compile(treeText(loaded.root), schema).plan;
        if (after === null) throw new Error(`${text} became ${treeText(loaded.root)}`);
        // Equal plans mean the same; different ones are asked about people.
        if (JSON.stringify(after.root) === JSON.stringify(before.root)) return;
        for (const profile of people)
          expect(evaluate(after.test, profile, utc), `${text}\n${treeText(loaded.root)}`).toBe(evaluate(before.test, profile, utc));
      }),
      { numRuns: RUNS },
    );
    expect(pictured).toBeGreaterThan(RUNS / 4);
  });

  it('and back, and stays so', () => {
    fc.assert(
      fc.property(arbitraryAst, (ast) => {
        const { root } = fromAst(ast, minter(null));
        const once = toAst(root);
        if (once === null) throw new Error('a text became an empty picture');
        const again = fromAst(parse(print(once)).ast, minter(null)).root;
        expect(withoutIds(again), print(ast)).toEqual(withoutIds(root));
        expect(withoutSpans(toAst(again))).toEqual(withoutSpans(once));
      }),
      { numRuns: RUNS },
    );
  });
});

/** Texts of the golden files and of the manual. */
function corpus(): readonly string[] {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  const golden = ['segment-builder', 'general', 'sharing'].flatMap((name) => read(`golden/${name}.pql`).split('\n---\n'));
  const sentences = read('golden/sentences.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('  '));
  const manual = [...read('../../../docs/pql.md').matchAll(/^\| .*?`([^`]+)` \|/gm)].map(([, text = '']) => text);
  const forms = [...read('forms.test.ts').matchAll(/^ {2}\['(.+)', '.*'\],$/gm)].map(([, text = '']) => text.replaceAll('\\n', ' '));
  return [...golden, ...sentences, ...manual, ...forms].filter((text) => loadText(text) !== null);
}

describe('every query of the manual and of the golden files', () => {
  it('becomes a picture of the same meaning', () => {
    const texts = corpus();
    expect(texts.length).toBeGreaterThan(250);
    for (const text of texts) {
      const rule = loadText(text)?.root;
      if (rule === undefined) throw new Error(text);
      const again = treeText(rule);
      // Without a schema a plan tells one spelling from another; it must be there all the same.
      expect(compile(again, anySchema).plan === null, `${text}\n${again}`).toBe(compile(text, anySchema).plan === null);
      const before = compile(
        text.replaceAll(/\b\d+\.0\b|\b[\d.]+E\d+/gi, (number) => String(Number(number))),
        schema,
      ).plan;
      if (before !== null) expect(compile(again, schema).plan?.root, `${text}\n${again}`).toEqual(before.root);
    }
  });
});

describe('the audiences of docs/studio.md', () => {
  const page = readFileSync(new URL('../../../docs/studio.md', import.meta.url), 'utf8');
  const rules = [...page.matchAll(/^```\n([^]*?)\n```$/gm)].map(([, text = '']) => text);

  it('are pictures without code, and written as the page has them', () => {
    expect(rules).toHaveLength(10);
    for (const text of rules) {
      const root = loadText(text)?.root;
      if (root === undefined) throw new Error(text);
      expect([...nodesOfTree(root)].map(({ kind }) => kind)).not.toContain('code');
      expect(treeText(root)).toBe(text);
    }
  });
});
