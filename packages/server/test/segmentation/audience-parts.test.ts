/** The small parts of audiences: differences of texts, the search language, columns of lists, overlap. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitmap, columnsProblem, compileSearch, identityOf, LuceneError, valueOf } from '../../src/segmentation/index.ts';
import { overlapOf } from '../../src/segmentation/overlap.ts';
import { textDiff } from '../../src/segmentation/version-diff.ts';

describe('a difference of texts', () => {
  const joined = (parts: ReturnType<typeof textDiff>, op: 'removed' | 'added'): string =>
    parts
      .filter((part) => part.op === 'same' || part.op === op)
      .map(({ text }) => text)
      .join('');

  test('has whole words and whole strings', () => {
    expect(textDiff('city = "New York"', 'city = "New Delhi"')).toEqual([
      { op: 'same', text: 'city = ' },
      { op: 'removed', text: '"New York"' },
      { op: 'added', text: '"New Delhi"' },
    ]);
    expect(textDiff('a', 'a')).toEqual([{ op: 'same', text: 'a' }]);
  });

  test('gives both texts back, whatever they are', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[ab "=]{0,30}$/));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const parts = textDiff(a, b);
        expect([joined(parts, 'removed'), joined(parts, 'added')]).toEqual([a, b]);
      }),
    );
  });

  test('of texts that share nothing is the one instead of the other', () => {
    const [a, b] = [Array.from({ length: 5000 }, (_, n) => `a${n}`).join(' '), Array.from({ length: 5000 }, (_, n) => `b${n}`).join('-')];
    const parts = textDiff(a, b);
    expect([joined(parts, 'removed'), joined(parts, 'added')]).toEqual([a, b]);
  });
});

describe('a search text', () => {
  const document = {
    segmentName: 'Red running shoes',
    segmentDescription: 'Seen (but not bought) in Q4',
    segmentId: 'a-1',
    folderLocation: '/Sport',
  };
  const finds = (text: string): boolean => compileSearch(text)(document);

  test.each([
    ['', true],
    ['shoes', true],
    ['SHOES', true],
    ['shoe', false],
    ['shoe*', true],
    ['*unn*', true],
    ['r?d', true],
    ['r??d', false],
    ['shoes boots', true],
    ['shoes AND boots', false],
    ['shoes && red', true],
    ['boots OR (red AND running)', true],
    ['boots || blue', false],
    ['NOT boots', true],
    ['-boots', true],
    ['!red', false],
    ['+red +running', true],
    ['+red boots', true],
    ['+boots red', false],
    ['"running shoes"', true],
    ['"shoes running"', false],
    ['name: red', true],
    ['segmentName:red', true],
    ['description: red', false],
    ['name: (boots OR red)', true],
    ['folderLocation: sport', true],
    ['id: a-1', true],
    ['nothing: red', false],
    ['runing~1', true],
    ['runing~0', false],
    ['shose~', true],
    ['/sho.s/', true],
    ['/sho/', false],
    ['/.*shoes/', true],
    ['\\(but', true],
    ['a\\*b', false],
    ['name: *', true],
  ])('%s', (text, found) => {
    expect(finds(text)).toBe(found);
  });

  test.each(['(', ')', '(a', 'a)', 'AND a', 'a AND', 'NOT', '()', '/(/', '"a', `${'('.repeat(30)}a${')'.repeat(30)}`, 'a '.repeat(101)])(
    'is refused: %s',
    (text) => {
      expect(() => compileSearch(text)).toThrow(LuceneError);
    },
  );

  test('takes time in proportion, however it is meant', () => {
    const long = { segmentName: 'a'.repeat(20_000) };
    expect(compileSearch(`${'*a'.repeat(200)}b`)(long)).toBe(false);
    expect(compileSearch('/(a+)+b/')(long)).toBe(false);
  });
});

describe('columns of a list', () => {
  test('have names of their own without spaces and dashes, 25 at most', () => {
    expect(columnsProblem(['a', 'b_2', 'ü'])).toBeNull();
    expect(columnsProblem(Array.from({ length: 25 }, (_, n) => `c${n}`))).toBeNull();
    expect(columnsProblem(Array.from({ length: 26 }, (_, n) => `c${n}`))).toContain('26 columns');
    for (const name of ['', 'a b', 'a-b', ' a']) expect(columnsProblem([name]), name).toContain('spaces and dashes');
    expect(columnsProblem(['a', 'a'])).toContain('two columns');
  });

  test('one of them identifies people', () => {
    const fields = [
      { name: 'a', type: 'string', identityNs: 'Email' },
      { name: 'b', type: 'number' },
    ] as const;
    expect(identityOf(fields)).toEqual({ column: 'a', namespace: 'Email' });
    expect(() => identityOf([fields[1]])).toThrow('none has');
    expect(() => identityOf([fields[0], { ...fields[0], name: 'c' }])).toThrow('several have');
  });

  test.each([
    ['string', ' any ', ' any '],
    ['number', '-1.5e3', -1500],
    ['number', '.5', 0.5],
    ['number', '1,5', undefined],
    ['number', '1e999', undefined],
    ['number', '0x10', undefined],
    ['integer', '+7', 7],
    ['integer', '3000000000', undefined],
    ['integer', '1.0', undefined],
    ['long', '3000000000', 3_000_000_000],
    ['long', '9223372036854775807', '9223372036854775807'],
    ['long', '92233720368547758079', undefined],
    ['boolean', 'TRUE', true],
    ['boolean', 'false', false],
    ['boolean', '1', undefined],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '2023-02-29', undefined],
    ['date', '2023-13-01', undefined],
    ['datetime', '2024-02-29T12:00:00Z', '2024-02-29T12:00:00Z'],
    ['datetime', '2024-02-29T25:00:00Z', undefined],
    ['datetime', '2024-02-30T12:00:00Z', undefined],
    ['datetime', '2024-02-29 12:00:00', '2024-02-29 12:00:00'],
    ['datetime', 'yesterday', undefined],
  ] as const)('a %s: %s', (type, text, value) => {
    expect(valueOf(type, text)).toBe(value);
  });
});

test('an overlap is what counting one by one gives', () => {
  const ordinals = fc.uniqueArray(fc.nat(40), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(ordinals, { minLength: 2, maxLength: 5 }), (sets) => {
      const overlap = overlapOf(
        sets.map((set, audience) => ({ audience, members: Bitmap.of(set) })),
        41,
      );
      const inBoth = (a: readonly number[], b: readonly number[]): number => a.filter((each) => b.includes(each)).length;
      expect(overlap.intersections).toEqual(sets.map((a) => sets.map((b) => inBoth(a, b))));
      expect(overlap.union).toBe(new Set(sets.flat()).size);
      expect(overlap.common).toBe((sets[0] ?? []).filter((each) => sets.every((set) => set.includes(each))).length);
      const whose = (each: number): string => sets.flatMap((set, index) => (set.includes(each) ? [index] : [])).join();
      const counted = Map.groupBy(new Set(sets.flat()), whose);
      expect(new Map(overlap.combinations?.map(({ audiences, size }) => [audiences.join(), size]))).toEqual(
        new Map([...counted].map(([places, people]) => [places, people.length])),
      );
      for (const [index, { size, only }] of overlap.audiences.entries()) {
        const others = new Set(sets.filter((_, other) => other !== index).flat());
        expect([size, only]).toEqual([sets[index]?.length, sets[index]?.filter((each) => !others.has(each)).length]);
      }
    }),
  );
});
