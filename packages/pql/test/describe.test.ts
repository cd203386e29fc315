/** Rules as sentences. `UPDATE_GOLDEN=1` writes the golden file anew: read the difference. */
import * as fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe as suite, expect, it } from 'vitest';
import { describe } from '../src/index.ts';
import { arbitraryQuery } from './support/arbitrary-query.ts';
import { planFor } from './support/schema.ts';

const golden = new URL('golden/sentences.txt', import.meta.url);

suite('a rule in a sentence', () => {
  it('reads as written down', () => {
    const expected = readFileSync(golden, 'utf8');
    const texts = expected.split('\n').filter((line) => line !== '' && !line.startsWith('  '));
    const actual = texts.map((text) => `${text}\n  ${describe(planFor(text))}\n`).join('');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, actual);
    expect(texts.length).toBeGreaterThan(50);
    expect(actual).toBe(expected);
  });

  it('can be said of every rule', () => {
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const sentence = describe(planFor(text));
        expect(sentence, text).toMatch(/^(People (who|whose|for whom|other than|\().+|Everybody|Nobody)\.$/s);
        expect(sentence, text).not.toMatch(/undefined|\[object|NaN/);
      }),
      { numRuns: 3000 },
    );
  });

  it('stays short of the rule that is long', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `xEvent[channel = "${index}"]`).join(' and ');
    expect(describe(planFor(many)).length).toBeLessThan(4000);
    expect(describe(planFor(many))).toContain('and 2960 more conditions.');
    expect(describe(planFor(`level = "${'x'.repeat(500_000)}"`)).length).toBeLessThan(200);
    expect(describe(planFor(`level in [${Array.from({ length: 3000 }, (_, index) => `"${index}"`).join(', ')}]`))).toContain('2988 more');
  });
});
