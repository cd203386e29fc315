/** From a task to a model: features, snapshots, learning, and whether the result is good enough. */
import type { ProfileTables } from '../profile/index.ts';
import type { Champion, Contest } from './contest.ts';
import { contest } from './contest.ts';
import { RunRefused, refusal } from './errors.ts';
import type { Refusal } from './errors.ts';
import type { Feature } from './features/feature.ts';
import { valueWords } from './features/feature.ts';
import type { FeaturePlan } from './features/plan.ts';
import { planFeatures } from './features/plan.ts';
import type { GoalParts } from './goal.ts';
import { populationOf } from './goal.ts';
import { DAY, readHistory } from './history.ts';
import type { Learned } from './learn/learn.ts';
import { learnInThread } from './learn/thread.ts';
import type { BucketName, CardBucket, CardFeature, ModelCard, ModelFile } from './model.ts';
import type { BucketShares, Prediction, Task } from './prediction.ts';
import { ENOUGH_OUTCOMES, readinessOf } from './readiness.ts';
import type { Snapshot } from './snapshots.ts';
import { takeSnapshots } from './snapshots.ts';
import { futureDated } from './future-dated.ts';

export interface TrainParts extends GoalParts {
  readonly tables: ProfileTables;
}

export interface TrainOptions {
  readonly version: number;
  /** What the new one is compared with; null: nothing is in force. */
  readonly champion: Champion | null;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** @param done from 0 to 1 */
  readonly onProgress: (step: string, done: number) => void;
}

export interface Trained {
  readonly card: ModelCard;
  readonly file: ModelFile;
}

const SEED = 1;
/** Bars for a model to be put in force. */
const LEAST_AUC = 0.55;
const SUSPICIOUS_AUC = 0.95;
const SLOPES = [0.5, 2] as const;

/** Throws RunRefused, SegmentationError, StoreError, PropensityError; rejects with the signal's reason. */
export async function trainModel(prediction: Prediction, options: TrainOptions, parts: TrainParts): Promise<Trained> {
  const { task } = prediction;
  const { now, signal, onProgress, champion } = options;
  onProgress('Looking at the data', 0);
  const { refusals } = await readinessOf(task, now, parts, signal);
  if (refusals[0] !== undefined) throw new RunRefused(refusals[0]);
  const history = await readHistory(parts.clickhouse, now.getTime(), { signal });
  const planned = await planFeatures(task, { ...parts, history, now: now.getTime(), options: { signal } });
  const future = await futureDated(planned.features, { ...parts, history, now: now.getTime(), signal });
  const plan = { ...planned, features: planned.features.filter(({ code }) => !future.has(code)) };
  onProgress('Looking back', 0.05);
  const onStep = (done: number): void => onProgress('Looking back', 0.05 + 0.45 * done);
  const snapshots = await takeSnapshots(task, { ...parts, plan, history, now: now.getTime(), seed: SEED, signal, onStep });
  const learned = await learnInThread(inputOf(task, plan, snapshots), {
    signal,
    onProgress: (step, done) => onProgress(step, 0.5 + 0.45 * done),
  });
  if (champion !== null) onProgress('Comparing with the model in force', 0.95);
  const compared = champion && (await contest(champion, snapshots[0]!, learned.judged, { ...parts, history, seed: SEED, signal }));
  const leftOut = [...plan.leftOut, ...[...future].map(([, each]) => each), ...leaksOf(plan.features, learned)];
  return {
    card: cardOf(prediction, { plan, snapshots, learned, leftOut, options, contest: compared }),
    file: {
      document: learned.document,
      features: learned.kept.map((place) => plan.features[place]!),
      exclusions: task.exclusions,
      histograms: learned.histograms,
      cuts: null,
    },
  };
}

