/** Instants of the past at which people are looked at: what was known then, and what they did in the window after. */
import { audienceMembers } from './features/audiences.ts';
import type { FeaturePlan } from './features/plan.ts';
import { selectFeatures } from './features/select.ts';
import type { Matrix } from './features/select.ts';
import type { GoalParts } from './goal.ts';
import { eligibleAt, outcomeOf, reachedAfter } from './goal.ts';
import type { History } from './history.ts';
import { DAY } from './history.ts';
import type { Task } from './prediction.ts';
import { repeatsOf } from './repeats.ts';
import type { Sampling } from './sample.ts';
import { drawOf, samplingOf } from './sample.ts';
import type { Bitmap } from '../segmentation/index.ts';
import type { ProfileTables } from '../profile/index.ts';

export interface Snapshot extends Matrix {
  /** Epoch ms. */
  readonly at: number;
  /** 1 where the outcome came, by row. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** How many rows each stands for; null: itself. */
  readonly weights: Float64Array<ArrayBuffer> | null;
  /** How often each had done what the goal is about (`repeats.ts`). */
  readonly repeats: Float32Array<ArrayBuffer> | null;
  /** All whom it is about, and all outcomes: rows may be a sample of them. */
  readonly eligible: number;
  readonly positives: number;
}

/** Snapshots at most, and rows of all of them. */
const MOST_SNAPSHOTS = 8;
const MOST_ROWS = 240_000;
/** Days of events before a snapshot, at least. */
const LEAST_HISTORY = 30;
const LEAST_STEP = 7;
/** People asked for at once: what a query keeps of them stays small. */
const RANGE = 50_000;

export interface SnapshotOptions extends GoalParts {
  readonly tables: ProfileTables;
  readonly plan: FeaturePlan;
  readonly history: History;
  /** Epoch ms. */
  readonly now: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onStep: (done: number) => void;
}

/** Newest first: the newest ends its window now, the others are half a window apart. */
export function cutOffs({ goal }: Pick<Task, 'goal'>, { first }: Pick<History, 'first'>, now: number): readonly number[] {
  const step = Math.max(LEAST_STEP, goal.windowDays / 2);
  const newest = now - goal.windowDays * DAY;
  const all = Array.from({ length: MOST_SNAPSHOTS }, (_, index) => newest - index * step * DAY);
  return all.filter((at) => first !== null && at >= first + LEAST_HISTORY * DAY);
}

/** Who is drawn for the outcome that is rarer is drawn in all of them. Throws SegmentationError and StoreError. */
export async function takeSnapshots(task: Task, options: SnapshotOptions): Promise<readonly Snapshot[]> {
  const { history, now, signal, onStep } = options;
  const people: Awaited<ReturnType<typeof peopleAt>>[] = [];
  for (const at of cutOffs(task, history, now)) people.push(await peopleAt(task, at, options));
  const sum = (of: (each: (typeof people)[number]) => number): number => people.reduce((total, each) => total + of(each), 0);
  const positives = sum(({ positive }) => positive.size);
  const sampling = samplingOf({ positives, negatives: sum(({ eligible }) => eligible.size) - positives }, MOST_ROWS);
  const snapshots: Snapshot[] = [];
  for (const [index, { at, eligible, positive }] of people.entries()) {
    signal.throwIfAborted();
    const rows = rowsOf(eligible, positive, { sampling, seed: options.seed });
    const matrix = await matrixOf(rows.people, at, options);
    const repeats = await repeatsOf(task.goal, rows.people, { ...options, at, options: { signal } });
    snapshots.push({ ...matrix, ...rows, at, repeats, eligible: eligible.size, positives: positive.size });
    onStep((index + 1) / people.length);
  }
  return snapshots;
}

function rowsOf(eligible: Bitmap, positive: Bitmap, { sampling, seed }: { readonly sampling: Sampling; readonly seed: number }) {
  const everybody = sampling.positives === 1 && sampling.negatives === 1;
  const isDrawn = (profile: number): boolean => drawOf(profile, seed) < (positive.has(profile) ? sampling.positives : sampling.negatives);
  const people = everybody ? eligible.toArray() : eligible.toArray().filter(isDrawn);
  const labels = Uint8Array.from(people, (profile) => (positive.has(profile) ? 1 : 0));
  const { weights } = sampling;
  return { people, labels, weights: weights && Float64Array.from(labels, (label) => (label === 1 ? weights.positive : weights.negative)) };
}

async function peopleAt(task: Task, at: number, options: SnapshotOptions) {
  const { history, signal } = options;
  const eligible = await eligibleAt(task, history, { at, signal }, options);
  return { at, eligible, positive: outcomeOf(task.goal, eligible, await reachedAfter(task.goal, { at, signal }, options)) };
}

/** In ranges of people, one after the other. @param people ascending ordinals */
export async function matrixOf(
  people: Uint32Array,
  at: number,
  { tables, plan, history, segmentation, signal }: Pick<SnapshotOptions, 'tables' | 'plan' | 'history' | 'segmentation' | 'signal'>,
): Promise<Matrix> {
  const width = plan.features.length;
  const audiences = await audienceMembers(plan.features, { at, history, exclusions: plan.exclusions, signal }, segmentation);
  const values = new Float32Array(people.length * width);
  for (let from = 0; from < people.length; from += RANGE) {
    signal.throwIfAborted();
    const select = { tables, ...plan, at, history, audiences, options: { signal } };
    values.set((await selectFeatures(people.subarray(from, from + RANGE), select)).values, from * width);
  }
  return { profiles: people, values, width };
}
