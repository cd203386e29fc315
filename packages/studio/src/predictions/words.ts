/** What predictions are called on screen. */
import type { ErrorEntry, Prediction } from '@kindred/contract';
import { formatCountOf } from '../ui/format.ts';

export const KINDS = {
  conversion: { title: 'Conversion', text: 'Who will do something: buy, subscribe, come back' },
  churn: { title: 'Churn', text: 'Who will stop doing something: buying, visiting, opening' },
  custom: { title: 'Other', text: 'Any outcome that events tell, neither good nor bad by itself' },
} as const satisfies Readonly<Record<Prediction['kind'], { readonly title: string; readonly text: string }>>;

export const FREQUENCIES = {
  off: 'Only by hand',
  hourly: 'Every hour',
  daily: 'Every day',
  weekly: 'Every week',
  monthly: 'Every month',
  quarterly: 'Every three months',
} as const;

/** `Will have one of: Purchase, Checkout within 14 days` */
export function goalText({ goal: { occurs, match, events, windowDays } }: Pick<Prediction, 'goal'>): string {
  const names = events.map(({ name, condition }) => name ?? condition);
  const which = names.length === 1 ? (names[0] ?? '') : `${match === 'all' ? 'all of' : 'any of'} ${names.join(', ')}`;
  return `${occurs === 'will' ? 'Will have' : 'Will not have'} ${which} within ${formatCountOf(windowDays, 'day')}`;
}

/** The documented number and name of a refusal, such as `400 NOT ENOUGH OBJECTIVE`; null when it has none. */
export function documentedCode({ details }: Pick<ErrorEntry, 'details'>): string | null {
  if (typeof details !== 'object' || details === null) return null;
  const { status, key } = details as { readonly status?: unknown; readonly key?: unknown };
  return typeof status === 'number' && typeof key === 'string' ? `${status} ${key}` : null;
}
