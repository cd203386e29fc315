import { describe, expect, it } from 'vitest';
import { ticksOf } from '../src/ui/charts/ticks.ts';
import { factorHref, topHref } from '../src/predictions/rules.ts';
import { bodyOf, EMPTY, missingOf, newEvent } from '../src/predictions/wizard/draft.ts';
import { documentedCode, goalText } from '../src/predictions/words.ts';

const ruleOf = (href: string): string | null => new URL(href, 'http://localhost').searchParams.get('pql');
const NAMED = { key: 'buys', name: 'Buys' };

describe('a prediction under construction', () => {
  it('says what is missing, step by step, and leaves out rows that are empty', () => {
    expect(missingOf(EMPTY).map(({ step }) => step)).toEqual(['basics', 'goal']);
    const draft = { ...EMPTY, name: ' Buys ', key: '1x', population: ' ', events: [newEvent('eventType = "a"', 'A'), newEvent(' ')] };
    expect(missingOf(draft).map(({ step }) => step)).toEqual(['basics', 'population']);
    expect(bodyOf(draft)).toMatchObject({ name: 'Buys', goal: { events: [{ name: 'A', condition: 'eventType = "a"' }] } });
    expect(bodyOf(draft).goal.events).toHaveLength(1);
  });

  it('tells its goal in words', () => {
    const events = [{ name: 'A', condition: 'a' }, { condition: 'eventType = "b"' }];
    expect(goalText({ goal: { occurs: 'willNot', match: 'all', events, windowDays: 1 } })).toBe(
      'Will not have all of A, eventType = "b" within 1 day',
    );
  });
});

it('turns points of the gains curve and factors into rules', () => {
  expect([0.001, 0.2, 1].map((share) => ruleOf(topHref(NAMED, share)))).toEqual(
    [100, 81, 1].map((percentile) => `customerAI.buys.percentile >= ${percentile}`),
  );
  expect(ruleOf(factorHref(NAMED, { code: 'count."x"', label: 'Count', direction: 'down', bucket: 'Low' }))).toBe(
    String.raw`customerAI.buys.bucket = "Low" and customerAI.buys.factors[code = "count.\"x\"" and direction = "down"]`,
  );
});

it('knows documented codes by number and name', () => {
  expect(documentedCode({ details: { status: 400, key: 'NOT ENOUGH OBJECTIVE' } })).toBe('400 NOT ENOUGH OBJECTIVE');
  expect([undefined, 'text', { status: 400 }].map((details) => documentedCode({ details }))).toEqual([null, null, null]);
});

it('puts round numbers on axes', () => {
  expect(ticksOf([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksOf([-1.9, 3.2], 4)).toEqual([0, 2]);
  expect(ticksOf([3, 3], 4)).toEqual([3]);
});
