import { beforeAll, describe, expect, it } from 'vitest';
import { demoShop } from '../../src/ingest/sources/demo-shop/index.ts';

const END = Date.UTC(2026, 10, 20, 12);
const DAY = 86_400_000;
const PROFILES = 8000;

/** The fields read below; absent ones are absent in the record. */
interface Document {
  readonly _id?: string;
  readonly identityMap: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly timestamp: string;
  readonly eventType: string;
  readonly siteSearch?: { readonly query: string };
  readonly commerce?: {
    readonly order?: { readonly purchaseID: string; readonly priceTotal?: number };
    readonly shipping?: { readonly shipDate?: string };
  };
  readonly productListItems?: readonly { readonly SKU: string }[];
  readonly person?: { readonly birthDate?: string; readonly name: { readonly fullName: string } };
  readonly loyalty?: { readonly tier: string };
  readonly personalEmail?: { readonly address: string };
}

interface History {
  profile: Document | null;
  readonly events: Document[];
}

const histories: History[] = [];
const counts = new Map<string, number>();
const count = (eventType: string): number => counts.get(eventType) ?? 0;
const share = (test: (history: History) => boolean): number => histories.filter(test).length / histories.length;
const recent = (event: Document, days: number): boolean => Date.parse(event.timestamp) >= END - days * DAY;

/** Both customer and event ids carry the number of the visitor, from 1. */
function visitorOf({ _id, identityMap }: Document): number {
  return Number(_id === undefined ? identityMap['CRMID']![0]!.id.slice(1) : _id.split('-')[2]);
}

beforeAll(() => {
  for (let number = 0; number < PROFILES; number += 1) histories.push({ profile: null, events: [] });
  for (const { kind, record } of demoShop({ end: END, profiles: PROFILES })) {
    const document = record as unknown as Document;
    const history = histories[visitorOf(document) - 1]!;
    if (kind === 'profile') history.profile = document;
    else {
      history.events.push(document);
      counts.set(document.eventType, count(document.eventType) + 1);
    }
  }
});

const customers = (): Document[] => histories.flatMap(({ profile }) => profile ?? []);

/** Share of customers who buy again within 120 days of an order delivered as told by `late`. */
function repurchase(late: boolean): number {
  let delivered = 0;
  let again = 0;
  for (const { profile, events } of histories) {
    const arrival = events.find((event) => event.eventType === 'commerce.backofficeShipmentCompleted');
    if (!profile || !arrival || recent(arrival, 120)) continue;
    const time = Date.parse(arrival.timestamp);
    if (time - Date.parse(arrival.commerce!.shipping!.shipDate!) > 4 * DAY !== late) continue;
    delivered += 1;
    if (
      events.some(
        (event) =>
          event.eventType === 'commerce.purchases' && Date.parse(event.timestamp) > time && Date.parse(event.timestamp) <= time + 120 * DAY,
      )
    )
      again += 1;
  }
  return again / delivered;
}

describe('the demo shop is a believable shop', () => {
  it('has about forty events for each visitor, most of them from few', () => {
    const sizes = histories.map(({ events }) => events.length).toSorted((one, other) => other - one);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total / PROFILES).toBeGreaterThan(35);
    expect(total / PROFILES).toBeLessThan(48);
    const busiestTenth = sizes.slice(0, PROFILES / 10).reduce((sum, size) => sum + size, 0);
    expect(busiestTenth / total).toBeGreaterThan(0.35);
  });

  it('knows more than half of its visitors, and saw something of each it does not know', () => {
    const known = share(({ profile }) => profile !== null);
    expect(known).toBeGreaterThan(0.52);
    expect(known).toBeLessThan(0.64);
    expect(share(({ profile, events }) => profile === null && events.length === 0)).toBe(0);
  });

  it('loses about seventy of a hundred carts', () => {
    const bought = count('commerce.purchases') / count('commerce.productListOpens');
    expect(bought).toBeGreaterThan(0.25);
    expect(bought).toBeLessThan(0.38);
  });

  it('has a funnel that narrows at every step', () => {
    const steps = ['productViews', 'productListAdds', 'checkouts', 'purchases'].map((step) => count(`commerce.${step}`));
    expect(steps[1]! / steps[0]!).toBeLessThan(0.15);
    expect(steps[2]! / steps[1]!).toBeLessThan(0.7);
    expect(steps[3]! / steps[2]!).toBeLessThan(0.7);
    expect(steps[3]!).toBeGreaterThan(0);
  });

  it('has between 2 % and 20 % who searched for running shoes this month and bought nothing', () => {
    const forgot = share(({ events }) => {
      const month = events.filter((event) => recent(event, 30));
      const searched = month.some((event) => event.siteSearch?.query.toLowerCase().includes('running shoes'));
      return searched && !month.some((event) => event.eventType === 'commerce.purchases');
    });
    expect(forgot).toBeGreaterThan(0.02);
    expect(forgot).toBeLessThan(0.2);
  });

  it('has favourites among its products', () => {
    const views = new Map<string, number>();
    for (const { events } of histories) {
      for (const { eventType, productListItems } of events) {
        const sku = productListItems?.[0]?.SKU;
        if (eventType === 'commerce.productViews' && sku) views.set(sku, (views.get(sku) ?? 0) + 1);
      }
    }
    const ranked = [...views.values()].toSorted((one, other) => other - one);
    const topTenth = ranked.slice(0, 20).reduce((sum, one) => sum + one, 0);
    expect(views.size).toBe(200);
    expect(topTenth / count('commerce.productViews')).toBeGreaterThan(0.3);
  });

  it('sells most per day on Black Friday', () => {
    const perDay = new Map<string, number>();
    for (const event of histories.flatMap(({ events }) => events)) {
      if (event.eventType === 'commerce.purchases')
        perDay.set(event.timestamp.slice(0, 10), (perDay.get(event.timestamp.slice(0, 10)) ?? 0) + 1);
    }
    const [best] = [...perDay].toSorted((one, other) => other[1] - one[1]);
    expect(best?.[0]).toBe('2025-11-28');
  });

  it('is quiet at night', () => {
    const visits = histories.flatMap(({ events }) => events).filter((event) => event.eventType === 'commerce.productViews');
    const atNight = visits.filter((event) => ['01', '02', '03'].includes(event.timestamp.slice(11, 13))).length;
    expect(atNight / visits.length).toBeLessThan(0.05);
  });
});

describe('the customers of the demo shop', () => {
  it('have loyalty tiers that get rarer with height', () => {
    const sizes = ['bronze', 'silver', 'gold', 'platinum'].map(
      (tier) => customers().filter(({ loyalty }) => loyalty?.tier === tier).length,
    );
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    expect(sizes[2]! / customers().length).toBeGreaterThan(0.02);
  });

  it('have names in several scripts and addresses that can reach nobody', () => {
    const names = customers().map(({ person }) => person!.name.fullName);
    for (const script of [/\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Han}/u, /[äöüß]/u, /[éèç]/u])
      expect(names.some((name) => script.test(name))).toBe(true);
    for (const { personalEmail } of customers()) expect(personalEmail?.address).toMatch(/^[a-z]+\.([a-z]+\.)?\d+@example\.(com|org|net)$/);
  });
});

describe('the demo shop has something to learn from', () => {
  it('loses customers by late deliveries', () => {
    expect(repurchase(true)).toBeLessThan(0.75 * repurchase(false));
  });
});
