/**
 * Sequence leaves. For each profile the times of each step's events are gathered as a sorted array; then, step by step,
 * `reach` holds the times at which the steps so far can be complete. From each of them an event of the next step is
 * reached within a span of time: after it, within the gaps the step demands, before an event that a negated step forbids.
 * All of it is sorting and running over sorted arrays, so the work grows with the number of events, not with its square.
 */
import type { LeafStep, SequenceLeaf } from '@kindred/pql';
import { testOfLeaf } from '@kindred/pql';
import type { Gap } from './gaps.ts';
import { gapOf, NEVER } from './gaps.ts';
import type { SqlContext } from './context.ts';
import { generalQuery } from './general-leaf.ts';
import type { LeafQuery, ProfileRange } from './leaf-query.ts';
import { keyCondition, selectionCondition } from './selection.ts';
import { NotInSql } from './shape.ts';
import { nextOf, reachable, Steps } from './timeline.ts';
import { all, FALSE, inRange, NOBODY, TRUE } from './text.ts';

/** A step with the name of the column that holds its times. */
interface Timed {
  readonly step: LeafStep;
  readonly times: string;
  readonly condition: string;
  readonly gap: Gap;
}

export function sequenceQuery({ steps }: SequenceLeaf, context: SqlContext): LeafQuery {
  const compiled = steps.map((step, index) => compileStep(step, index, { steps, context }));
  const timed = compiled.map((each) => each.timed).filter((each) => each !== null);
  if (timed.every(({ step }) => step.negated) || compiled.some(({ exact }) => !exact)) {
    const general = generalQuery({ kind: 'general', test: testOfLeaf({ kind: 'sequence', steps }) }, context);
    // Without a positive step a profile without events can be a member.
    if (general.exact || timed.every(({ step }) => step.negated)) return general;
  }
  const within = (range: ProfileRange | null): string => sequenceSql(timed, range);
  return { sql: within(null), complement: false, exact: compiled.every((each) => each.exact), ranged: within };
}

interface CompiledStep {
  /** Null: left out, which lets more profiles through. */
  readonly timed: Timed | null;
  readonly exact: boolean;
}

/** What SQL cannot tell is weakened, so that no member is lost: a positive step by conditions, a negated one as a whole. */
function compileStep(
  step: LeafStep,
  index: number,
  { steps, context }: { readonly steps: readonly LeafStep[]; readonly context: SqlContext },
): CompiledStep {
  const previous = steps.slice(0, index).findLast((each) => !each.negated)?.selection.variable ?? null;
  const { gap, exact } = gapOf(step, previous, context);
  try {
    const condition = selectionCondition(step.selection, context);
    if (step.negated && !exact) return { timed: null, exact };
    return { timed: { step, times: `t${index}`, condition, gap }, exact };
  } catch (error) {
    if (!(error instanceof NotInSql)) throw error;
    const condition = keyCondition(step.selection, context);
    return { timed: step.negated ? null : { step, times: `t${index}`, condition, gap }, exact: false };
  }
}

function sequenceSql(timed: readonly Timed[], range: ProfileRange | null): string {
  const positive = timed.filter(({ step }) => !step.negated);
  if (positive.some(({ condition }) => condition === FALSE)) return NOBODY;
  // Each step reads its own events by itself, so that the order of the table helps and no column is read for another step.
  const [pivot] = positive;
  const chosen = timed.map((each, index) => {
    // Who has no event of the first step needs no look at the others.
    const among =
      each === pivot || pivot === undefined
        ? TRUE
        : `profile IN (SELECT profile FROM events WHERE ${all([inRange(range), pivot.condition])})`;
    const where = all([inRange(range), among, each.condition]);
    return `SELECT profile, toUnixTimestamp64Milli(timestamp) AS at, ${index} AS step FROM events WHERE ${where}`;
  });
  const columns = timed.map(({ times }, index) => `arraySort(groupArrayIf(at, step = ${index})) AS ${times}`);
  const having = positive.map(({ times }) => `notEmpty(${times})`);
  const inner = `SELECT profile, ${columns.join(', ')} FROM (${chosen.join(' UNION ALL ')}) GROUP BY profile HAVING ${having.join(' AND ')}`;
  const { sql, condition } = walk(timed, new Steps(inner));
  return `SELECT groupBitmapState(profile) AS members FROM (${sql}) WHERE ${condition}`;
}

/** Adds a column at a time, and ends with the condition that all steps can be complete. */
function walk(timed: readonly Timed[], steps: Steps): { readonly sql: string; readonly condition: string } {
  let reach: string | null = null;
  let forbidden: Timed[] = [];
  for (const each of timed) {
    if (each.step.negated) {
      forbidden.push(each);
      continue;
    }
    reach = reach === null ? firstReach(each, forbidden, steps) : nextReach(reach, { next: each, forbidden }, steps);
    forbidden = [];
  }
  const last = reach ?? '[]';
  const condition = forbidden.length === 0 ? `notEmpty(${last})` : staysFree(last, forbidden, steps);
  return { sql: steps.sql, condition };
}

/** Where the first positive step can be complete: at its nth event or later, and not after a forbidden one. */
function firstReach({ step, times }: Timed, forbidden: readonly Timed[], steps: Steps): string {
  const counted = step.count > 1 ? `arraySlice(${times}, ${step.count})` : times;
  if (forbidden.length === 0) return steps.add(counted);
  const firsts = forbidden.map((each) => `if(empty(${each.times}), ${NEVER}, ${each.times}[1])`);
  const limit = steps.add(firsts.length === 1 ? (firsts[0] ?? NEVER) : `least(${firsts.join(', ')})`);
  return steps.add(`arrayFilter(t -> t <= ${limit}, ${counted})`);
}

interface Transition {
  readonly next: Timed;
  readonly forbidden: readonly Timed[];
}

/** Where the next positive step can be complete, from where the steps before it can. */
function nextReach(reach: string, { next, forbidden }: Transition, steps: Steps): string {
  let from = steps.add(`arrayMap(t -> ${next.gap.from('t')}, ${reach})`);
  let to = steps.add(`arrayMap(t -> ${next.gap.to('t')}, ${reach})`);
  for (const each of forbidden) {
    const limit = nextForbidden(reach, each, steps);
    // An event at the very time of the forbidden one is not after it.
    to = steps.add(`arrayMap((t, to, limit) -> if(limit <= ${each.gap.to('t')}, least(to, limit), to), ${reach}, ${to}, ${limit})`);
  }
  if (next.step.count > 1) from = steps.add(nextOf(from, next.times, next.step.count));
  return steps.add(reachable(next.times, steps.add(`arrayZip(${from}, ${to})`)));
}

/** For each time in `reach` the first event of a negated step from which on it forbids. */
function nextForbidden(reach: string, { gap, times }: Timed, steps: Steps): string {
  const from = steps.add(`arrayMap(t -> ${gap.from('t')}, ${reach})`);
  return steps.add(nextOf(from, times, 1));
}

/** That after some time in `reach` no forbidden event follows. */
function staysFree(reach: string, forbidden: readonly Timed[], steps: Steps): string {
  const limits = forbidden.map((each) => nextForbidden(reach, each, steps));
  const names = limits.map((_, index) => `f${index}`);
  const free = forbidden.map((each, index) => `f${index} > ${each.gap.to('t')}`);
  return `arrayExists((t, ${names.join(', ')}) -> ${free.join(' AND ')}, ${reach}, ${limits.join(', ')})`;
}
