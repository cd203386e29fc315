/** Lets people live through a random stream, and asks the stream and the reference evaluator the same at random instants. */
import type { DataObject, Flip, Plan, StreamAudience } from '@kindred/pql';
import { compile, evaluate, StreamEvaluator } from '@kindred/pql';
import * as fc from 'fast-check';
import type { TestPerson } from './people.ts';
import { NOW, person, PRODUCTS, schema } from './shop.ts';

const DAY = 86_400_000;
const NAME = 'somebody';
export const lookup = (_: string, id: string): DataObject | null => PRODUCTS.get(id) ?? null;

/** Audiences that queries refer to; one of them refers to another. */
export const REFERRED: Readonly<Record<string, string>> = {
  odd: 'vip or points > 1',
  low: 'xEvent[timestamp occurs <= 7 days before now].count() >= 2',
  none: 'not inSegment("low") and xEvent[eventType = "buy"]',
};

export type Operation =
  | { readonly do: 'attributes' }
  /** By its place among the events; the same one may come again. */
  | { readonly do: 'event'; readonly place: number }
  | { readonly do: 'time' }
  | { readonly do: 'reload' }
  | { readonly do: 'pack' }
  | { readonly do: 'rebuild' };

export interface Life {
  readonly person: TestPerson;
  /** Each so many ms after the one before. */
  readonly steps: readonly { readonly operation: Operation; readonly after: number; readonly asked: boolean }[];
  /** Epoch ms. */
  readonly start: number;
}

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(6).map((place): Operation => ({ do: 'event', place })) },
  { weight: 2, arbitrary: fc.constantFrom<Operation>({ do: 'attributes' }, { do: 'time' }) },
  { weight: 2, arbitrary: fc.constantFrom<Operation>({ do: 'reload' }, { do: 'pack' }, { do: 'pack' }, { do: 'rebuild' }) },
);

const step = fc.record({
  operation,
  after: fc.constantFrom(0, 1, 999, 3_600_000, DAY - 1, DAY, DAY + 1, 3 * DAY, 7 * DAY, 7 * DAY + 1, 29 * DAY, 30 * DAY),
  asked: fc.boolean(),
});

export const life: fc.Arbitrary<Life> = fc.record({
  person,
  steps: fc.array(step, { minLength: 3, maxLength: 12, size: 'max' }),
  start: fc.constantFrom(NOW - 40 * DAY, NOW - 8 * DAY, NOW - DAY, NOW, NOW + 1, Date.UTC(2026, 3, 29, 23, 59, 59, 999)),
});

export interface StreamDisagreement {
  readonly query: string;
  readonly life: Life;
  /** Epoch ms. */
  readonly at: number;
  readonly expected: boolean;
  readonly done: number;
}

export class StreamDifferential {
  triples = 0;
  members = 0;
  queries = 0;
  flips = 0;

  /** Throws when a query is invalid. */
  compare(lives: readonly Life[], queries: readonly string[]): readonly StreamDisagreement[] {
    const plans = queries.map(planOf);
    this.queries += queries.length;
    return lives.flatMap((each) => this.#live(each, queries, plans));
  }

  #live(given: Life, queries: readonly string[], plans: readonly Plan[]): readonly StreamDisagreement[] {
    const found: StreamDisagreement[] = [];
    const world = new World(plans);
    for (const [index, { operation: todo, after, asked }] of given.steps.entries()) {
      world.live(given.person, todo, (index === 0 ? given.start : world.now) + after);
      if (!asked && index < given.steps.length - 1) continue;
      const [members, expected] = [world.members(), plans.map((plan) => world.expects(plan))];
      for (const [at, holds] of expected.entries()) {
        this.triples++;
        if (holds) this.members++;
        if (members.has(`q${at}`) === holds) continue;
        found.push({ query: queries[at] ?? '', life: given, at: world.now, expected: holds, done: index + 1 });
      }
    }
    this.flips += world.flips;
    return found;
  }
}

class World {
  readonly #audiences: readonly (StreamAudience & { readonly plan: Plan })[];
  readonly #referred: ReadonlyMap<string, Plan>;
  #stream: StreamEvaluator;
  #record: DataObject = {};
  readonly #events = new Map<string, TestPerson['events'][number]>();
  /** What the flips say. */
  readonly #told = new Set<string>();
  now = 0;
  flips = 0;

