/** What a campaign asks: how many of all outcomes are among the best part of the scores. */
import { requireOption } from '../problems.ts';
import { tiesOf, totalsOf } from './outcomes.ts';
import type { Outcomes, Tie } from './outcomes.ts';

/**
 * Share of all outcomes among the `share` highest scores; of equal scores at the cut as many as their part on average.
 * NaN without any outcome.
 * @throws PropensityError `bad-option` when `share` is not in (0, 1]
 */
export function captured(outcomes: Outcomes, share: number): number {
  return capturedOf(tiesOf(outcomes), share);
}

/** How many times more outcomes the `share` highest scores hold than as many rows by chance. */
export function lift(outcomes: Outcomes, share = 0.1): number {
  return captured(outcomes, share) / share;
}

export interface Gain {
  readonly share: number;
  /** Share of all outcomes up to here. */
  readonly captured: number;
  /** Up to here, and in this part alone. */
  readonly lift: number;
  readonly liftOfPart: number;
}

/** The gains table in `parts` equal parts of the rows, from the highest scores down. */
export function gains(outcomes: Outcomes, parts = 10): readonly Gain[] {
  const ties = tiesOf(outcomes);
  let before = 0;
  return Array.from({ length: parts }, (_, part) => {
    const share = (part + 1) / parts;
    const now = capturedOf(ties, share);
    const gain = { share, captured: now, lift: now / share, liftOfPart: (now - before) * parts };
    before = now;
    return gain;
  });
}

function capturedOf(ties: readonly Tie[], share: number): number {
  requireOption(share > 0 && share <= 1, `share must be above 0 and at most 1, not ${share}`);
  const { total, positive } = totalsOf(ties);
  let left = share * total;
  let hits = 0;
  for (const tie of ties) {
    if (tie.total >= left) return (hits + (tie.positive * left) / tie.total) / positive;
    left -= tie.total;
    hits += tie.positive;
  }
  return hits / positive;
}
