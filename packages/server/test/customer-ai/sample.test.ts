import { calibrate, countByEdges, IDENTITY, loadModel, predictMargins, psi, seededRandom } from '@kindred/propensity';
import { expect, test } from 'vitest';
import { learn } from '../../src/customer-ai/learn/learn.ts';
import type { LabelledRows } from '../../src/customer-ai/learn/table.ts';
import { tableOf } from '../../src/customer-ai/learn/table.ts';
import { drawOf, samplingOf } from '../../src/customer-ai/sample.ts';

test('a sample has all rare outcomes up to half of it, and stands for everybody', () => {
  expect(samplingOf({ positives: 40, negatives: 60 }, 100)).toEqual({ positives: 1, negatives: 1, weights: null });
  for (const [positives, negatives] of [
    [40_000, 7_960_000],
    [7_960_000, 40_000],
    [4_000_000, 4_000_000],
    [0, 8_000_000],
  ] as const) {
    const { weights, ...share } = samplingOf({ positives, negatives }, 240_000);
    const kept = [positives * share.positives, negatives * share.negatives] as const;
    expect(Math.round(kept[0] + kept[1])).toBe(240_000);
    expect(Math.round(Math.min(...kept))).toBe(Math.min(120_000, positives, negatives));
    // The rate among them, weighted, is that of all.
    const outcomes = kept[0] * (weights?.positive ?? 1);
    expect(outcomes / (outcomes + kept[1] * (weights?.negative ?? 1))).toBeCloseTo(positives / (positives + negatives), 9);
  }
  const drawn = Array.from({ length: 20_000 }, (_, profile) => drawOf(profile, 1));
  for (const share of [0.02, 0.3]) expect(drawn.filter((draw) => draw < share).length / drawn.length).toBeCloseTo(share, 2);
  const other = drawn.filter((draw, profile) => draw < 0.5 && drawOf(profile, 2) < 0.5);
  expect(other.length / drawn.length).toBeCloseTo(0.25, 1);
});

const PEOPLE = 40_000;
const DAY = 86_400_000;

/** One in fifty has the outcome, the more so the greater the first of three numbers. */
function snapshot(at: number, seed: number): LabelledRows {
  const random = seededRandom(seed);
  const values = Float32Array.from({ length: PEOPLE * 3 }, () => 2 * random() - 1);
  const labels = Uint8Array.from({ length: PEOPLE }, (_, row) => (random() < 1 / (1 + Math.exp(4.6 - 2 * values[row * 3]!)) ? 1 : 0));
  return { at, width: 3, values, labels, weights: null, repeats: null };
}

function sampled({ at, width, values, labels }: LabelledRows): LabelledRows {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const { weights, ...share } = samplingOf({ positives, negatives: PEOPLE - positives }, 5000);
  const rows = [...labels.keys()].filter((row) => drawOf(row, 1) < (labels[row] === 1 ? share.positives : share.negatives));
  return {
    at,
    width,
    values: Float32Array.from(rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])),
    labels: Uint8Array.from(rows, (row) => labels[row]!),
    weights: Float64Array.from(rows, (row) => (labels[row] === 1 ? weights!.positive : weights!.negative)),
    repeats: null,
  };
}

test('a model that has learned from a sample says how often it happens to everybody', async () => {
  const window = 30 * DAY;
  const all = [4, 3, 2, 1].map((number) => snapshot(number * window, number));
  const features = ['a', 'b', 'c'].map((code) => ({ code, kind: 'numeric' as const, categories: [] }));
  const input = { features, snapshots: all.map(sampled), window, recency: { place: 0, rises: false }, seed: 1 };
  const { signal } = new AbortController();
  const { metrics, document, kept, judged, histograms } = await learn(input, { threads: 1, signal, onProgress: () => undefined });
  const rate = (labels: Uint8Array): number => labels.reduce((sum, label) => sum + label, 0) / labels.length;
  expect(input.snapshots[0]!.labels.length).toBeLessThan(5500);
  expect(rate(input.snapshots[0]!.labels)).toBeGreaterThan(0.1);
  expect(metrics.baseRate).toBeCloseTo(rate(all[0]!.labels), 3);
  expect(metrics.slope).toBeGreaterThan(0.8);
  expect(metrics.slope).toBeLessThan(1.25);
  expect(judged.weights?.length).toBe(judged.labels.length);
  // On people whom it has not seen, whole.
  const fresh = snapshot(5 * window, 5);
  const { model, calibration } = loadModel(document);
  const scores = calibrate(calibration ?? IDENTITY, predictMargins(model, tableOf(features, kept, [fresh])));
  expect(scores.reduce((sum, score) => sum + score, 0) / PEOPLE).toBeCloseTo(rate(fresh.labels), 2);
  const likely = [...scores.keys()].filter((row) => scores[row]! > 0.05);
  const [said, came] = [scores, fresh.labels].map((each) => likely.reduce((sum, row) => sum + each[row]!, 0) / likely.length);
  expect(Math.abs(said! / came! - 1)).toBeLessThan(0.15);
  // Drift is told against everybody.
  const values = Float32Array.from({ length: PEOPLE }, (_, row) => fresh.values[row * 3]!);
  expect(psi(histograms[0]!.counts, countByEdges(values, histograms[0]!.edges))).toBeLessThan(0.005);
}, 60_000);
