/** Instants of the past at which people are looked at: what was known then, and what they did in the window after. */
import type { FeaturePlan } from './features/plan.ts';
import { selectFeatures } from './features/select.ts';
import type { Matrix } from './features/select.ts';
import type { GoalParts } from './goal.ts';
import { eligibleAt, outcomeOf, reachedAfter } from './goal.ts';
import type { History } from './history.ts';
import { DAY } from './history.ts';
import type { Task } from './prediction.ts';
import { repeatsOf } from './repeats.ts';
import type { ProfileTables } from '../profile/index.ts';

export interface Snapshot extends Matrix {
  /** Epoch ms. */
  readonly at: number;
  /** 1 where the outcome came, by row. */
  readonly labels: Uint8Array<ArrayBuffer>;
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
export const RANGE = 200_000;

export interface SnapshotOptions extends GoalParts {
  readonly tables: ProfileTables;
  readonly plan: FeaturePlan;
  readonly history: History;
  /** Epoch ms. */
  readonly now: number;
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

/** One person is in all of them or in none. Throws SegmentationError and StoreError. */
export async function takeSnapshots(task: Task, options: SnapshotOptions): Promise<readonly Snapshot[]> {
  const { history, now, signal, onStep } = options;
  const instants = cutOffs(task, history, now);
  const people = [];
  for (const at of instants) people.push({ at, ...(await peopleAt(task, at, options)) });
  const rows = people.reduce((sum, { eligible }) => sum + eligible.size, 0);
  const share = Math.min(1, MOST_ROWS / Math.max(rows, 1));
  const snapshots: Snapshot[] = [];
  for (const [index, { at, eligible, positive }] of people.entries()) {
    signal.throwIfAborted();
    const sampled = eligible.toArray().filter((profile) => share === 1 || sampleOf(profile) < share);
    const labels = new Uint8Array(sampled.length);
    for (const [row, profile] of sampled.entries()) labels[row] = positive.has(profile) ? 1 : 0;
    const matrix = await matrixOf(sampled, at, options);
    const repeats = await repeatsOf(task.goal, sampled, { ...options, at, options: { signal } });
    snapshots.push({ ...matrix, at, labels, repeats, eligible: eligible.size, positives: positive.size });
    onStep((index + 1) / people.length);
  }
  return snapshots;
}

async function peopleAt(task: Task, at: number, options: SnapshotOptions) {
  const { history, signal } = options;
  const eligible = await eligibleAt(task, history, { at, signal }, options);
  return { eligible, positive: outcomeOf(task.goal, eligible, await reachedAfter(task.goal, { at, signal }, options)) };
}

/** In ranges of people, one after the other. @param people ascending ordinals */
export async function matrixOf(
  people: Uint32Array,
  at: number,
  { tables, plan, history, signal }: Pick<SnapshotOptions, 'tables' | 'plan' | 'history' | 'signal'>,
): Promise<Matrix> {
  const width = plan.features.length;
  const values = new Float32Array(people.length * width);
  for (let from = 0; from < people.length; from += RANGE) {
    signal.throwIfAborted();
    const select = { tables, ...plan, at, history, options: { signal } };
    values.set((await selectFeatures(people.subarray(from, from + RANGE), select)).values, from * width);
  }
  return { profiles: people, values, width };
}

/** The same number in [0, 1) for the same person, whatever the snapshot. */
function sampleOf(profile: number): number {
  let hash = Math.imul(profile ^ 0x9e37_79b9, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
