/**
 * Which rows a model learns from where there are more than are needed. Of the rarer outcome all are kept, up to half of the sample, as they
 * tell most; of the other one as many as have room. Each row stands for those left out of its outcome, so that rates and probabilities stay
 * those of everybody.
 */

export interface Sampling {
  /** Of rows with the outcome, and of those without it: the share that is kept. */
  readonly positives: number;
  readonly negatives: number;
  /** What a row of each counts, 1 on average; null when none is left out, or of both the same share. */
  readonly weights: { readonly positive: number; readonly negative: number } | null;
}

/** @param most rows kept, about */
export function samplingOf({ positives, negatives }: { readonly positives: number; readonly negatives: number }, most: number): Sampling {
  const all = positives + negatives;
  if (all <= most) return { positives: 1, negatives: 1, weights: null };
  const [rare, other] = positives < negatives ? [positives, negatives] : [negatives, positives];
  const ofRare = rare === 0 ? 1 : Math.min(1, most / 2 / rare);
  const ofOther = Math.min(1, (most - rare * ofRare) / other);
  const [ofPositives, ofNegatives] = positives < negatives ? [ofRare, ofOther] : [ofOther, ofRare];
  const kept = positives * ofPositives + negatives * ofNegatives;
  const weights = { positive: kept / all / ofPositives, negative: kept / all / ofNegatives };
  return { positives: ofPositives, negatives: ofNegatives, weights };
}

/** A number in [0, 1) for a person, the same in all snapshots: who is kept with a small share is kept with each larger one. */
export function drawOf(profile: number, seed: number): number {
  let hash = Math.imul(profile ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(seed, 0x27d4_eb2f);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
