/**
 * Ordered sequences: the first match of the steps in the events of one profile. A plain search with memories that
 * change no answer, for people look at profiles with thousands of events: what a step said of each event by its own
 * fields, from which places the search has failed, and where a later start cannot do better than an earlier one.
 */
import { usesOf } from '../plan/free.ts';
import type { SequenceStep, Test } from '../term.ts';
import { parseTime } from '../time.ts';
import type { Data, DataObject } from './values.ts';

interface Timed {
  readonly event: Data;
  readonly time: number;
}

type Bound = ReadonlyMap<number, Data>;

/** Whether an event satisfies a step, in view of the events bound to earlier steps. */
export type StepTest = (step: SequenceStep, event: Data, bound: Bound) => boolean;

interface Place {
  /** Index of the next step. */
  readonly index: number;
  /** Time of the last positive step's event. */
  readonly after: number;
  readonly bound: Bound;
  /** Negated steps since then. */
  readonly forbidden: readonly SplitStep[];
}

/** The completing event of each positive step by its variable, or null. Events without a timestamp take no part. */
export function findSequence(steps: readonly SequenceStep[], events: readonly Data[], holds: StepTest): Bound | null {
  const timed = events.map((event) => ({ event, time: parseTime((event as DataObject | null)?.['timestamp'] ?? null) }));
  const ordered = timed.filter((each): each is Timed => each.time !== null).toSorted((a, b) => a.time - b.time);
  return new Search(steps, ordered, holds).from({ index: 0, after: -Infinity, bound: new Map(), forbidden: [] });
}

/** A step with its conditions parted by what they look at. */
interface SplitStep {
  readonly step: SequenceStep;
  readonly own: SequenceStep;
  /** Null when the step looks at its own event only. */
  readonly relation: SequenceStep | null;
  /** Variables of other steps that the relation looks at. */
  readonly others: readonly number[];
  /** What `own` said of each event. */
  readonly answers: Map<Data, boolean>;
}

function split(step: SequenceStep, variables: ReadonlySet<number>): SplitStep {
  const terms = step.where.op === 'and' ? step.where.terms : [step.where];
  const othersOf = (term: Test): readonly number[] => [...usesOf(term).free].filter((id) => variables.has(id) && id !== step.variable);
  const related = terms.filter((term) => othersOf(term).length > 0);
  const own = terms.filter((term) => !related.includes(term));
  return {
    step,
    own: { ...step, where: { op: 'and', terms: own } },
    relation: related.length === 0 ? null : { ...step, where: { op: 'and', terms: related } },
    others: [...new Set(related.flatMap(othersOf))],
    answers: new Map(),
  };
}

class Search {
  readonly #steps: readonly SplitStep[];
  readonly #ordered: readonly Timed[];
  readonly #holds: StepTest;
  readonly #numbers: ReadonlyMap<Data, number>;
  readonly #failed = new Set<string>();

  constructor(steps: readonly SequenceStep[], ordered: readonly Timed[], holds: StepTest) {
    const variables = new Set(steps.map((step) => step.variable));
    this.#steps = steps.map((step) => split(step, variables));
    this.#ordered = ordered;
    this.#holds = holds;
    this.#numbers = new Map(ordered.map(({ event }, index) => [event, index]));
  }

  from(place: Place): Bound | null {
    const { index, after, bound, forbidden } = place;
    const current = this.#steps[index];
    if (current === undefined) return this.#isFree(place, Infinity) ? bound : null;
    if (current.step.negated) return this.from({ ...place, index: index + 1, forbidden: [...forbidden, current] });
    const key = this.#key(place);
    if (this.#failed.has(key)) return null;
    const matching = this.#ordered.filter(({ event, time }) => time > after && this.#fits(current, event, bound));
    for (const { event, time } of matching) {
      if (!isEnough(matching, time, current.step.count) || !this.#isFree(place, time)) continue;
      const found = this.from({ index: index + 1, after: time, bound: new Map([...bound, [current.step.variable, event]]), forbidden: [] });
      if (found !== null) return found;
      if (this.#isNoBetterLater(index + 1)) break;
    }
    this.#failed.add(key);
    return null;
  }

  /** No event of a pending negated step strictly between the last positive step and a time. */
  #isFree({ after, bound, forbidden }: Place, before: number): boolean {
    if (forbidden.length === 0) return true;
    return !this.#ordered.some(
      ({ event, time }) => time > after && time < before && forbidden.some((step) => this.#fits(step, event, bound)),
    );
  }

  #fits({ own, relation, answers }: SplitStep, event: Data, bound: Bound): boolean {
    const answer = answers.get(event) ?? this.#holds(own, event, bound);
    answers.set(event, answer);
    return answer && (relation === null || this.#holds(relation, event, bound));
  }

  /** True when the search from a step on, having failed, fails for every later start: nothing ahead looks back. */
  #isNoBetterLater(index: number): boolean {
    const next = this.#steps[index];
    if (next === undefined || next.step.negated) return false;
    const earlier = new Set(this.#steps.slice(0, index).map(({ step }) => step.variable));
    return !this.#steps.slice(index).some(({ others }) => others.some((id) => earlier.has(id)));
  }

  /** All that the rest of the search depends on: the place, and the events that later steps still look at. */
  #key({ index, after, bound, forbidden }: Place): string {
    const ahead = [...forbidden, ...this.#steps.slice(index)].flatMap(({ others }) => others);
    const events = [...new Set(ahead)].filter((id) => bound.has(id)).map((id) => `${id}=${this.#numbers.get(bound.get(id) ?? null)}`);
    return [index, after, ...events].join(' ');
  }
}

/** At least `count` matching events up to and including a time. */
function isEnough(matching: readonly Timed[], time: number, count: number): boolean {
  return count <= 1 || matching.filter((other) => other.time <= time).length >= count;
}