/** Throws RunRefused where a model is not to be put in force. */
export function requireGood({ metrics, features }: Pick<ModelCard, 'metrics' | 'features'>): void {
  const { auc, lift10, slope, baseRate } = metrics;
  const least = auc.value - 1.96 * auc.standardError;
  // With most people positive no part of them can be much richer.
  const leastLift = Math.min(1.2, 1 + (1 / baseRate - 1) / 4);
  const numbers = { auc: auc.value, auc_standard_error: auc.standardError, lift10: lift10.value, calibration_slope: slope };
  const bad = (message: string): never => {
    throw new RunRefused(
      refusal('bad-model', { ...numbers, message, hint: 'Bring more or newer data, narrow the population, or try another window.' }),
    );
  };
  if (least < LEAST_AUC)
    bad(
      `The model tells little: AUC ${auc.value.toFixed(3)}, less 1.96 standard errors ${least.toFixed(3)}; at least ${LEAST_AUC} is asked for.`,
    );
  if (lift10.value < leastLift)
    bad(
      `The likeliest tenth has the outcome only ${lift10.value.toFixed(2)} times as often as all; at least ${leastLift.toFixed(2)} is asked for.`,
    );
  if (slope < SLOPES[0] || slope > SLOPES[1])
    bad(`Probabilities do not hold: calibration slope ${slope.toFixed(2)}; from ${SLOPES[0]} to ${SLOPES[1]} is asked for.`);
  if (features.every(({ importance }) => importance === 0))
    throw new RunRefused(
      refusal('no-influential-factors', { message: 'No feature makes a difference.', hint: 'Bring events of more kinds.' }),
    );
}

function inputOf({ goal }: Task, { features }: FeaturePlan, snapshots: readonly Snapshot[]) {
  return {
    features: features.map((feature) => ({
      code: feature.code,
      kind: feature.kind,
      categories: feature.kind === 'categorical' ? feature.categories : [],
    })),
    snapshots: snapshots.map(({ at, values, width, labels, weights, repeats }) => ({ at, values, width, labels, weights, repeats })),
    window: goal.windowDays * DAY,
    recency: { place: features.findIndex(({ code }) => code === 'recency'), rises: goal.occurs === 'willNot' },
    seed: SEED,
  };
}

function leaksOf(features: readonly Feature[], { dropped }: Learned) {
  return dropped
    .filter(({ reason }) => reason === 'leak')
    .map(({ place, auc }) => ({
      what: features[place]!.label,
      reason: `Possible leak: alone it tells the outcome with AUC ${(auc ?? 1).toFixed(3)}.`,
    }));
}

interface Made {
  readonly plan: FeaturePlan;
  readonly snapshots: readonly Snapshot[];
  readonly learned: Learned;
  readonly leftOut: ModelCard['leftOut'];
  readonly options: TrainOptions;
  readonly contest: Contest | null;
}

function cardOf({ task, buckets }: Prediction, { plan, snapshots, learned, leftOut, options, contest: compared }: Made): ModelCard {
  const { algorithm, document, metrics, backTest, calibration, curve, gains } = learned;
  const trained = new Set(learned.trainedOn.map(({ at }) => at));
  return {
    version: options.version,
    trainedAt: options.now.toISOString(),
    algorithm,
    sha256: document.sha256,
    seed: SEED,
    parameters: parametersOf(document.content),
    goal: goalWords(task),
    population: populationOf(task),
    snapshots: snapshots.map(({ at, eligible, positives, labels }) => ({
      at: new Date(at).toISOString(),
      eligible,
      positives,
      rows: labels.length,
      trainedOn: trained.has(at),
    })),
    metrics,
    ...(compared !== null && { contest: compared }),
    backTest,
    calibration,
    curve,
    gains,
    buckets: bucketsOf(learned, buckets),
    features: featuresOf(plan.features, learned),
    leftOut,
    warnings: warningsOf(learned),
    limits: [
      ...sampleWords(snapshots),
      'A score says how likely something is, not what an offer would change.',
      'Not for prices, credit, medicine or law.',
      'People are told apart as they are now, also in the past.',
    ],
  };
}

