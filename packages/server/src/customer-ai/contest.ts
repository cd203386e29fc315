/** The model in force and a new one on the same people and outcomes, so that what differs is the models and not the window. */
import type { Interval } from '@kindred/propensity';
import { auc, bootstrapDifference, seededRandom } from '@kindred/propensity';
import type { ProfileTables } from '../profile/index.ts';
import { selectFeatures } from './features/select.ts';
import type { GoalParts } from './goal.ts';
import type { History } from './history.ts';
import type { Judged } from './learn/evaluate.ts';
import type { ModelFile } from './model.ts';
import { withScoring } from './score/scoring-thread.ts';
import { selectionOf } from './score/selection.ts';
import type { Snapshot } from './snapshots.ts';

/** The model in force. */
export interface Champion {
  readonly version: number;
  /** Epoch ms. */
  readonly trainedAt: number;
  readonly file: ModelFile;
}

export interface Contest {
  /** Version of the model in force then. */
  readonly against: number;
  /** Its AUC on the newest window. */
  readonly auc: number;
  /** How much more the new one has; both drawn on the same people. */
  readonly difference: Interval;
  /** Whether the model in force knew nothing of the window, either: otherwise it has seen some of what it is asked. */
  readonly fair: boolean;
}

export interface ContestOptions extends GoalParts {
  readonly tables: ProfileTables;
  readonly history: History;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** People whose features are in memory at once. */
const PORTION = 50_000;
const RESAMPLES = 200;

/** @param judged the new model on the people of the snapshot, by a model that did not know it */
export async function contest(champion: Champion, newest: Snapshot, judged: Judged, options: ContestOptions): Promise<Contest> {
  const scores = await marginsOf(champion.file, newest, options);
  const { labels, weights } = judged;
  const rest = { labels, ...(weights !== undefined && { weights }) };
  const [ours, theirs] = [judged, { scores, ...rest }];
  const sampling = { random: seededRandom(options.seed), resamples: RESAMPLES };
  return {
    against: champion.version,
    auc: auc(theirs),
    difference: bootstrapDifference(ours, theirs, auc, sampling),
    fair: champion.trainedAt <= newest.at,
  };
}

/** With its own features, of what was known at the instant. */
async function marginsOf(file: ModelFile, { profiles, at }: Snapshot, options: ContestOptions): Promise<Float64Array> {
  const { history, signal } = options;
  const select = await selectionOf(file, { at, history, signal }, options);
  const margins = new Float64Array(profiles.length);
  await withScoring(file, async (score) => {
    for (let from = 0; from < profiles.length; from += PORTION) {
      signal.throwIfAborted();
      const { values, width } = await selectFeatures(profiles.subarray(from, from + PORTION), select);
      margins.set((await score({ values, width })).margins, from);
    }
  });
  return margins;
}
