/**
 * Sums of numbers as the decimals they are meant as: nine places after the point count. So a sum depends neither on the order of the
 * numbers nor on how an engine shares them out, and ten times 0.1 is 1. `aggregates.ts` of the server has the same steps in SQL.
 */

/** Parts of a whole that count. */
const PARTS = 1e9;
/** From here on the parts of a number are noise; such numbers are added as they are. */
const LARGE = 1e12;
/** Below, the parts of a sum are an integer that a float holds exactly. */
const SMALL_SUM = 8e6;

export class DecimalSum {
  #whole = 0;
  #parts = 0;
  #large = 0;

  add(value: number): void {
    if (!(Math.abs(value) < LARGE)) {
      this.#large += value;
      return;
    }
    const whole = Math.trunc(value);
    this.#whole += whole;
    this.#parts += Math.floor((value - whole) * PARTS + 0.5);
  }

  /** May be infinite. */
  get value(): number {
    const [whole, parts] = [this.#whole, this.#parts];
    return (Math.abs(whole) < SMALL_SUM ? (whole * PARTS + parts) / PARTS : whole + parts / PARTS) + this.#large;
  }
}

export function decimalSum(values: Iterable<number>): number {
  const sum = new DecimalSum();
  for (const value of values) sum.add(value);
  return sum.value;
}
