/** Rules to start from. Only those are offered whose fields hold data here, so that every one of them works. */
import type { SchemaBody } from '@kindred/contract';

export interface Example {
  readonly title: string;
  readonly description: string;
  readonly pql: string;
}

interface Template extends Example {
  /** Populated paths it reads: `profile:…` or `event:…`, and event types as `type:…`. */
  readonly needs: readonly string[];
}

const TEMPLATES: readonly Template[] = [
  {
    title: 'Did you forget to buy your sneakers?',
    description: 'Searched for running shoes in the last 30 days and completed no purchase in that time',
    needs: ['event:siteSearch.query', 'type:commerce.purchases'],
    pql: `chain(xEvent, timestamp, [
  S: WHAT(siteSearch.query.contains("running shoes", false)) WHEN(<= 30 days before now)
])
and not (chain(xEvent, timestamp, [
  P: WHAT(eventType = "commerce.purchases") WHEN(<= 30 days before now)
]))`,
  },
  {
    title: 'Left a cart behind',
    description: 'Put something into the cart in the last 7 days and bought nothing since',
    needs: ['type:commerce.productListAdds', 'type:commerce.purchases'],
    pql: `chain(xEvent, timestamp, [
  A: WHAT(eventType = "commerce.productListAdds") WHEN(<= 7 days before now),
  P: NOT WHAT(eventType = "commerce.purchases")
])`,
  },
  {
    title: 'Looked, then bought within two days',
    description: 'Viewed a product and completed a purchase at most two days later',
    needs: ['type:commerce.productViews', 'type:commerce.purchases'],
    pql: `chain(xEvent, timestamp, [
  V: WHAT(eventType = "commerce.productViews"),
  P: WHAT(eventType = "commerce.purchases") WHEN(<= 2 days after V)
])`,
  },
  {
    title: 'Big spenders of the quarter',
    description: 'Paid more than 500 for orders in the last 90 days',
    needs: ['event:commerce.order.priceTotal', 'type:commerce.purchases'],
    pql: `xEvent[eventType = "commerce.purchases" and timestamp occurs <= 90 days before now]
  .sum(commerce.order.priceTotal) > 500`,
  },
  {
    title: 'Bought three times or more',
    description: 'At least three orders, whenever',
    needs: ['type:commerce.purchases'],
    pql: `xEvent[eventType = "commerce.purchases"].count() >= 3`,
  },
  {
    title: 'Reachable by e-mail',
    description: 'An e-mail address is known',
    needs: ['profile:personalEmail.address'],
    pql: `personalEmail.address.isNotNull()`,
  },
];

const EXAMPLES_SHOWN = 6;

export function examplesFor(schema: SchemaBody): readonly Example[] {
  const known = new Set([
    ...schema.populated.profile.map((path) => `profile:${path}`),
    ...schema.populated.event.map((path) => `event:${path}`),
    ...schema.eventTypes.map(({ eventType }) => `type:${eventType}`),
  ]);
  const fitting = TEMPLATES.filter(({ needs }) => needs.every((need) => known.has(need)));
  return [...fitting, ...ofThisData(schema)].slice(0, EXAMPLES_SHOWN);
}

/** Rules made of what occurs here, whatever the field. */
function ofThisData({ eventTypes, populated }: SchemaBody): readonly Example[] {
  const most = eventTypes.find(({ eventType }) => eventType !== '')?.eventType;
  const attribute = populated.profile[0];
  const name = JSON.stringify(most);
  return [
    ...(most === undefined
      ? []
      : [
          {
            title: `Recently: ${most}`,
            description: 'At least once in the last 30 days',
            pql: `xEvent[eventType = ${name} and timestamp occurs <= 30 days before now]`,
          },
        ]),
    ...(most === undefined
      ? []
      : [{ title: `Often: ${most}`, description: 'Five times or more', pql: `xEvent[eventType = ${name}].count() >= 5` }]),
    ...(attribute === undefined
      ? []
      : [{ title: `Known: ${attribute}`, description: 'Everybody of whom it is known', pql: `${attribute}.isNotNull()` }]),
  ];
}
