/**
 * Shapley values of one leaf. Of a row the leaf asks: does each feature on its path lead to it? Where a feature is unknown, the share
 * of training rows stands in, as path-dependent TreeSHAP defines it (Lundberg, Erion, Lee 2018). So the leaf's game over its
 * features is `value · Π known: outcome · Π unknown: share`, and its Shapley values have a closed form.
 */

/** Most features on one path: depth is at most 8. */
export const MOST_FEATURES = 8;

const FACTORIAL = Array.from({ length: MOST_FEATURES + 1 }, (_, n) =>
  Array.from({ length: n }, (__, at) => at + 1).reduce((all, each) => all * each, 1),
);

/**
 * @param shares of each feature of the path, the part of training rows that follow it where it splits
 * @param outcomes bit i: whether feature i of the row leads to the leaf
 * @returns what each feature adds; together with the product of all shares times `value` they are the leaf's part of the score
 */
export function leafShapley(value: number, shares: readonly number[], outcomes: number): Float64Array {
  const size = shares.length;
  const values = new Float64Array(size);
  for (let feature = 0; feature < size; feature += 1) {
    const polynomial = othersOf(shares, outcomes, feature);
    let sum = 0;
    for (let known = 0; known < size; known += 1)
      sum += ((FACTORIAL[known]! * FACTORIAL[size - known - 1]!) / FACTORIAL[size]!) * polynomial[known]!;
    values[feature] = value * (((outcomes >>> feature) & 1) - shares[feature]!) * sum;
  }
  return values;
}

/** Coefficient k: sum over all sets of k known features without the one, of known outcomes times unknown shares. */
function othersOf(shares: readonly number[], outcomes: number, without: number): Float64Array {
  const polynomial = new Float64Array(shares.length + 1);
  polynomial[0] = 1;
  for (const [at, share] of shares.entries()) {
    if (at === without) continue;
    const outcome = (outcomes >>> at) & 1;
    for (let power = shares.length; power >= 0; power -= 1)
      polynomial[power] = polynomial[power]! * share + (power > 0 ? polynomial[power - 1]! * outcome : 0);
  }
  return polynomial;
}
