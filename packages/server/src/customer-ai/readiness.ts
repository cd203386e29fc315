/** Whether the data is enough for a task: counted on the newest window whose outcomes are known. */
import type { QueryOptions } from '../store/index.ts';
import type { Refusal } from './errors.ts';
import { refusal } from './errors.ts';
import type { GoalParts } from './goal.ts';
import { eligibleAt, lookBackOf, outcomeOf, reachedAfter, windowSql } from './goal.ts';
import type { History } from './history.ts';
import { DAY, daysOf, readHistory } from './history.ts';
import type { Task } from './prediction.ts';

export interface Readiness {
  readonly cutOff: Date;
  readonly eligible: number;
  readonly positives: number;
  readonly negatives: number;
  readonly baseRate: number | null;
  readonly daysPresent: number;
  readonly daysNeeded: number;
  readonly events: readonly { readonly condition: string; readonly people: number; readonly events: number }[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Refusal[];
}

/** People it is about, and outcomes of either kind, at least. */
export const LEAST_ELIGIBLE = 1000;
export const LEAST_OUTCOMES = 100;
/** With fewer, the numbers of a model are uncertain. */
export const ENOUGH_OUTCOMES = 500;

/** Throws SegmentationError `pql-invalid` and `event-condition-invalid`. */
export async function readinessOf(task: Task, now: Date, parts: GoalParts, signal?: AbortSignal): Promise<Readiness> {
  const { goal } = task;
  const at = now.getTime() - goal.windowDays * DAY;
  const history = await readHistory(parts.clickhouse, now.getTime(), signal && { signal });
  for (const condition of [...task.exclusions, ...task.customEvents.map((each) => each.condition)])
    parts.segmentation.eventCondition(condition, at);
  const eligible = await eligibleAt(task, history, { at, signal }, parts);
  const positive = outcomeOf(goal, eligible, await reachedAfter(goal, { at, signal }, parts));
  const counts = {
    cutOff: new Date(at),
    eligible: eligible.size,
    positives: positive.size,
    negatives: eligible.size - positive.size,
    baseRate: eligible.size === 0 ? null : positive.size / eligible.size,
    daysPresent: daysOf(history),
    daysNeeded: daysNeeded(task),
  };
  return {
    ...counts,
    events: await matchesOf(task, at, parts, signal && { signal }),
    refusals: refusalsOf(counts, history),
    warnings: warningsOf(counts),
  };
}

/** A look-back before the cut-off of training, its outcome window, and the window that tests it. */
export function daysNeeded(task: Pick<Task, 'population' | 'goal'>): number {
  return lookBackOf(task) + 2 * task.goal.windowDays;
}

async function matchesOf({ goal }: Task, at: number, { clickhouse, segmentation }: GoalParts, options: QueryOptions = {}) {
  const columns = goal.events.flatMap(({ condition }) => {
    const sql = segmentation.eventCondition(condition, at);
    return [`uniqExactIf(profile, ${sql})`, `countIf(${sql})`];
  });
  const [row] = await clickhouse.query<{ counts: readonly string[] }>(
    `SELECT [${columns.map((column) => `toUInt64(${column})`).join(', ')}] AS counts FROM events WHERE ${windowSql(goal, at)}`,
    options,
  );
  return goal.events.map(({ condition }, index) => ({
    condition,
    people: Number(row?.counts[2 * index] ?? 0),
    events: Number(row?.counts[2 * index + 1] ?? 0),
  }));
}

type Counts = Omit<Readiness, 'events' | 'refusals' | 'warnings'>;

function refusalsOf({ eligible, positives, negatives, daysPresent, daysNeeded: needed }: Counts, { first }: History): readonly Refusal[] {
  const numbers = {
    num_positives: positives,
    actual_num_samples: eligible,
    min_num_samples: LEAST_ELIGIBLE,
    days_of_data_available: daysPresent,
    days_of_data_required: needed,
  };
  const shorter = 'Shorten the window of the goal, or bring older events.';
  if (first === null)
    return [refusal('no-input-data', { ...numbers, message: 'There are no events.', hint: 'Import events, or start the demo shop.' })];
  const found: Refusal[] = [];
  if (daysPresent < needed)
    found.push(
      refusal('not-enough-history', {
        ...numbers,
        message: `There are ${daysPresent} days of events; this goal needs ${needed}.`,
        hint: shorter,
      }),
    );
  const wider = 'Let the population be wider.';
  if (eligible === 0) found.push(refusal('no-population', { ...numbers, message: 'The goal is about nobody.', hint: wider }));
  else if (eligible < LEAST_ELIGIBLE)
    found.push(
      refusal('not-enough-population', {
        ...numbers,
        message: `The goal is about ${eligible} people; at least ${LEAST_ELIGIBLE} are needed.`,
        hint: wider,
      }),
    );
  if (eligible > 0) found.push(...outcomeRefusals({ eligible, positives, negatives }, numbers));
  return found;
}

function outcomeRefusals(
  { positives, negatives }: Pick<Counts, 'eligible' | 'positives' | 'negatives'>,
  numbers: Readonly<Record<string, number>>,
): readonly Refusal[] {
  const hint = 'Choose events that more people have, or a longer window.';
  if (positives === 0) return [refusal('no-objective', { ...numbers, message: 'Nobody reached the goal in the newest window.', hint })];
  if (negatives === 0)
    return [
      refusal('single-value-in-objective', {
        ...numbers,
        message: 'Everybody reached the goal in the newest window.',
        hint: 'Choose rarer events, or a shorter window.',
      }),
    ];
  if (Math.min(positives, negatives) >= LEAST_OUTCOMES) return [];
  const message = `In the newest window ${positives} people had the outcome and ${negatives} had not; at least ${LEAST_OUTCOMES} of each are needed.`;
  return [refusal('not-enough-objective', { ...numbers, message, hint })];
}

function warningsOf({ positives, negatives }: Counts): readonly Refusal[] {
  const least = Math.min(positives, negatives);
  if (least < LEAST_OUTCOMES || least >= ENOUGH_OUTCOMES) return [];
  return [
    refusal('not-enough-objective', {
      num_positives: positives,
      min_num_samples: ENOUGH_OUTCOMES,
      message: `With fewer than ${ENOUGH_OUTCOMES} outcomes of each kind in the newest window, the numbers of the model are uncertain.`,
      hint: 'A longer window or a wider population gives more of them.',
    }),
  ];
}
