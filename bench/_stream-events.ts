/** Events as visitors of a shop send them, and who those are: the shares and the skew of the data of the batch bench, seeded. */
import type { DataObject } from '../packages/pql/src/index.ts';
import { CATEGORIES, COUNTRIES, TIERS, TYPES } from './_batch-data.ts';

export interface StreamEvent extends DataObject {
  readonly _id: string;
  readonly timestamp: string;
  readonly eventType: string;
}

export interface Visit {
  /** The person has the identity CRMID:C<number>. */
  readonly person: number;
  readonly event: StreamEvent;
}

/** mulberry32: numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param at instant of an event by its number, epoch ms */
export function* visits(count: number, profiles: number, prefix: string, at: (index: number) => number): Generator<Visit> {
  const random = randomFrom(count);
  const total = TYPES.reduce((sum, { share }) => sum + share, 0);
  for (let index = 0; index < count; index++) {
    let left = random() * total;
    const type = TYPES.find(({ share }) => (left -= share) < 0) ?? TYPES[0];
    const event: StreamEvent = {
      _id: `${prefix}-${index}`,
      timestamp: new Date(at(index)).toISOString(),
      eventType: type.name,
      ...(type.category && { web: { webPageDetails: { siteSection: `c${Math.floor(random() * CATEGORIES)}` } } }),
      ...(type.name === 'commerce.purchases' && { commerce: { order: { priceTotal: Math.round(random() * 30_000) / 100 } } }),
    };
    yield { person: Math.floor(profiles * random() ** 1.7), event };
  }
}

export function recordOf(person: number): DataObject {
  const random = randomFrom(person + 1);
  const of = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  return {
    loyalty: { tier: of(TIERS), points: Math.floor(random() * 10_000) },
    homeAddress: { countryCode: of(COUNTRIES) },
    person: { birthYear: 1940 + Math.floor(random() * 65) },
  };
}
