/** BG/NBD on the rows of a snapshot: how likely people come again, by how often and how long ago they came. */
import type { BgNbd, Repeats } from '@kindred/propensity';
import { chanceOfRepeat, fitBgNbd } from '@kindred/propensity';
import type { LabelledRows } from './table.ts';
import { NEVER, NUMBERS } from './table.ts';

const DAY = 86_400_000;
/** People who came more than once, at least, and people it is fitted on, at most. */
const LEAST = 100;
const MOST = 20_000;

export interface ComeAgain {
  readonly model: BgNbd;
  readonly probabilities: Float64Array;
}

export interface ComeAgainOptions {
  /** Ms in which they come. */
  readonly window: number;
  /** Whether the outcome is that they come, or that they do not. */
  readonly occurs: boolean;
  readonly signal: AbortSignal;
}

/**
 * Fitted on what was known at the cut-off, which takes no outcomes. Those who never came have the rate that people like them had in windows
 * of before. Null where the goal is not one of coming again, or too few did.
 * @param known snapshots whose windows were over
 */
export async function comeAgainOf(
  { repeats, labels, weights }: LabelledRows,
  known: readonly LabelledRows[],
  { window, occurs, signal }: ComeAgainOptions,
): Promise<ComeAgain | null> {
  if (repeats === null) return null;
  const came = rowsWhere(repeats, (times) => times !== NEVER);
  if (rowsWhere(repeats, (times) => times > 0).length < LEAST) return null;
  const step = Math.ceil(came.length / MOST);
  const some = came.filter((_, index) => index % step === 0);
  const stands = weights && { weights: Float64Array.from(some, (row) => weights[row]!) };
  const model = await fitBgNbd({ repeats: { ...repeatsAt(repeats, some), ...stands }, signal });
  const probabilities = new Float64Array(labels.length).fill(rateOfNew(known));
  const chances = chanceOfRepeat(model, repeatsAt(repeats, came), window / DAY);
  for (const [index, row] of came.entries()) probabilities[row] = occurs ? chances[index]! : 1 - chances[index]!;
  return { model, probabilities };
}

function rowsWhere(repeats: Float32Array, wanted: (times: number) => boolean): readonly number[] {
  return Array.from({ length: repeats.length / NUMBERS }, (_, row) => row).filter((row) => wanted(repeats[row * NUMBERS]!));
}

function repeatsAt(repeats: Float32Array, rows: readonly number[]): Repeats {
  const number = (place: number): Float64Array => Float64Array.from(rows, (row) => repeats[row * NUMBERS + place]!);
  return { frequency: number(0), recency: number(1), age: number(2) };
}

/** Of those who had never come, how many had the outcome. */
function rateOfNew(known: readonly LabelledRows[]): number {
  let [people, outcomes] = [0, 0];
  for (const { repeats, labels, weights } of known) {
    if (repeats === null) continue;
    for (const row of rowsWhere(repeats, (times) => times === NEVER)) {
      const weight = weights?.[row] ?? 1;
      people += weight;
      outcomes += weight * labels[row]!;
    }
  }
  return (outcomes + 0.5) / (people + 1);
}
