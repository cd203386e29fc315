import type { Problem } from '@kindred/contract';

export type Fix = NonNullable<Problem['fix']>;

/** What pressing it does. */
export function fixLabel({ span, text }: Fix): string {
  if (text === '') return 'Remove';
  return span.from === span.to ? `Insert ${text.trim()}` : `Replace with ${text.trim()}`;
}
