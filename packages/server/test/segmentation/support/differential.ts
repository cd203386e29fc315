/** Asks SQL and the reference evaluator the same about the same people, and counts. */
import type { Leaf, LeafHash, Plan } from '@kindred/pql';
import { compile, evaluate } from '@kindred/pql';
import { Bitmap } from '../../../src/segmentation/bitmap/index.ts';
import type { Evaluation } from '../../../src/segmentation/evaluation.ts';
import { audienceKey } from '../../../src/segmentation/evaluation.ts';
import type { LeafEngine } from '../../../src/segmentation/leaf-engine.ts';
import { combineLeaves } from '../../../src/segmentation/logic.ts';
import { queriesOf, testEngine } from './leaves.ts';
import type { ProfileIdentity } from '../../../src/identity/index.ts';
import type { TestPerson } from './people.ts';
import { TestPopulation } from './people.ts';
import { AUDIENCES } from './queries.ts';
import { NOW, PRODUCTS, schema } from './shop.ts';

type Document = Parameters<typeof evaluate>[1];

/** One query on one profile. */
export interface Disagreement {
  readonly query: string;
  readonly person: TestPerson;
  /** What the reference evaluator says. */
  readonly expected: boolean;
  readonly sql: readonly string[];
}

export class Differential {
  readonly #population: TestPopulation;
  queries = 0;
  triples = 0;
  members = 0;
  leaves = 0;
  exact = 0;

  private constructor(population: TestPopulation) {
    this.#population = population;
  }

  static async open(): Promise<Differential> {
    const population = await TestPopulation.open(schema);
    await population.addRecords('product', PRODUCTS);
    return new Differential(population);
  }

  async close(): Promise<void> {
    await this.#population.close();
  }

  /** All disagreements about some people. Throws when a query is invalid, or SQL fails. */
  async compare(people: readonly TestPerson[], queries: readonly string[]): Promise<readonly Disagreement[]> {
    await this.#population.clear();
    const ordinals = await this.#population.add(people);
    const plans = queries.map((query) => planOf(query));
    const { tables } = this.#population;
    const audiences = audiencesOf(ordinals);
    const universe = Bitmap.of(ordinals);
    const evaluation = { now: NOW, zone: 'UTC', revision: tables.currentRevision(), universe, audiences, signal: undefined };
    const leaves = new Map(plans.flatMap((plan) => Object.entries(plan.leaves)));
    const bitmaps = await this.#evaluate(testEngine(tables), leaves, evaluation);
    const identities = tables.identities.identitiesOf(ordinals);
    const found: Disagreement[] = [];
    for (const [index, plan] of plans.entries()) {
      const members = combineLeaves(plan.root, bitmaps, universe);
      for (const [place, ordinal] of ordinals.entries()) {
        const person = people[place] as TestPerson;
        const expected = evaluate(plan.test, documentOf(person, identities.get(ordinal) ?? []), {
          now: NOW,
          zone: 'UTC',
          isMember: isMember(audiences, ordinal),
          lookup: (_, id) => PRODUCTS.get(id) ?? null,
        });
        if (expected) this.members++;
        if (members.has(ordinal) === expected) continue;
        found.push({ query: queries[index] ?? '', person, expected, sql: this.#sqlOf(plan) });
      }
      this.#count(plan, ordinals.length);
    }
    return found;
  }

  async #evaluate(engine: LeafEngine, leaves: ReadonlyMap<LeafHash, Leaf>, evaluation: Evaluation): Promise<ReadonlyMap<LeafHash, Bitmap>> {
    try {
      return await engine.evaluate(leaves, evaluation);
    } catch (error) {
      throw new Error(`SQL fails: ${await this.#failing(engine, leaves, evaluation)}`, { cause: error });
    }
  }

  /** The first leaf that fails alone. */
  async #failing(engine: LeafEngine, leaves: ReadonlyMap<LeafHash, Leaf>, evaluation: Evaluation): Promise<string> {
    for (const [hash, leaf] of leaves) {
      try {
        await engine.evaluate(new Map([[hash, leaf]]), evaluation);
      } catch {
        return `${queriesOf(leaf, this.#population.tables)}\n${JSON.stringify(leaf)}`;
      }
    }
    return 'only together';
  }

  #sqlOf(plan: Plan): readonly string[] {
    return Object.values(plan.leaves).map((leaf) => queriesOf(leaf, this.#population.tables));
  }

  #count(plan: Plan, people: number): void {
    const leaves = Object.values(plan.leaves).filter(({ kind }) => kind !== 'audience');
    this.queries++;
    this.triples += people;
    this.leaves += leaves.length;
    this.exact += leaves.filter((leaf) => !queriesOf(leaf, this.#population.tables).startsWith('-- by reference')).length;
  }
}

/** For people to read. */
export function disagreementText({ query, person, expected, sql }: Disagreement): string {
  return [`SQL says ${!expected}, the reference evaluator ${expected}, to`, query, 'for', JSON.stringify(person), ...sql].join('\n');
}

function planOf(text: string): Plan {
  const { plan, problems } = compile(text, schema);
  if (plan === null) throw new Error(`no valid query: ${text}\n${problems.map(({ message }) => message).join('\n')}`);
  return plan;
}

/** Audiences that the queries may refer to. */
function audiencesOf(ordinals: readonly number[]): ReadonlyMap<string, Bitmap> {
  const [odd, low] = [ordinals.filter((ordinal) => ordinal % 2 === 1), ordinals.slice(0, 3)];
  return new Map(AUDIENCES.map((id) => [audienceKey('ups', id), Bitmap.of({ odd, low, none: [] }[id])]));
}

function isMember(audiences: ReadonlyMap<string, Bitmap>, ordinal: number): (namespace: string, id: string) => boolean {
  return (namespace, id) => audiences.get(audienceKey(namespace, id))?.has(ordinal) === true;
}

function documentOf({ attributes, events }: TestPerson, identities: readonly ProfileIdentity[]): Document {
  const spaces = Map.groupBy(identities, ({ namespace }) => namespace);
  const identityMap = Object.fromEntries(
    [...spaces].map(([namespace, list]) => [namespace, list.map(({ id, primary }) => ({ id, primary }))]),
  );
  // As stored documents are read: oldest first.
  const xEvent = events.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  return { ...attributes, identityMap, xEvent } as unknown as Document;
}
