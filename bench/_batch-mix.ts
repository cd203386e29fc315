/**
 * A seeded mix of audiences as a large customer has them, as PQL: 15 % attributes, 25 % viewed a category and did not buy,
 * 25 % did something at least n times, 15 % spent more than x, 10 % did one thing and within a week another, 5 % of other
 * audiences, 5 % opened a mail, clicked none, and an attribute.
 */
import { CATEGORIES, COUNTRIES, TIERS, TYPES } from './_batch-data.ts';

export type Kind = 'attribute' | 'viewed, not bought' | 'count' | 'sum' | 'sequence' | 'audiences' | 'mail';

/** What an audience asks for; its PQL and the statements of the peers are made of it. */
export type Rule =
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  | { readonly kind: 'viewed, not bought'; readonly category: string; readonly viewed: number; readonly bought: number }
  | { readonly kind: 'count'; readonly type: string; readonly category: string | null; readonly days: number; readonly least: number }
  | { readonly kind: 'sum'; readonly category: string | null; readonly days: number; readonly more: number }
  | { readonly kind: 'sequence'; readonly category: string; readonly days: number; readonly first: string; readonly second: string }
  | { readonly kind: 'audiences'; readonly one: number; readonly butNot: number }
  | { readonly kind: 'mail'; readonly days: number; readonly attribute: Attribute };

export type Attribute =
  | { readonly field: 'tier' | 'country'; readonly value: string }
  | { readonly field: 'points' | 'birthYear'; readonly least: number };

export interface MixedAudience {
  /** Its place in the mix. */
  readonly id: string;
  readonly rule: Rule;
  readonly pql: string;
}

const WINDOWS = [1, 3, 7, 14, 30, 60, 90] as const;

/** The first audiences of a longer mix are the shorter mix. */
export function mix(count: number): readonly MixedAudience[] {
  const draw = new Draw(20_261_120);
  return Array.from({ length: count }, (_, index) => {
    const rule = ruleAt(index, draw);
    return { id: `a${index}`, rule, pql: pqlOf(rule) };
  });
}

/** mulberry32 */
class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

/** Twenty in a row have the shares exactly. */
const KINDS: readonly Kind[] = [
  'viewed, not bought',
  'count',
  'attribute',
  'sum',
  'count',
  'sequence',
  'viewed, not bought',
  'count',
  'attribute',
  'mail',
  'viewed, not bought',
  'sum',
  'count',
  'audiences',
  'viewed, not bought',
  'count',
  'sum',
  'sequence',
  'viewed, not bought',
  'attribute',
];

function ruleAt(index: number, draw: Draw): Rule {
  const kind = KINDS[index % KINDS.length] as Kind;
  const category = `c${draw.below(CATEGORIES)}`;
  const days = draw.of(WINDOWS);
  switch (kind) {
    case 'attribute':
      return { kind, attribute: drawAttribute(draw) };
    case 'viewed, not bought':
      return { kind, category, viewed: days, bought: draw.of(WINDOWS) };
    case 'count': {
      const type = draw.of(TYPES);
      return { kind, type: type.name, category: type.category && draw.below(4) > 0 ? category : null, days, least: 2 + draw.below(5) };
    }
    case 'sum':
      return { kind, category: draw.below(2) === 0 ? category : null, days, more: 50 * (1 + draw.below(20)) };
    case 'sequence': {
      const [first, second] = draw.of([
        ['commerce.productViews', 'commerce.purchases'],
        ['commerce.productListAdds', 'commerce.checkouts'],
      ] as const);
      return { kind, category, days: draw.of([30, 60, 90]), first, second };
    }
    case 'audiences':
      return { kind, one: draw.below(index), butNot: draw.below(index) };
    case 'mail':
      return { kind, days, attribute: drawAttribute(draw) };
    default:
      return kind satisfies never;
  }
}

function drawAttribute(draw: Draw): Attribute {
  const field = draw.of(['tier', 'country', 'points', 'birthYear'] as const);
  switch (field) {
    case 'tier':
      return { field, value: draw.of(TIERS) };
    case 'country':
      return { field, value: draw.of(COUNTRIES) };
    case 'points':
      return { field, least: 500 * (1 + draw.below(18)) };
    case 'birthYear':
      return { field, least: 1950 + 4 * draw.below(13) };
    default:
      return field satisfies never;
  }
}

function pqlOf(rule: Rule): string {
  switch (rule.kind) {
    case 'attribute':
      return attributePql(rule.attribute);
    case 'viewed, not bought':
      return `${events('commerce.productViews', rule.category, rule.viewed)} and not ${events('commerce.purchases', null, rule.bought)}`;
    case 'count':
      return `${events(rule.type, rule.category, rule.days)}.count() >= ${rule.least}`;
    case 'sum':
      return `${events('commerce.purchases', rule.category, rule.days)}.sum(commerce.order.priceTotal) > ${rule.more}`;
    case 'sequence': {
      const first = `A: WHAT(eventType = "${rule.first}" and web.webPageDetails.siteSection = "${rule.category}") WHEN(< ${rule.days} days before now)`;
      return `chain(xEvent, timestamp, [${first}, B: WHAT(eventType = "${rule.second}") WHEN(<= 7 days after A)])`;
    }
    case 'audiences':
      return `inSegment("a${rule.one}") and not inSegment("a${rule.butNot}")`;
    case 'mail': {
      const [opened, clicked] = ['directMarketing.emailOpened', 'directMarketing.emailClicked'].map((type) =>
        events(type, null, rule.days),
      );
      return `${opened} and not ${clicked} and ${attributePql(rule.attribute)}`;
    }
    default:
      return rule satisfies never;
  }
}

function events(type: string, category: string | null, days: number): string {
  const about = category === null ? '' : ` and web.webPageDetails.siteSection = "${category}"`;
  return `xEvent[eventType = "${type}"${about} and timestamp occurs < ${days} days before now]`;
}

function attributePql(attribute: Attribute): string {
  switch (attribute.field) {
    case 'tier':
      return `loyalty.tier = "${attribute.value}"`;
    case 'country':
      return `homeAddress.countryCode = "${attribute.value}"`;
    case 'points':
      return `loyalty.points >= ${attribute.least}`;
    case 'birthYear':
      return `person.birthYear >= ${attribute.least}`;
    default:
      return attribute satisfies never;
  }
}

/** Rules of a mix, each with one constant changed to one that no other rule has. */
export function edits(mixed: readonly MixedAudience[], count: number): readonly string[] {
  const own = mixed.filter(({ rule }) => rule.kind !== 'audiences' && rule.kind !== 'attribute');
  return Array.from({ length: count }, (_, index) => {
    const { rule } = own[(index * 37) % own.length] as MixedAudience;
    const days = 2 + (index % 80);
    switch (rule.kind) {
      case 'viewed, not bought':
        return pqlOf({ ...rule, viewed: days, bought: rule.bought });
      case 'count':
      case 'sum':
      case 'sequence':
      case 'mail':
        return pqlOf({ ...rule, days });
      default:
        return pqlOf(rule);
    }
  });
}