function sampleWords(snapshots: readonly Snapshot[]): readonly string[] {
  const [rows, all] = [sumOf(snapshots, ({ labels }) => labels.length), sumOf(snapshots, ({ eligible }) => eligible)];
  if (rows === all) return [];
  const kept = sumOf(snapshots, ({ labels }) => labels.reduce((sum, label) => sum + label, 0));
  const [positives, negatives] = [sumOf(snapshots, (each) => each.positives), all - sumOf(snapshots, (each) => each.positives)];
  const share = (some: number, of: number): string => `${((100 * some) / of).toFixed(1)} %`;
  return [
    `Learned from a sample: ${share(kept, positives)} of those with the outcome and ${share(rows - kept, negatives)} of the others, who count for those left out.`,
  ];
}

function sumOf(snapshots: readonly Snapshot[], of: (snapshot: Snapshot) => number): number {
  return snapshots.reduce((sum, snapshot) => sum + of(snapshot), 0);
}

function parametersOf(content: unknown): Readonly<Record<string, unknown>> {
  const { model } = content as { readonly model?: { readonly options?: Readonly<Record<string, unknown>>; readonly penalty?: number } };
  return model?.options ?? { penalty: model?.penalty };
}

function goalWords({ goal }: Task): string {
  const events = goal.events.map(({ name, condition }) => name ?? condition).join(goal.match === 'all' ? ' and ' : ' or ');
  return `${events} ${goal.occurs === 'will' ? 'within' : 'not within'} ${goal.windowDays} days`;
}

/** How often the outcome came in each bucket of the newest window, by a model that did not know it. */
function bucketsOf({ judged }: Learned, { high, medium }: BucketShares): readonly CardBucket[] {
  const { scores, labels, weights } = judged;
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  const order = [...scores.keys()].toSorted((one, other) => scores[other]! - scores[one]!);
  const all = order.reduce((sum, row) => sum + weightOf(row), 0);
  const found = new Map((['High', 'Medium', 'Low'] as const).map((bucket) => [bucket, { people: 0, predicted: 0, actual: 0 }]));
  let passed = 0;
  for (const row of order) {
    // By its middle, so that a row that stands for many is where most of them are.
    const place = (100 * (passed + weightOf(row) / 2)) / all;
    const bucket: BucketName = place < high ? 'High' : place < high + medium ? 'Medium' : 'Low';
    const sums = found.get(bucket)!;
    passed += weightOf(row);
    sums.people += weightOf(row);
    sums.predicted += weightOf(row) * scores[row]!;
    sums.actual += weightOf(row) * labels[row]!;
  }
  return [...found].map(([bucket, { people, predicted, actual }]) => ({
    bucket,
    share: people / Math.max(all, 1),
    predictedRate: people === 0 ? 0 : predicted / people,
    actualRate: people === 0 ? 0 : actual / people,
  }));
}

function featuresOf(features: readonly Feature[], { importances }: Learned): readonly CardFeature[] {
  const byCode = new Map(features.map((feature) => [feature.code, feature]));
  return importances
    .toSorted((one, other) => other.importance - one.importance)
    .flatMap(({ dependence, ...importance }): readonly CardFeature[] => {
      const feature = byCode.get(importance.code);
      if (feature === undefined) return [];
      const { label, family, kind } = feature;
      const described = dependence.map((each) => ({ ...each, label: valueWords(feature, each.value ?? Number.NaN) }));
      return [{ ...importance, label, family, kind, dependence: described }];
    });
}

function warningsOf({ metrics, trainedOn }: Learned): readonly Refusal[] {
  const warnings: Refusal[] = [];
  const { auc } = metrics;
  if (auc.value > SUSPICIOUS_AUC)
    warnings.push(
      refusal('bad-model', {
        auc: auc.value,
        message: `AUC ${auc.value.toFixed(3)} is too good to be likely: something may tell the outcome.`,
        hint: 'Look at the first features, and exclude what is known only afterwards.',
      }),
    );
  const positives = trainedOn.reduce((sum, each) => sum + each.positives, 0);
  if (positives < ENOUGH_OUTCOMES)
    warnings.push(
      refusal('not-enough-objective', {
        num_positives: positives,
        min_num_samples: ENOUGH_OUTCOMES,
        message: `The model was trained on ${positives} outcomes only; its numbers are uncertain.`,
        hint: 'Look at the intervals.',
      }),
    );
  return warnings;
}