  constructor(plans: readonly Plan[]) {
    this.#referred = new Map(Object.entries(REFERRED).map(([id, text]) => [id, planOf(text)]));
    const referred = [...this.#referred].map(([id, plan]) => ({ key: id, plan, refersAs: [{ namespace: 'ups', id }] }));
    this.#audiences = [...plans.map((plan, at) => ({ key: `q${at}`, plan })), ...referred];
    this.#stream = this.#open();
  }

  live(who: TestPerson, todo: Operation, now: number): void {
    this.now = now;
    this.#tell(this.#done(who, todo, now));
    this.#tell(this.#stream.time(now));
  }

  #done({ attributes, events }: TestPerson, todo: Operation, now: number): readonly Flip[] {
    switch (todo.do) {
      case 'attributes':
        // There and away again, so that rules turn both ways.
        this.#record = Object.keys(this.#record).length === 0 ? (attributes as unknown as DataObject) : {};
        return this.#stream.attributes(NAME, this.#record, now);
      case 'event': {
        const event = events[todo.place];
        if (event === undefined) return [];
        const { _id: id } = event;
        this.#events.set(id, event);
        return this.#stream.event(NAME, event as unknown as DataObject, now);
      }
      case 'time':
        return this.#stream.time(now);
      case 'rebuild':
        return this.#stream.rebuild(NAME, { record: this.#record, events: this.#history() }, now);
      case 'reload': {
        const saved = this.#stream.save(NAME);
        this.#stream = this.#open();
        if (saved !== null) this.#stream.load(NAME, saved);
        return [];
      }
      case 'pack':
        this.#stream.pack(NAME);
        return [];
      default:
        return todo satisfies never;
    }
  }

  /** Throws when the flips told so far do not add up to the memberships. */
  members(): ReadonlySet<string> {
    const members = this.#stream.members(NAME);
    if (members.toSorted().join() !== [...this.#told].toSorted().join())
      throw new Error(`flips say ${[...this.#told].join()}, not ${members.join()}`);
    return this.#stream.save(NAME) === null ? new Set(this.#unborn()) : new Set(members);
  }

  expects({ test }: Plan): boolean {
    const isMember = (_: string, id: string): boolean => {
      const plan = this.#referred.get(id);
      return plan !== undefined && this.expects(plan);
    };
    return evaluate(test, { ...this.#record, xEvent: this.#history() }, { now: this.now, zone: 'UTC', isMember, lookup });
  }

  /** Of somebody who never came nothing is said; so that both say the same, what they expect. */
  #unborn(): readonly string[] {
    return this.#audiences.filter(({ plan }) => this.expects(plan)).map(({ key }) => key);
  }

  #history(): readonly DataObject[] {
    return [...this.#events.values()].toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)) as unknown as DataObject[];
  }

  #open(): StreamEvaluator {
    return new StreamEvaluator({ audiences: this.#audiences, zone: 'UTC', history: () => this.#history(), lookup });
  }

  #tell(flips: readonly Flip[]): void {
    this.flips += flips.length;
    for (const { audience, entered } of flips) {
      if (this.#told.has(audience) === entered) throw new Error(`${audience} ${entered ? 'entered' : 'left'} twice`);
      if (entered) this.#told.add(audience);
      else this.#told.delete(audience);
    }
  }
}

/** For people to read. */
export function streamDisagreementText({ query, life: { person: who, steps, start }, at, expected, done }: StreamDisagreement): string {
  const lived = JSON.stringify(steps.slice(0, done));
  return [
    `at ${new Date(at).toISOString()} the stream says ${!expected}, the reference evaluator ${expected}, to`,
    query,
    `for, from ${start}, ${lived}`,
    JSON.stringify(who),
  ].join('\n');
}

export function planOf(text: string): Plan {
  const { plan, problems } = compile(text, schema);
  if (plan === null) throw new Error(`no valid query: ${text}\n${problems.map(({ message }) => message).join('\n')}`);
  return plan;
}
