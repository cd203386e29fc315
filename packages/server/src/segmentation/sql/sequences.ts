/**
 * Sequences as one expression over an array of events: for each step its own events, then step by step the places where the
 * steps so far can be complete. A place is a time, with those events of earlier steps that later ones still look at.
 */
import type { SequenceStep, Test } from '@kindred/pql';
import { bind, bound, inner, namedList } from './context.ts';
import { broughtOf } from './forms.ts';
import { listOf } from './lists.ts';
import { isNever, over, packList } from './members.ts';
import { fieldOf, Pack } from './pack.ts';
import type { Packed, Scope, Shape } from './shape.ts';
import { all, FALSE, not, TRUE } from './text.ts';

type Sequence = Extract<Test, { readonly op: 'sequence' }>;

/** A step with the events that satisfy it by themselves, and what it demands in view of earlier steps' events. */
interface Step {
  readonly step: SequenceStep;
  readonly events: Packed;
  readonly relation: readonly Test[];
  /** Variables of the earlier steps that the relation looks at. */
  readonly looksAt: readonly number[];
}

interface Place {
  /** When the step before was complete; null before the first one. */
  readonly time: string | null;
  /** Events of earlier steps, by variable. */
  readonly events: readonly (readonly [number, Shape])[];
}

/** The places where a step can be complete. */
interface Reach {
  /** The name of their array. */
  readonly places: string;
  /** Variables whose events the places hold. */
  readonly kept: readonly number[];
  readonly at: (place: string) => Place;
}

export function sequenceTest({ events, steps }: Sequence, scope: Scope): string {
  const list = listOf(events, scope);
  if (isNever(list)) return steps.every(({ negated }) => negated) ? TRUE : FALSE;
  const packed = namedList(packList(list, scope), scope);
  const split = steps.map((step) => splitStep(step, { steps, events: packed }, scope));
  let reach: Reach | null = null;
  let forbidden: Step[] = [];
  for (const [index, step] of split.entries()) {
    if (step.step.negated) {
      forbidden.push(step);
      continue;
    }
    reach = advance(reach, { step, forbidden, ahead: split.slice(index + 1) }, scope);
    forbidden = [];
  }
  return staysFree(reach, forbidden, scope);
}

function splitStep(
  step: SequenceStep,
  { steps, events }: { readonly steps: readonly SequenceStep[]; readonly events: Packed },
  scope: Scope,
): Step {
  const others = steps.map(({ variable }) => variable).filter((variable) => variable !== step.variable);
  const terms = step.where.op === 'and' ? step.where.terms : [step.where];
  const relation = terms.filter((term) => others.some((variable) => mentions(term, variable)));
  const opened = over(events, scope);
  const own = bind(opened.scope, step.variable, opened.item);
  const time = broughtOf('time', fieldOf(opened.item, 'timestamp', opened.scope));
  const timed = time.form === null ? FALSE : `isNotNull(${time.sql})`;
  const condition = all([timed, ...terms.filter((term) => !relation.includes(term)).map((term) => scope.compiler.test(term, own))]);
  const chosen = { ...events, array: () => `arrayFilter(${opened.lambda(condition)})` };
  const looksAt = others.filter((variable) => relation.some((term) => mentions(term, variable)));
  return { step, events: namedList(chosen, scope), relation, looksAt };
}

/** Whether a part of a term, which is plain JSON, reads a variable. */
function mentions(part: unknown, variable: number): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { op, id } = part as { readonly op?: unknown; readonly id?: unknown };
  return (op === 'variable' && id === variable) || Object.values(part).some((each) => mentions(each, variable));
}

interface Advance {
  readonly step: Step;
  /** Negated steps right before it. */
  readonly forbidden: readonly Step[];
  readonly ahead: readonly Step[];
}

/** Where a positive step can be complete, from where the steps before it can. */
function advance(from: Reach | null, advanced: Advance, scope: Scope): Reach {
  const { step, ahead } = advanced;
  const looked = new Set(ahead.flatMap(({ looksAt }) => looksAt));
  const current = step.step.variable;
  const kept = (from?.kept ?? []).filter((variable) => looked.has(variable));
  if (from !== null && kept.length > 0) return pairs(from, { ...advanced, kept: looked.has(current) ? [...kept, current] : kept }, scope);
  const opened = over(step.events, scope);
  const condition = completes(from, opened.item, advanced, opened.scope);
  const found: Packed = { ...step.events, array: () => `arrayFilter(${opened.lambda(condition)})` };
  if (!looked.has(current) && ahead[0]?.step.negated !== true) return earliest(found, scope);
  const { array, member } = namedList(found, scope);
  return { places: array(), kept: [current], at: (place) => ({ time: timeOf(member(place), scope), events: [[current, member(place)]] }) };
}

