/** What came of a scoring, in words. */
import type { CheckedPredictionScoring } from '@kindred/contract';
import { formatDate } from '../ui/format.ts';

interface Words {
  readonly text: string;
  readonly variant: 'positive' | 'notice' | 'negative' | 'neutral' | 'informative';
}

const RATES = {
  asSaid: 'as often as was said',
  tooHigh: 'less often than was said',
  tooLow: 'more often than was said',
} as const;

export function outcomeWords({ status, reason, dueAt, outcome }: CheckedPredictionScoring): Words {
  if (status === 'impossible') return { text: reason ?? 'It cannot be told', variant: 'neutral' };
  if (outcome === null) return { text: `Known from ${formatDate(dueAt)} on`, variant: 'informative' };
  const rate = RATES[outcome.rate];
  if (outcome.ranking === 'worse')
    return { text: `Came ${rate}; the likelier ones no longer stand out as in the test`, variant: 'negative' };
  return { text: `Came ${rate}`, variant: outcome.rate === 'asSaid' ? 'positive' : 'notice' };
}
