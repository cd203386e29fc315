/** What happens in the shop during one mission: search, look, fill a cart, leave it, come back, buy. */
import { APP_ARRIVAL, anonymousArrival, customerArrival, mailArrival } from './arrivals.ts';
import { DAY, MINUTE } from './calendar.ts';
import { cartFields } from './cart.ts';
import type { CartLine } from './cart.ts';
import { DEPARTMENTS, PAGES, departmentByMonth } from './catalogue.ts';
import type { Department, Product } from './catalogue.ts';
import { CART_REMINDER, REMINDER_AFTER, sendMail } from './mails.ts';
import { buyOnline } from './orders.ts';
import { ONE } from './records.ts';
import { Session } from './shopper.ts';
import type { Arrival, Shopper } from './shopper.ts';

const CART_ARRIVAL = mailArrival(CART_REMINDER);

interface Mission {
  readonly shopper: Shopper;
  readonly department: Department;
  lines: readonly CartLine[];
  cartId: string;
}

/** A need, from the first visit at `time` (epoch ms) to the order or to giving up. `arrival` null: any way in. */
export function pursueMission(shopper: Shopper, time: number, arrival: Arrival | null): void {
  const { random, visitor, calendar } = shopper;
  const mission: Mission = { shopper, department: departmentByMonth[calendar.month(time)]!.pick(random), lines: [], cartId: '' };
  let visits = 1 + random.count(visitor.persona.returns);
  let start = { time, arrival };
  while (visits > 0 && start.time < calendar.end) {
    visits -= 1;
    const { bought, left } = visitShop(mission, start);
    if (bought) return;
    const next = nextVisit(shopper, left);
    const reminder = mission.lines.length > 0 && next - left > REMINDER_AFTER ? left + REMINDER_AFTER : null;
    const clicked = reminder === null ? null : sendMail(shopper, { ...CART_REMINDER, time: reminder });
    if (clicked !== null) visits = Math.max(visits, 1);
    start = clicked === null ? { time: next, arrival: null } : { time: clicked, arrival: CART_ARRIVAL };
  }
}

/** Most come back within two days, if at all. */
function nextVisit({ random, visitor, calendar }: Shopper, left: number): number {
  const to = left + 1.5 * DAY + random.exponential(2 * DAY);
  return calendar.shoppingTime(random, { from: left + 30 * MINUTE, to, timeZone: visitor.city.timeZone });
}

interface VisitStart {
  readonly time: number;
  readonly arrival: Arrival | null;
}

function visitShop(mission: Mission, start: VisitStart): { readonly bought: boolean; readonly left: number } {
  const session = startSession(mission.shopper, start);
  browse(session, mission);
  const bought = mission.lines.length > 0 && settleCart(session, mission);
  return { bought, left: session.time };
}

function startSession(shopper: Shopper, { time, arrival }: VisitStart): Session {
  const { random, visitor } = shopper;
  const device = visitor.devices.length > 1 && random.chance(0.35) ? random.pick(visitor.devices) : visitor.devices[0]!;
  const waysIn = visitor.customer ? customerArrival : anonymousArrival;
  const session = new Session(shopper, { time, device, arrival: device.app ? APP_ARRIVAL : (arrival ?? waysIn.pick(random)) });
  if (device.app) session.launchApp();
  return session;
}

function browse(session: Session, mission: Mission): void {
  const { random, visitor } = session.shopper;
  const { department } = mission;
  land(session, department);
  if (random.chance(0.58)) search(session, department);
  // Who comes for a product sees it, whatever follows.
  const views = Math.max(random.count(visitor.persona.views), session.landing === 'product' ? 1 : 0);
  for (let view = 0; view < views; view += 1) {
    if (random.chance(0.16)) session.event('web.webpagedetails.pageViews', department.page, {});
    const product = (random.chance(0.85) ? department : random.pick(DEPARTMENTS)).byPopularity.pick(random);
    lookAt(session, product, mission);
  }
}

function land(session: Session, department: Department): void {
  const { landing } = session;
  if (landing === 'home') session.event('web.webpagedetails.pageViews', PAGES.home, {});
  else if (landing === 'category') session.event('web.webpagedetails.pageViews', department.page, {});
}

/** One to three searches for what is wanted: people rephrase. */
function search(session: Session, department: Department): void {
  const { random, visitor } = session.shopper;
  const local = department.category.localSearches[visitor.language.slice(0, 2)];
  const attempts = 1 + random.count(0.35);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const query = local !== undefined && random.chance(0.12) ? local : department.searches.pick(random);
    session.event('web.webpagedetails.pageViews', PAGES.search, {
      siteSearch: { query, nOfResults: random.whole(0, 40) },
      searchRequest: ONE,
    });
  }
}

function lookAt(session: Session, product: Product, mission: Mission): void {
  const { random, visitor, calendar } = session.shopper;
  session.event('commerce.productViews', product.page, { commerce: { productViews: ONE }, productListItems: [product.line] });
  if (product.category.returns > 0.15 && random.chance(0.08)) {
    session.event(
      'web.webinteraction.linkClicks',
      { ...PAGES.sizeGuide, webInteraction: { type: 'other', name: 'Size guide', linkClicks: ONE } },
      {},
    );
  }
  const appeal = calendar.sale(session.time) ? visitor.persona.bargain : 1;
  const daring = product.price > 400 ? 0.45 : 1;
  if (random.chance(visitor.persona.cart * appeal * daring)) addToCart(session, product, mission);
  else if (random.chance(0.025))
    session.event('commerce.saveForLaters', product.page, { commerce: { saveForLaters: ONE }, productListItems: [product.line] });
}

function addToCart(session: Session, product: Product, mission: Mission): void {
  const { random, visitor } = session.shopper;
  if (mission.lines.some((line) => line.product === product)) return;
  if (mission.lines.length === 0) {
    session.shopper.carts += 1;
    mission.cartId = `K${visitor.number + 1}-${session.shopper.carts}`;
    session.event('commerce.productListOpens', product.page, { commerce: { productListOpens: ONE, cart: { cartID: mission.cartId } } });
  }
  const line = { product, quantity: product.price < 60 && random.chance(0.25) ? random.whole(2, 3) : 1 };
  mission.lines = [...mission.lines, line];
  session.event('commerce.productListAdds', product.page, cartFields('productListAdds', mission.cartId, [line]));
}

/** With something in the cart: look at it, drop things, go to the checkout, pay — or leave. True when bought. */
function settleCart(session: Session, mission: Mission): boolean {
  const { random, visitor, satisfaction } = session.shopper;
  const { persona } = visitor;
  if (random.chance(0.7))
    session.event('commerce.productListViews', PAGES.cart, cartFields('productListViews', mission.cartId, mission.lines));
  if (random.chance(0.12)) removeLine(session, mission);
  if (mission.lines.length === 0 || !random.chance(persona.checkout)) return false;
  session.event('commerce.checkouts', PAGES.checkout, cartFields('checkouts', mission.cartId, mission.lines));
  const sale = session.shopper.calendar.sale(session.time);
  const pay = persona.pay * (sale ? Math.min(1.3, persona.bargain) : 1) * satisfaction;
  if (!random.chance(pay)) return false;
  buyOnline(session, { id: mission.cartId, lines: mission.lines });
  return true;
}

function removeLine(session: Session, mission: Mission): void {
  const dropped = session.shopper.random.pick(mission.lines);
  mission.lines = mission.lines.filter((line) => line !== dropped);
  session.event('commerce.productListRemovals', PAGES.cart, cartFields('productListRemovals', mission.cartId, [dropped]));
}
