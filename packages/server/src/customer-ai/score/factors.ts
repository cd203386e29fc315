/** What moved a score most. Features of one family move together, so their exact Shapley values are added up and the strongest speaks for all. */

/** Factors kept of a person. */
export const FACTORS = 5;

export interface Factors {
  /** `FACTORS` a row, strongest first: places of features, -1 where there are fewer. */
  readonly places: Int16Array<ArrayBuffer>;
  /** Log odds, above 0 where they raise the score. */
  readonly contributions: Float32Array<ArrayBuffer>;
}

/** @param values Shapley values, row after row */
export function strongest(values: Float32Array, features: readonly { readonly family: string }[]): Factors {
  const width = features.length;
  const names = [...new Set(features.map(({ family }) => family))];
  const familyOf = Int16Array.from(features, ({ family }) => names.indexOf(family));
  const rows = width === 0 ? 0 : values.length / width;
  const places = new Int16Array(rows * FACTORS).fill(-1);
  const contributions = new Float32Array(rows * FACTORS);
  const sums = new Float64Array(names.length);
  const speakers = new Int16Array(names.length);
  for (let row = 0; row < rows; row++) {
    addUp(values, row * width, { familyOf, sums, speakers });
    for (let rank = 0; rank < FACTORS; rank++) {
      const family = largest(sums);
      if (family < 0) break;
      places[row * FACTORS + rank] = speakers[family]!;
      contributions[row * FACTORS + rank] = sums[family]!;
      sums[family] = 0;
    }
  }
  return { places, contributions };
}

interface Families {
  readonly familyOf: Int16Array;
  readonly sums: Float64Array;
  readonly speakers: Int16Array;
}

/** The feature that speaks for a family pulls most in the direction of the whole. */
function addUp(values: Float32Array, start: number, { familyOf, sums, speakers }: Families): void {
  sums.fill(0);
  for (const [place, family] of familyOf.entries()) sums[family]! += values[start + place]!;
  const best = new Float64Array(sums.length).fill(-1);
  for (const [place, family] of familyOf.entries()) {
    const pull = values[start + place]! * Math.sign(sums[family]!);
    if (pull <= best[family]!) continue;
    best[family] = pull;
    speakers[family] = place;
  }
}

/** -1 where all are 0. */
function largest(sums: Float64Array): number {
  let found = -1;
  for (const [family, sum] of sums.entries()) if (sum !== 0 && (found < 0 || Math.abs(sum) > Math.abs(sums[found]!))) found = family;
  return found;
}

export type Strength = 'low' | 'medium' | 'high';

/** How much a factor moves the odds: by less than a tenth, by less than a third, by more. */
export function strengthOf(contribution: number): Strength {
  const size = Math.abs(contribution);
  if (size < 0.1) return 'low';
  return size < 0.3 ? 'medium' : 'high';
}
