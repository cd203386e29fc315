/** Asks the edge and the reference evaluator the same of people of whom a part is known and a part in hand. */
import type { DataObject, EdgePlans, Plan, Projection } from '@kindred/pql';
import { EdgeEvaluator, edgePlans, evaluate } from '@kindred/pql';
import type { TestPerson } from './people.ts';
import type { Life, Operation } from './stream.ts';
import { lookup, planOf, REFERRED } from './stream.ts';

const REFERRED_PLANS = new Map(Object.entries(REFERRED).map(([id, text]) => [id, planOf(text)]));

/** Compares at every step of a life. Gives what disagreed, as text, and counts what agreed. */
export function compareEdge(
  { person, steps, start }: Life,
  queries: readonly string[],
): { readonly wrong: readonly string[]; triples: number; members: number } {
  const plans = queries.map(planOf);
  const visit = new Visit(plans);
  const wrong: string[] = [];
  let [now, members] = [start, 0];
  for (const { operation, after } of steps) {
    now += after;
    visit.live(person, operation, now);
    const found = new Set(visit.members(now));
    for (const [at, plan] of plans.entries()) {
      const holds = visit.expects(plan, now);
      if (holds) members++;
      if (found.has(`q${at}`) !== holds)
        wrong.push(`at ${new Date(now).toISOString()} the edge says ${!holds} to ${queries[at]} ${visit.told}`);
    }
  }
  return { wrong, triples: steps.length * queries.length, members };
}

/** What is known is what was there at the last `rebuild`; the rest is in hand. */
class Visit {
  readonly #plans: EdgePlans;
  #edge: EdgeEvaluator;
  #known: Projection | null = null;
  #record: DataObject = {};
  #attributes: DataObject = {};
  #stored: readonly DataObject[] = [];
  #inHand: readonly DataObject[] = [];

  constructor(plans: readonly Plan[]) {
    const referred = [...REFERRED_PLANS].map(([id, plan]) => ({ key: id, plan, names: [{ namespace: 'ups', id }] }));
    this.#plans = edgePlans([...plans.map((plan, at) => ({ key: `q${at}`, plan, names: [] })), ...referred], 'UTC');
    this.#edge = new EdgeEvaluator({ plans: this.#plans, lookup });
  }

  live({ attributes, events }: TestPerson, todo: Operation, now: number): void {
    const event = todo.do === 'event' ? (events[todo.place] as unknown as DataObject | undefined) : undefined;
    // One that is known already may come again.
    if (event !== undefined) this.#inHand = [...this.#inHand, event];
    if (todo.do === 'attributes') {
      const gone = this.#whole().length > 0;
      if (gone) this.#project({}, now);
      else this.#attributes = attributes as unknown as DataObject;
    }
    if (todo.do === 'rebuild') this.#project({ ...this.#record, ...this.#attributes }, now);
    if (todo.do === 'reload' && this.#known !== null) {
      const written = JSON.stringify({ plans: this.#plans, projection: this.#edge.write(this.#known) });
      const { plans, projection } = JSON.parse(written) as { plans: EdgePlans; projection: ReturnType<EdgeEvaluator['write']> };
      this.#edge = new EdgeEvaluator({ plans, lookup });
      this.#known = this.#edge.read(projection);
    }
  }

  members(now: number): readonly string[] {
    return this.#edge.memberships(this.#known, { now, events: this.#inHand, attributes: this.#attributes });
  }

  expects({ test }: Plan, now: number): boolean {
    const isMember = (_: string, id: string): boolean => {
      const plan = REFERRED_PLANS.get(id);
      return plan !== undefined && this.expects(plan, now);
    };
    const document = { ...this.#record, ...this.#attributes, xEvent: this.#events() };
    return evaluate(test, document, { now, zone: 'UTC', isMember, lookup });
  }

  get told(): string {
    return JSON.stringify({ record: this.#record, attributes: this.#attributes, stored: this.#stored, inHand: this.#inHand });
  }

  #project(record: DataObject, now: number): void {
    [this.#stored, this.#inHand, this.#record, this.#attributes] = [this.#events(), [], record, {}];
    this.#known = this.#edge.project({ record, events: this.#stored }, now);
  }

  #whole(): readonly string[] {
    return [...Object.keys(this.#record), ...Object.keys(this.#attributes)];
  }

  /** Each once, oldest first. */
  #events(): readonly DataObject[] {
    const each = new Map([...this.#stored, ...this.#inHand].map((event) => [event['_id'], event]));
    const time = ({ timestamp }: DataObject): number => Date.parse(timestamp as string);
    return [...each.values()].toSorted((one, other) => time(one) - time(other));
  }
}
