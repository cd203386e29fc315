/** Who a task is about at an instant, and who of them reaches the goal in the window after it. */
import type { ClickHouse } from '../store/index.ts';
import { instantLiteral } from '../store/index.ts';
import type { Segmentation } from '../segmentation/index.ts';
import { Bitmap, fromState } from '../segmentation/index.ts';
import type { History } from './history.ts';
import { DAY, knownAt } from './history.ts';
import type { Goal, Task } from './prediction.ts';

/** Days within which those had an event whom a task without a population is about. */
export const ACTIVE_DAYS = 45;
const ACTIVE = `xEvent[timestamp occurs <= ${ACTIVE_DAYS} days before now].count() >= 1`;

export interface GoalParts {
  readonly clickhouse: ClickHouse;
  readonly segmentation: Pick<Segmentation, 'membersAt' | 'eventCondition' | 'audiences' | 'check'>;
}

export interface At {
  /** Epoch ms. */
  readonly at: number;
  readonly signal?: AbortSignal | undefined;
}

export interface EligibleAt extends At {
  /** Of these alone it is told; ordinals. Everybody when left out. */
  readonly people?: Uint32Array;
}

/** PQL of those whom a task is about. */
export function populationOf({ population }: Pick<Task, 'population'>): string {
  return population ?? ACTIVE;
}

/** Days that the population looks back, at least. */
export function lookBackOf({ population }: Pick<Task, 'population'>): number {
  return population === null ? ACTIVE_DAYS : 30;
}

/** Those whom a task is about, by what was known at an instant. Throws SegmentationError. */
export async function eligibleAt(
  task: Pick<Task, 'population'>,
  history: Pick<History, 'loaded'>,
  { at, signal, people }: EligibleAt,
  { segmentation }: GoalParts,
): Promise<Bitmap> {
  const known = knownAt(at, history);
  const events = people === undefined ? known : `${known} AND profile IN (${[...people].join(', ')})`;
  const [members = Bitmap.empty] = await segmentation.membersAt([populationOf(task)], { at, events, signal });
  return people === undefined ? members : members.and(Bitmap.of(people));
}

/** Whoever reaches the goal in the window after an instant, eligible or not. Throws SegmentationError. */
export async function reachedAfter(goal: Goal, { at, signal }: At, { clickhouse, segmentation }: GoalParts): Promise<Bitmap> {
  const within = windowSql(goal, at);
  const options = signal === undefined ? {} : { signal };
  const each: Bitmap[] = [];
  for (const { condition } of goal.events) {
    const sql = segmentation.eventCondition(condition, at);
    each.push(
      fromState(await clickhouse.bytes(`SELECT groupBitmapState(profile) FROM events WHERE ${within} AND (${sql})`, 'RowBinary', options)),
    );
  }
  return each.reduce((all, one) => (goal.match === 'all' ? all.and(one) : all.or(one)));
}

/** Of those eligible, those with the outcome that the model says how likely it is. */
export function outcomeOf({ occurs }: Goal, eligible: Bitmap, reached: Bitmap): Bitmap {
  return occurs === 'will' ? eligible.and(reached) : eligible.andNot(reached);
}

/** Events of the window after an instant: the instant itself is before it. */
export function windowSql({ windowDays }: Goal, at: number): string {
  return `timestamp > ${instantLiteral(at)} AND timestamp <= ${instantLiteral(at + windowDays * DAY)}`;
}
