/**
 * Until when answers hold if nothing happens: the first instant at which the passing of time alone turns a part of a rule. Exact, by the
 * reference evaluator; of what turns again and again without the whole ever turning, an instant before which it surely does not.
 */
import { Evaluator } from './evaluate/index.ts';
import type { EvaluationContext } from './evaluate/index.ts';
import type { DataObject } from './evaluate/values.ts';
import { nextChange } from './next-change.ts';
import { testOfLeaf } from './plan/leaf-test.ts';
import { usesOf } from './plan/free.ts';
import type { Leaf, Logic, Plan } from './plan.ts';
import { eachNode } from './terms.ts';

/** Another audience that a rule asks for: its rule and what it sees of the profile, or membership given from outside and how long it lasts. */
export type Referred =
  | { readonly plan: Plan; readonly document: DataObject }
  /** `until` in epoch ms, null: for good; then nobody is in. */
  | { readonly holds: boolean; readonly until: number | null };

export interface PassingContext extends EvaluationContext {
  /** Left out, or undefined for an audience: membership in it is what `isMember` says, at every instant. */
  readonly referred?: (namespace: string, id: string) => Referred | undefined;
}

/** An answer, and from when until when it is the same. */
export interface Span {
  readonly holds: boolean;
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms, when it turns; Infinity: never by time alone. */
  readonly until: number;
  /** False: it does not turn before `until`, and maybe not then. */
  readonly exact: boolean;
}

/** Changes of its parts that are followed for one answer. */
const MAX_STEPS = 100;
/** How often leaves are looked at for all answers together: what turns every millisecond must not keep others waiting. */
const MAX_LOOKS = 20;

interface Shared {
  /** Audiences that are asked for, each with a passing of its own. */
  readonly referred: Map<string, Passing>;
  looks: number;
}

interface Subject {
  readonly plan: Plan;
  readonly document: DataObject;
}

export class Passing {
  readonly #subject: Subject;
  readonly #context: PassingContext;
  /** The last span found of each part. */
  readonly #spans = new Map<Logic | Leaf, Span>();
  readonly #shared: Shared;

  constructor(plan: Plan, document: DataObject, context: PassingContext, shared: Shared = { referred: new Map(), looks: 0 }) {
    this.#subject = { plan, document };
    this.#context = context;
    this.#shared = shared;
  }

  /** @param now epoch ms */
  span(logic: Logic, now: number): Span {
    return this.#known(logic, now, () => this.#logic(logic, now));
  }

  #known(part: Logic | Leaf, now: number, find: () => Span): Span {
    const known = this.#spans.get(part);
    if (known !== undefined && known.from <= now && now < known.until) return known;
    const found = find();
    this.#spans.set(part, found);
    return found;
  }

  #logic(logic: Logic, now: number): Span {
    switch (logic.op) {
      case 'constant':
        return { holds: logic.value, from: now, until: Infinity, exact: true };
      case 'leaf': {
        const leaf = this.#subject.plan.leaves[logic.hash];
        if (leaf === undefined) throw new Error('bug: a plan names a leaf that it does not hold');
        return this.#known(leaf, now, () => this.#leaf(leaf, now));
      }
      case 'not': {
        const span = this.span(logic.term, now);
        return { ...span, holds: !span.holds };
      }
      default:
        return this.#joined(logic, now);
    }
  }

  /** One term decides as long as it says `deciding`; when none does, all must stay. */
  #joined({ op, terms }: Extract<Logic, { readonly op: 'and' | 'or' }>, now: number): Span {
    const deciding = op === 'or';
    const holdsAt = (at: number): boolean => terms.some((term) => this.span(term, at).holds === deciding) === deciding;
    const holds = holdsAt(now);
    let at = now;
    for (let step = 0; step < MAX_STEPS; step++) {
      const spans = terms.map((term) => this.span(term, at));
      const decide = spans.filter((span) => span.holds === deciding);
      const last = decide.length > 0 ? latest(decide) : soonest(spans);
      if (last.until === Infinity || !last.exact) return { holds, from: now, until: last.until, exact: last.exact };
      at = last.until;
      if (holdsAt(at) !== holds) return { holds, from: now, until: at, exact: true };
    }
    return { holds, from: now, until: at, exact: false };
  }

  #leaf(leaf: Leaf, now: number): Span {
    if (leaf.kind === 'audience') return this.#audience(leaf.namespace, leaf.id, now);
    const test = testOfLeaf(leaf);
    const asked = usesOf(test).audiences ? audiencesIn(leaf) : [];
    const holdsAt = (at: number): boolean =>
      new Evaluator(this.#subject.document, this.#at(at)).test(test, new Map([[0, this.#subject.document]]));
    const holds = holdsAt(now);
    let at = now;
    while (this.#shared.looks++ < MAX_LOOKS) {
      const others = asked.map(({ namespace, id }) => this.#audience(namespace, id, at));
      const own = nextChange(leaf, this.#subject.document, this.#at(at)) ?? Infinity;
      const next = soonest([...others, { holds, from: at, until: own, exact: true }]);
      if (next.until === Infinity || !next.exact) return { holds, from: now, until: next.until, exact: next.exact };
      at = next.until;
      if (holdsAt(at) !== holds) return { holds, from: now, until: at, exact: true };
    }
    return { holds, from: now, until: Math.max(at, now + 1), exact: false };
  }

  /** The context of another instant, at which other audiences have other members. */
  #at(now: number): EvaluationContext {
    const { referred, isMember, ...context } = this.#context;
    if (referred === undefined) return { ...context, now, ...(isMember !== undefined && { isMember }) };
    return { ...context, now, isMember: (namespace, id) => this.#audience(namespace, id, now).holds };
  }

  #audience(namespace: string, id: string, now: number): Span {
    const { referred } = this.#context;
    const found = referred?.(namespace, id);
    if (found === undefined) {
      const { isMember: _, ...context } = this.#context;
      const given = referred === undefined ? this.#context : { ...context, isMember: () => false };
      const holds = new Evaluator(this.#subject.document, given).test({ op: 'audience', namespace, id }, new Map());
      return { holds, from: now, until: Infinity, exact: true };
    }
    if (!('plan' in found)) {
      const over = found.until !== null && found.until <= now;
      if (!found.holds || over) return { holds: false, from: now, until: Infinity, exact: true };
      return { holds: true, from: now, until: found.until ?? Infinity, exact: true };
    }
    const key = JSON.stringify([namespace, id]);
    const { referred: known } = this.#shared;
    const passing = known.get(key) ?? new Passing(found.plan, found.document, this.#context, this.#shared);
    known.set(key, passing);
    return passing.span(found.plan.root, now);
  }
}

const latest = (spans: readonly Span[]): Span => spans.reduce((best, span) => (span.until > best.until ? span : best));
const soonest = (spans: readonly Span[]): Span => spans.reduce((best, span) => (span.until < best.until ? span : best));

function audiencesIn(leaf: Leaf): readonly { readonly namespace: string; readonly id: string }[] {
  const found: { readonly namespace: string; readonly id: string }[] = [];
  eachNode({ test: testOfLeaf(leaf) }, (node) => {
    if (node.op === 'audience') found.push(node);
  });
  return found;
}
