/** The frame of one evaluation: what all its leaves have in common. */
import type { Bitmap } from './bitmap/index.ts';

export interface Evaluation {
  /** The instant for which the answer is exact, epoch ms. */
  readonly now: number;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  /** The state of the data. */
  readonly revision: number;
  /** All profiles. */
  readonly universe: Bitmap;
  /** Members of the audiences that the leaves refer to, by `audienceKey`. */
  readonly audiences: ReadonlyMap<string, Bitmap>;
  readonly signal: AbortSignal | undefined;
}

export function audienceKey(namespace: string, id: string): string {
  return `${namespace}\0${id}`;
}
