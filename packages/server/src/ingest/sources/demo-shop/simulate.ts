/** One visitor's year: missions, mails and visits to a store, in the order in which they begin. */
import { mailArrival } from './arrivals.ts';
import type { Calendar, Campaign } from './calendar.ts';
import { DAY, MINUTE } from './calendar.ts';
import { departmentByMonth } from './catalogue.ts';
import { sendMail } from './mails.ts';
import { buyInStore } from './orders.ts';
import { Random } from './random.ts';
import { History, ONE } from './records.ts';
import type { Origin } from './records.ts';
import { pursueMission } from './shopping.ts';
import { createShopper } from './shopper.ts';
import type { Shopper } from './shopper.ts';
import { drawVisitor } from './visitor.ts';

const STORE_VISITS_A_YEAR = 2.5;

/** Everything about visitor `number` (from 0) that follows from the seed; its events are in `history`. */
export function simulateVisitor(seed: number, number: number, calendar: Calendar): Shopper {
  const random = new Random(seed, number);
  const visitor = drawVisitor(random, number, calendar);
  const shopper = createShopper(visitor, { random, calendar, history: new History() });
  for (const { time, happen } of plans(shopper)) happen(time);
  return shopper;
}

interface Plan {
  readonly time: number;
  readonly happen: (time: number) => void;
}

function plans(shopper: Shopper): readonly Plan[] {
  const { visitor, calendar } = shopper;
  const visit = (time: number): void => {
    if (time < shopper.leftAt) pursueMission(shopper, time, null);
  };
  const planned: Plan[] = missionTimes(shopper).map((time) => ({ time, happen: visit }));
  if (visitor.customer?.emailConsent === 'y') {
    for (const campaign of calendar.campaigns) planned.push({ time: campaign.time, happen: () => receive(shopper, campaign) });
  }
  for (const time of storeTimes(shopper)) planned.push({ time, happen: () => visitStore(shopper, time) });
  return planned.toSorted((one, other) => one.time - other.time);
}

/** Unknown devices are known by a visit, and accounts are opened in one. */
function missionTimes({ random, visitor, calendar }: Shopper): readonly number[] {
  const { from, to, city, customer, activity } = visitor;
  const count = random.count((activity * (to - from)) / (365 * DAY));
  const times = Array.from({ length: count }, () => calendar.shoppingTime(random, { from, to, timeZone: city.timeZone }));
  if (customer === null) return [from, ...times];
  const opensAccount = customer.since >= calendar.start;
  return opensAccount ? [calendar.shoppingTime(random, { from, to: from + DAY, timeZone: city.timeZone }), ...times] : times;
}

function receive(shopper: Shopper, campaign: Campaign): void {
  const clicked = sendMail(shopper, campaign);
  if (clicked !== null) pursueMission(shopper, clicked, mailArrival(campaign));
}

function storeTimes({ random, visitor, calendar }: Shopper): readonly number[] {
  const { city, customer, devices, from, to } = visitor;
  if (!customer || !city.hasStore || !devices.some((device) => device.app)) return [];
  const count = random.count((STORE_VISITS_A_YEAR * (to - from)) / (365 * DAY));
  return Array.from({ length: count }, () => calendar.shoppingTime(random, { from, to, timeZone: city.timeZone }));
}

/** The app notices the store; one visit in five ends at the till. */
function visitStore(shopper: Shopper, time: number): void {
  if (time >= shopper.leftAt) return;
  const { random, calendar, history, visitor } = shopper;
  const app = visitor.devices.find((device) => device.app)!;
  const poiDetail = {
    poiID: `store-${visitor.city.postalCode}`,
    name: `Store ${visitor.city.name}`,
    category: 'store',
    locatingType: 'gps',
  };
  const { device, environment, placeContext } = app.origin.context;
  const origin: Origin = {
    identityMap: app.origin.identityMap,
    context: {
      device: device!,
      environment: environment!,
      placeContext: { ...(placeContext as object), POIinteraction: { poiDetail, poiEntries: ONE } },
    },
  };
  history.add(time, 'location.entry', origin, {});
  if (!random.chance(0.2)) return;
  const product = departmentByMonth[calendar.month(time)]!.pick(random).byPopularity.pick(random);
  buyInStore(shopper, time + random.between(10, 50) * MINUTE, {
    lines: [{ product, quantity: 1 }],
    origin: visitor.customer!.officeOrigin,
  });
}
