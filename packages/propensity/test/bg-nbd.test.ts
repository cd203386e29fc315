import { describe, expect, test } from 'vitest';
import type { BgNbd, Random, Repeats } from '../src/index.ts';
import { bgNbdLogLikelihood, chanceAlive, chanceOfRepeat, fitBgNbd, PropensityError, seededRandom } from '../src/index.ts';

/** As published for the customers of CDNOW, in weeks. */
const CDNOW: BgNbd = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

/** The mean of a function over a density that is known up to a factor, from 0 to an end: by the midpoints of many steps. */
function meanOver(density: (value: number) => number, what: (value: number) => number, end: number): number {
  const steps = 400_000;
  let [mass, sum] = [0, 0];
  for (let step = 0; step < steps; step += 1) {
    // Denser toward 0, where densities may rise without end.
    const part = (step + 0.5) / steps;
    const value = end * part ** 4;
    const weight = density(value) * 4 * part ** 3;
    mass += weight;
    sum += weight * what(value);
  }
  return sum / mass;
}

/** Of one person, as the model is told: the mean over all rates and chances to leave of the likelihood of what they did. */
function slowLikelihood({ r, alpha, a, b }: BgNbd, x: number, last: number, age: number): number {
  const overRates = (what: (rate: number) => number): number =>
    meanOver((rate) => rate ** (r - 1) * Math.exp(-alpha * rate), what, 40 / alpha);
  const overChances = (what: (chance: number) => number): number =>
    meanOver((chance) => chance ** (a - 1) * (1 - chance) ** (b - 1), what, 1);
  const stayed = overChances((chance) => (1 - chance) ** x) * overRates((rate) => rate ** x * Math.exp(-rate * age));
  if (x === 0) return Math.log(stayed);
  const left = overChances((chance) => chance * (1 - chance) ** (x - 1)) * overRates((rate) => rate ** x * Math.exp(-rate * last));
  return Math.log(stayed + left);
}

/** Gamma by Marsaglia and Tsang; below 1 by a power of a uniform number. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const cube = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (cube > 0 && Math.log(1 - random()) < normal ** 2 / 2 + d - d * cube + d * Math.log(cube)) return d * cube;
  }
}

interface Drawn extends Repeats {
  /** Whether each came within the time after. */
  readonly again: readonly boolean[];
}

function draw({ r, alpha, a, b }: BgNbd, people: number, within: number): Drawn {
  const random = seededRandom(11);
  const drawn = { frequency: [] as number[], recency: [] as number[], age: [] as number[], again: [] as boolean[] };
  for (let person = 0; person < people; person += 1) {
    const rate = gamma(r, random) / alpha;
    const [one, other] = [gamma(a, random), gamma(b, random)];
    const leaves = one / (one + other);
    const age = 27 + 12 * random();
    let [time, times, last, again] = [0, 0, 0, false];
    for (;;) {
      time += -Math.log(1 - random()) / rate;
      if (time > age) {
        again = time <= age + within;
        break;
      }
      times += 1;
      last = time;
      if (random() < leaves) break;
    }
    drawn.frequency.push(times);
    drawn.recency.push(last);
    drawn.age.push(age);
    drawn.again.push(again);
  }
  return drawn;
}

describe('BG/NBD', () => {
  test('has the likelihood that follows from its words', () => {
    for (const [x, last, age] of [
      [0, 0, 38.86],
      [1, 1.71, 38.86],
      [2, 30.43, 38.86],
      [7, 29.43, 30.0],
    ] as const) {
      const quick = bgNbdLogLikelihood(CDNOW, { frequency: [x], recency: [last], age: [age] });
      expect(Math.abs(quick - slowLikelihood(CDNOW, x, last, age)), `${x} times`).toBeLessThan(1e-4);
    }
  });

  test('finds the parameters that people were drawn by, and says how many come again', async () => {
    const within = 26;
    const drawn = draw(CDNOW, 30_000, within);
    const found = await fitBgNbd({ repeats: drawn });
    for (const [name, value] of Object.entries(found)) {
      const truth = CDNOW[name as keyof BgNbd];
      expect(Math.abs(value / truth - 1), `${name} ${value}`).toBeLessThan(0.12);
    }
    expect(bgNbdLogLikelihood(found, drawn)).toBeGreaterThanOrEqual(bgNbdLogLikelihood(CDNOW, drawn));
    const chances = chanceOfRepeat(found, drawn, within);
    for (const part of [(times: number) => times === 0, (times: number) => times === 1, (times: number) => times > 1]) {
      const rows = [...chances.keys()].filter((row) => part(drawn.frequency[row]!));
      const mean = (of: (row: number) => number): number => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
      expect(Math.abs(mean((row) => chances[row]!) - mean((row) => (drawn.again[row] ? 1 : 0)))).toBeLessThan(0.015);
    }
    // In other units, and with each row told as two, it is the same.
    const days = Array.from(drawn.age, (age) => age * 7);
    const double = new Float64Array(days.length).fill(2);
    const other = await fitBgNbd({
      repeats: { ...drawn, recency: Array.from(drawn.recency, (time) => time * 7), age: days, weights: double },
    });
    expect(Math.abs(other.alpha / found.alpha / 7 - 1)).toBeLessThan(0.01);
    expect(Math.abs(other.b / found.b - 1)).toBeLessThan(0.01);
  });

  test('knows who has stayed away for longer than is usual for them, and says what it cannot read', async () => {
    const [lately, long] = chanceAlive(CDNOW, { frequency: [8, 8], recency: [38, 12], age: [39, 39] });
    expect(lately).toBeGreaterThan(0.8);
    expect(long).toBeLessThan(0.05);
    await expect(fitBgNbd({ repeats: { frequency: [], recency: [], age: [] } })).rejects.toThrow('there is nobody to learn from');
    await expect(fitBgNbd({ repeats: { frequency: [1], recency: [3], age: [2] } })).rejects.toThrow(PropensityError);
    await expect(fitBgNbd({ repeats: { frequency: [1.5], recency: [1], age: [2] } })).rejects.toThrow('row 0 must be a whole number');
  });
});
