/** A visitor while the shop's year goes by: what changes from one visit to the next. */
import type { Calendar } from './calendar.ts';
import type { Random } from './random.ts';
import type { Fields, History, Origin } from './records.ts';
import { ONE } from './records.ts';
import type { Device, Visitor } from './visitor.ts';

/** Mean time between two events of a visit, ms. */
const DWELL = 42_000;

export interface Shopper {
  readonly visitor: Visitor;
  readonly random: Random;
  readonly calendar: Calendar;
  readonly history: History;
  /** 1 at first; delivery problems lower it, and who is unhappy buys less and leaves. */
  satisfaction: number;
  /** After this instant they come no more, epoch ms. */
  leftAt: number;
  unsubscribedAt: number | null;
  /** Euro paid in the window, refunds taken off. */
  spent: number;
  orders: number;
  carts: number;
}

export function createShopper(visitor: Visitor, tools: Pick<Shopper, 'random' | 'calendar' | 'history'>): Shopper {
  return { ...tools, visitor, satisfaction: 1, leftAt: visitor.to, unsubscribedAt: null, spent: 0, orders: 0, carts: 0 };
}

/** Where the warehouse's events belong: the customer, or the device of a guest. */
export function officeOrigin({ customer, devices }: Visitor): Origin {
  return customer?.officeOrigin ?? { identityMap: devices[0]!.origin.identityMap, context: {} };
}

/** How a visit came about. */
export interface Arrival {
  readonly landing: 'home' | 'category' | 'product';
  /** `web.webReferrer`, where there is one. */
  readonly referrer: Fields | null;
  /** `channel` and `marketing` of the first event. */
  readonly fields: Fields;
}

/** One visit: a clock, a device, and how it came about, which its first event tells. */
export class Session {
  readonly shopper: Shopper;
  readonly device: Device;
  readonly landing: Arrival['landing'];
  /** Now, epoch ms. */
  time: number;
  #arrival: Arrival | null;

  constructor(shopper: Shopper, start: { readonly time: number; readonly device: Device; readonly arrival: Arrival }) {
    this.shopper = shopper;
    this.device = start.device;
    this.time = start.time;
    this.landing = start.arrival.landing;
    this.#arrival = start.arrival;
  }

  /** Records what happens now, and lets some time pass. */
  event(eventType: string, web: Fields, fields: Fields): void {
    const arrival = this.#arrival;
    this.#arrival = null;
    if (!arrival) this.#add(eventType, { web, ...fields });
    else this.#add(eventType, { web: arrival.referrer ? { ...web, webReferrer: arrival.referrer } : web, ...arrival.fields, ...fields });
  }

  launchApp(): void {
    const fields = this.#arrival?.fields ?? {};
    this.#arrival = null;
    this.#add('application.launch', { application: { name: 'Shop', version: '4.2', isLaunch: true, launches: ONE }, ...fields });
  }

  #add(eventType: string, fields: Fields): void {
    const { history, random } = this.shopper;
    history.add(this.time, eventType, this.device.origin, fields);
    this.time += 1500 + random.exponential(DWELL);
  }
}
