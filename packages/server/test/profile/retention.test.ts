import { expect, it } from 'vitest';
import { instantBefore } from '../../src/profile/retention.ts';

it.each([
  ['P1D', '2026-03-31T10:00:00.000Z', '2026-03-30T10:00:00.000Z'],
  ['P2W', '2026-03-31T10:00:00.000Z', '2026-03-17T10:00:00.000Z'],
  ['P1M', '2026-03-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
  ['P1Y', '2024-02-29T10:00:00.000Z', '2023-02-28T10:00:00.000Z'],
  ['P1Y2M3W4D', '2026-01-15T00:00:00.000Z', '2024-10-21T00:00:00.000Z'],
])('%s before %s is %s', (duration, now, then) => {
  expect(new Date(instantBefore(new Date(now), duration)).toISOString()).toBe(then);
});