/** Nothing ahead looks back, so from the earliest place all that follows can be reached. */
function earliest(found: Packed, scope: Scope): Reach {
  const each = over(found, scope);
  const time = timeOf(each.item, each.scope);
  const places = bound(() => `arraySlice(arraySort(arrayMap(${each.lambda(time)})), 1, 1)`, scope);
  return { places, kept: [], at: (place) => ({ time: place, events: [] }) };
}

/** Every choice of a place before and an event after it: later steps look at both. */
function pairs(from: Reach, advanced: Advance & { readonly kept: readonly number[] }, scope: Scope): Reach {
  const { step, kept } = advanced;
  const outer = overPlaces(from, scope);
  const candidate = over(step.events, outer.scope);
  const condition = follows(outer.place, candidate.item, advanced, candidate.scope);
  const chosen = over({ ...step.events, array: () => `arrayFilter(${candidate.lambda(condition)})` }, outer.scope);
  const pack = new Pack(chosen.scope);
  const time = timeOf(chosen.item, chosen.scope);
  const place = pack.place('time', () => time);
  const shapes = kept.map((id) => [id, outer.place.events.find(([variable]) => variable === id)?.[1] ?? chosen.item] as const);
  const places = bound(() => `arrayFlatten(arrayMap(${outer.lambda(`arrayMap(${chosen.lambda(pack.sql())})`)}))`, scope);
  const at = (tuple: string): Place => ({
    time: `${tuple}.${place}`,
    events: shapes.map(([id, shape]) => [id, pack.read(shape, tuple, `event ${id}`)]),
  });
  return { places, kept, at };
}

interface OpenedPlaces {
  readonly scope: Scope;
  readonly place: Place;
  lambda(body: string): string;
}

function overPlaces({ places, at }: Reach, outer: Scope): OpenedPlaces {
  const scope = inner(outer);
  const parameter = scope.fresh();
  return { scope, place: at(parameter), lambda: (body) => `${parameter} -> ${scope.frame.around(body)}, ${places}` };
}

/** Whether an event completes a step, from some place. */
function completes(from: Reach | null, event: Shape, advanced: Advance, scope: Scope): string {
  if (from === null) return follows({ time: null, events: [] }, event, advanced, scope);
  const outer = overPlaces(from, scope);
  return `arrayExists(${outer.lambda(follows(outer.place, event, advanced, outer.scope))})`;
}

/** Whether an event completes a step from a place: after it, with enough events before, and none that is forbidden. */
function follows(place: Place, event: Shape, { step, forbidden }: Advance, scope: Scope): string {
  const time = timeOf(event, scope);
  const enough = step.step.count > 1 ? [`${counted(place, step, time, scope)} >= ${step.step.count}`] : [];
  const free = forbidden.map((each) => not(someBetween(place, each, time, scope)));
  return all([fits(place, step, event, scope), ...enough, ...free]);
}

/** Whether an event is after a place and satisfies a step in view of the events there. */
function fits(place: Place, { step, relation }: Step, event: Shape, scope: Scope): string {
  const bindings = [...place.events, [step.variable, event] as const];
  const related = bindings.reduce((outer, [variable, shape]) => bind(outer, variable, shape), scope);
  const after = place.time === null ? [] : [`${timeOf(event, scope)} > ${place.time}`];
  return all([...after, ...relation.map((term) => scope.compiler.test(term, related))]);
}

/** How many events of a step there are after a place, up to a time. */
function counted(place: Place, step: Step, until: string, scope: Scope): string {
  const each = over(step.events, scope);
  return `arrayCount(${each.lambda(all([`${timeOf(each.item, each.scope)} <= ${until}`, fits(place, step, each.item, each.scope)]))})`;
}

/** Whether there is an event of a step strictly after a place and before a time; null: whenever. */
function someBetween(place: Place, step: Step, before: string | null, scope: Scope): string {
  const each = over(step.events, scope);
  const early = before === null ? [] : [`${timeOf(each.item, each.scope)} < ${before}`];
  return `arrayExists(${each.lambda(all([...early, fits(place, step, each.item, each.scope)]))})`;
}

/** That from some place on no forbidden event follows. */
function staysFree(reach: Reach | null, forbidden: readonly Step[], scope: Scope): string {
  if (reach === null) return all(forbidden.map((each) => not(someBetween({ time: null, events: [] }, each, null, scope))));
  if (forbidden.length === 0) return `notEmpty(${reach.places})`;
  const opened = overPlaces(reach, scope);
  const free = forbidden.map((each) => not(someBetween(opened.place, each, null, opened.scope)));
  return `arrayExists(${opened.lambda(all(free))})`;
}

/** The time of an event that has one. */
function timeOf(event: Shape, scope: Scope): string {
  return `assumeNotNull(${broughtOf('time', fieldOf(event, 'timestamp', scope)).sql})`;
}
