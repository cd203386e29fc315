import { seededRandom } from '@kindred/propensity';
import { expect, test } from 'vitest';
import { healthOf } from '../../src/customer-ai/health.ts';
import type { Outcome, Sample } from '../../src/customer-ai/outcomes/outcome.ts';
import { outcomeOf } from '../../src/customer-ai/outcomes/outcome.ts';

const TESTED = { low: 0.7 };

/** People who do it as often as `actual` makes of what is said of them. */
function sampleOf(people: number, actual: (said: number) => number): Sample {
  const random = seededRandom(3);
  const scores = Float64Array.from({ length: people }, () => random() ** 3);
  const labels = Uint8Array.from(scores, (said) => Number(random() < actual(said)));
  return { scores, labels, buckets: Array.from(scores, (said) => (said > 0.6 ? 'High' : said > 0.2 ? 'Medium' : 'Low')) };
}

function checked(outcome: Outcome): Parameters<typeof healthOf>[1] {
  const at = new Date('2026-03-01T00:00:00Z');
  return { run: 'r', modelVersion: 1, scoredAt: at, dueAt: at, status: 'judged', reason: null, judgedAt: at, outcome };
}

const NO_DRIFT = { drift: [], scoreDrift: null };

test('what comes as often as was said holds', () => {
  const outcome = outcomeOf(
    sampleOf(5000, (said) => said),
    TESTED,
  );
  expect(outcome).toMatchObject({ people: 5000, rate: 'asSaid', ranking: 'asTested' });
  expect(outcome.low).toBeLessThan(outcome.predictedRate);
  expect(outcome.high).toBeGreaterThan(outcome.predictedRate);
  expect(healthOf(NO_DRIFT, checked(outcome))).toEqual({ state: 'fine', findings: [] });
});

test('half as many as was said is too high, twice as many too low, and few people tell neither', () => {
  const half = (said: number): number => said / 2;
  const outcome = outcomeOf(sampleOf(5000, half), TESTED);
  expect(outcome.rate).toBe('tooHigh');
  expect(healthOf(NO_DRIFT, checked(outcome))).toMatchObject({ state: 'warn', findings: [{ about: 'rate' }] });
  expect(healthOf(NO_DRIFT, checked(outcome)).findings[0]?.message).toMatch(
    /2026-03-01, 2\d\.\d % were said to reach the goal, and 1\d\.\d % did/,
  );
  expect(
    outcomeOf(
      sampleOf(5000, (said) => said + (1 - said) / 2),
      TESTED,
    ).rate,
  ).toBe('tooLow');
  expect(outcomeOf(sampleOf(12, half), TESTED).rate).toBe('asSaid');
});

test('a difference beyond chance that matters to nobody is none', () => {
  expect(
    outcomeOf(
      sampleOf(20_000, (said) => said * 0.9),
      TESTED,
    ).rate,
  ).toBe('asSaid');
});

test('scores that no longer tell people apart are an alert', () => {
  const outcome = outcomeOf(
    sampleOf(5000, () => 0.25),
    TESTED,
  );
  expect(outcome).toMatchObject({ rate: 'asSaid', ranking: 'worse' });
  expect(healthOf(NO_DRIFT, checked(outcome))).toMatchObject({ state: 'alert', findings: [{ about: 'ranking', state: 'alert' }] });
});

test('where nobody did it, or all did, there is no ranking', () => {
  const nobody = outcomeOf(
    sampleOf(100, () => 0),
    TESTED,
  );
  expect(nobody).toMatchObject({ auc: null, ranking: null, actualRate: 0, rate: 'tooHigh' });
  expect([nobody.low, nobody.high < 0.05]).toEqual([0, true]);
  const all = outcomeOf(
    sampleOf(100, () => 1),
    TESTED,
  );
  expect(all).toMatchObject({ auc: null, ranking: null, actualRate: 1, high: 1 });
});

test('drift and outcomes are told together, the worst first', () => {
  const feature = { code: 'recency', label: 'Days since the last event', psi: 0.15, state: 'warn' } as const;
  const { state, findings } = healthOf({ drift: [feature], scoreDrift: { psi: 0.4, state: 'alert' } }, null);
  expect([state, findings.map(({ about }) => about)]).toEqual(['alert', ['scores', 'features']]);
});
