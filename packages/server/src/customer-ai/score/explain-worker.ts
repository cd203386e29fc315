/** The thread that scores and explains, so that the thread of the HTTP server stays free. Started by `scoring-thread.ts`. */
import { calibrate, countByEdges, explainerOf, IDENTITY, loadModel, predictMargins } from '@kindred/propensity';
import type { ModelDocument } from '@kindred/propensity';
import { parentPort, workerData } from 'node:worker_threads';
import type { Histogram } from '../learn/learn.ts';
import type { LearnedFeature } from '../learn/table.ts';
import { tableOf } from '../learn/table.ts';
import { strongest } from './factors.ts';
import type { Factors } from './factors.ts';

export interface ScoringData {
  readonly document: ModelDocument;
  readonly features: readonly (LearnedFeature & { readonly family: string })[];
  readonly histograms: readonly Histogram[];
}

/** Rows to score. */
export interface Portion {
  readonly values: Float32Array<ArrayBuffer>;
  readonly width: number;
}

export interface Scored extends Factors {
  /** Log odds before calibration, which rank. */
  readonly margins: Float64Array<ArrayBuffer>;
  readonly probabilities: Float64Array<ArrayBuffer>;
  /** By feature: how its values lie over the edges of its histogram. */
  readonly counts: readonly Float64Array[];
}

export type ScoringReply = { readonly scored: Scored } | { readonly error: string };

const { document, features, histograms } = workerData as ScoringData;
const { model, calibration } = loadModel(document);
const explainer = explainerOf(model);
const places = [...features.keys()];

function score(portion: Portion): Scored {
  const table = tableOf(features, places, [portion]);
  const margins = new Float64Array(predictMargins(model, table));
  const column = (place: number): Float64Array =>
    Float64Array.from({ length: table.rows }, (_, row) => portion.values[row * portion.width + place]!);
  return {
    margins,
    probabilities: new Float64Array(calibrate(calibration ?? IDENTITY, margins)),
    counts: places.map((place) => countByEdges(column(place), histograms[place]?.edges ?? [])),
    ...strongest(explainer.explain(table).values, features),
  };
}

parentPort?.on('message', (portion: Portion) => {
  let reply: ScoringReply;
  try {
    reply = { scored: score(portion) };
  } catch (error) {
    reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  parentPort?.postMessage(reply);
});
