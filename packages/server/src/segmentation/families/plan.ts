/** Leaves of any number of audiences, sorted into queries that answer many of them at once. */
import type { Leaf, LeafHash } from '@kindred/pql';
import { NotInSql } from '../sql/shape.ts';
import type { SqlContext } from '../sql/index.ts';
import type { AttributeCondition } from './attributes.ts';
import { attributeCondition, attributeQueries } from './attributes.ts';
import { Keys } from './dimension.ts';
import type { EventFamily } from './events.ts';
import { eventQueries, familyOf } from './events.ts';
import type { SequenceFamily } from './sequences.ts';
import { sequenceFamilyOf, sequenceQueries } from './sequences.ts';
import type { SharedQuery } from './shared-query.ts';

export interface FamilyPlan {
  readonly queries: readonly SharedQuery[];
  /** Leaves that nobody is in, whatever the data. */
  readonly nobody: readonly LeafHash[];
  /** Leaves that fit no family. */
  readonly rest: ReadonlyMap<LeafHash, Leaf>;
}

/** @param least families with fewer leaves are none: such leaves are as well off alone */
export function planFamilies(leaves: ReadonlyMap<LeafHash, Leaf>, context: SqlContext, least: number): FamilyPlan {
  const sorted = new Sorter(context);
  for (const [hash, leaf] of leaves) sorted.add(hash, leaf);
  return sorted.plan(leaves, least);
}

class Sorter {
  readonly #context: SqlContext;
  readonly #attributes: AttributeCondition[] = [];
  readonly #events = new Map<string, EventFamily>();
  readonly #sequences = new Map<string, SequenceFamily>();
  readonly #nobody: LeafHash[] = [];

  constructor(context: SqlContext) {
    this.#context = context;
  }

  add(hash: LeafHash, leaf: Leaf): void {
    try {
      if (leaf.kind === 'attribute') this.#attributes.push(attributeCondition(hash, leaf, this.#context));
      if (leaf.kind === 'event') this.#addEvents(hash, familyOf(hash, leaf, this.#context));
      if (leaf.kind === 'sequence') this.#addSequence(sequenceFamilyOf(hash, leaf, this.#context));
    } catch (error) {
      // The leaf takes the way alone, where this is dealt with.
      if (!(error instanceof NotInSql)) throw error;
    }
  }

  #addEvents(hash: LeafHash, family: EventFamily | null): void {
    if (family === null) {
      this.#nobody.push(hash);
      return;
    }
    const key = JSON.stringify([family.condition, family.fields]);
    const members = [...(this.#events.get(key)?.members ?? []), ...family.members];
    this.#events.set(key, { ...family, members });
  }

  #addSequence(family: SequenceFamily | null): void {
    if (family === null) return;
    const { first, second, interval, gap } = family;
    const key = JSON.stringify([first.condition, first.fields, second, interval, gap.from('t'), gap.to('t')]);
    const members = [...(this.#sequences.get(key)?.first.members ?? []), ...first.members];
    this.#sequences.set(key, { ...family, first: { ...first, members } });
  }

  plan(leaves: ReadonlyMap<LeafHash, Leaf>, least: number): FamilyPlan {
    const families = [...this.#events.values()].filter((family) => family.members.length >= least && keysOf(family).fits);
    const attributes = this.#attributes.length >= least ? attributeQueries(this.#attributes) : [];
    const sequences = [...this.#sequences.values()].filter(({ first }) => first.members.length >= least && keysOf(first).fits);
    const queries = [...attributes, ...sequences.flatMap(sequenceQueries), ...families.flatMap(eventQueries)];
    const answered = new Set([...this.#nobody, ...queries.flatMap(({ answers }) => answers.map(({ hash }) => hash))]);
    return { queries, nobody: this.#nobody, rest: new Map([...leaves].filter(([hash]) => !answered.has(hash))) };
  }
}

function keysOf({ fields, members }: EventFamily): Keys {
  return new Keys(
    fields,
    members.flatMap(({ texts }) => texts),
  );
}
