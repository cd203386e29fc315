import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { event, holds } from './support/schema.ts';

interface Step {
  readonly type: string;
  readonly negated: boolean;
  readonly count: number;
  /** At most so many hours after the event of an earlier positive step, by index. */
  readonly gap: { readonly to: number; readonly hours: number } | null;
}

interface Happening {
  readonly type: string;
  /** Hours since the beginning. */
  readonly at: number;
}

const BEGIN = 50;

/** The definition of a sequence, tried on every choice of events. */
function matches(steps: readonly Step[], events: readonly Happening[], chosen: readonly (Happening | null)[] = []): boolean {
  const step = steps[chosen.length];
  const fits = (each: Step, happening: Happening): boolean => {
    const base = each.gap === null ? null : chosen[each.gap.to];
    return (
      happening.type === each.type &&
      (each.gap === null || (base !== null && base !== undefined && happening.at > base.at && happening.at <= base.at + each.gap.hours))
    );
  };
  const last = chosen.findLastIndex((each) => each !== null);
  const after = chosen[last]?.at ?? -Infinity;
  const pending = steps.slice(last + 1, chosen.length);
  const free = (before: number): boolean =>
    !events.some((each) => each.at > after && each.at < before && pending.some((negated) => fits(negated, each)));
  if (step === undefined) return free(Infinity);
  if (step.negated) return matches(steps, events, [...chosen, null]);
  const candidates = events.filter((each) => each.at > after && fits(step, each));
  return candidates.some(
    (each) =>
      candidates.filter((other) => other.at <= each.at).length >= step.count && free(each.at) && matches(steps, events, [...chosen, each]),
  );
}

const arbitrarySteps = fc
  .array(
    fc.record({
      type: fc.constantFrom('a', 'b', 'c'),
      negated: fc.boolean(),
      count: fc.constantFrom(1, 1, 2),
      to: fc.nat(3),
      hours: fc.nat(6),
      gapped: fc.boolean(),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((steps): readonly Step[] =>
    steps.map(({ to, hours, gapped, ...step }, index) => {
      const gap = gapped && to < index && steps[to]?.negated === false ? { to, hours } : null;
      return { ...step, count: step.negated ? 1 : step.count, gap };
    }),
  )
  .filter((steps) => steps.some((step) => !step.negated));

it('a chain holds exactly when some choice of events satisfies its definition', () => {
  const arbitraryEvents = fc.array(fc.record({ type: fc.constantFrom('a', 'b', 'c'), at: fc.nat(8) }), { maxLength: 8 });
  fc.assert(
    fc.property(arbitrarySteps, arbitraryEvents, (steps, events) => {
      const parts = steps.map(({ type, negated, count, gap }, index) => {
        const when = gap === null ? '' : ` WHEN(<= ${gap.hours} hours after S${gap.to})`;
        return `S${index}: ${negated ? 'NOT ' : ''}WHAT(eventType = "${type}")${negated || count === 1 ? '' : ` COUNT(${count})`}${when}`;
      });
      const text = `chain(xEvent, timestamp, [${parts.join(', ')}])`;
      expect(holds(text, { xEvent: events.map(({ type, at }) => event(type, { hours: BEGIN - at })) }), text).toBe(matches(steps, events));
    }),
    { numRuns: 5000 },
  );
});
