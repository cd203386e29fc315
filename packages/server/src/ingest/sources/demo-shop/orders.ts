/**
 * Orders and what becomes of them: cancelled, shipped, delivered in time or late, complained about, sent back.
 * Late deliveries are what drives customers away, so this is where a churn model finds its signal.
 */
import type { Cart, CartLine } from './cart.ts';
import { DAY, HOUR } from './calendar.ts';
import { CURRENCY, PAGES } from './catalogue.ts';
import { itemOf } from './cart.ts';
import { Weighted } from './random.ts';
import { cents, ONE } from './records.ts';
import type { Fields, Origin } from './records.ts';
import { officeOrigin } from './shopper.ts';
import type { Session, Shopper } from './shopper.ts';

const FREE_SHIPPING_FROM = 60;
const SHIPPING_FEE = 4.95;
const TAX_RATE = 0.2;
const COUPON = { id: 'WELCOME10', discount: 0.1 };

const paymentType = new Weighted(
  ['credit_card', 'paypal', 'debit_card', 'wire_transfer', 'gift_card'],
  (_, rank) => [38, 30, 18, 11, 3][rank]!,
);

interface Order {
  readonly id: string;
  readonly time: number;
  readonly lines: readonly CartLine[];
  readonly payment: string;
  /** Share taken off list prices. */
  readonly discount: number;
  /** What was paid, in euro. */
  readonly total: number;
}

/** Pays for a cart in the web shop or app; all that follows from it is recorded too. */
export function buyOnline(session: Session, cart: Cart): void {
  const { shopper } = session;
  const { random, calendar, visitor } = shopper;
  const sale = calendar.sale(session.time);
  const coupon = !sale && random.chance(visitor.persona.bargain > 2 ? 0.4 : 0.08);
  const order = openOrder(shopper, {
    time: session.time,
    lines: cart.lines,
    discount: sale?.discount ?? (coupon ? COUPON.discount : 0),
    shipped: true,
  });
  const fields = orderFields(order);
  session.event('commerce.purchases', PAGES.thanks, {
    commerce: {
      purchases: ONE,
      order: fields.order,
      cart: { cartID: cart.id },
      shipping: { shippingMethod: 'standard', shippingDestination: 'home', currencyCode: CURRENCY, shippingAmount: shippingFee(order) },
      ...(coupon ? { promotionID: COUPON.id } : {}),
    },
    productListItems: fields.lines,
  });
  fulfil(shopper, order);
}

/** Pays at the till of a store. */
export function buyInStore(
  shopper: Shopper,
  time: number,
  { lines, origin }: { readonly lines: readonly CartLine[]; readonly origin: Origin },
): void {
  const order = openOrder(shopper, { time, lines, discount: shopper.calendar.sale(time)?.discount ?? 0, shipped: false });
  const fields = orderFields(order);
  shopper.history.add(time, 'commerce.purchases', origin, {
    commerce: { purchases: ONE, inStorePurchase: ONE, order: fields.order },
    productListItems: fields.lines,
  });
}

interface OrderStart {
  readonly time: number;
  readonly lines: readonly CartLine[];
  readonly discount: number;
  readonly shipped: boolean;
}

function openOrder(shopper: Shopper, { time, lines, discount, shipped }: OrderStart): Order {
  shopper.orders += 1;
  const goods = lines.reduce((sum, line) => sum + lineTotal(line, discount), 0);
  const total = cents(goods + (shipped && goods < FREE_SHIPPING_FROM ? SHIPPING_FEE : 0));
  if (time < shopper.calendar.end) shopper.spent += total;
  return {
    id: `O${shopper.visitor.number + 1}-${shopper.orders}`,
    time,
    lines,
    payment: paymentType.pick(shopper.random),
    discount,
    total,
  };
}

function lineTotal({ product, quantity }: CartLine, discount: number): number {
  return cents(product.price * quantity * (1 - discount));
}

function shippingFee({ lines, discount, total }: Order): number {
  return cents(total - lines.reduce((sum, line) => sum + lineTotal(line, discount), 0));
}

function orderFields({ id, time, lines, payment, discount, total }: Order): { readonly order: Fields; readonly lines: readonly Fields[] } {
  const items = lines.map((line): Fields => {
    if (discount === 0) return itemOf(line);
    const priceTotal = lineTotal(line, discount);
    return { ...itemOf(line), priceTotal, discountAmount: cents(line.product.price * line.quantity - priceTotal) };
  });
  const saved = cents(lines.reduce((sum, line) => sum + line.product.price * line.quantity - lineTotal(line, discount), 0));
  const order: Fields = {
    purchaseID: id,
    priceTotal: total,
    currencyCode: CURRENCY,
    taxAmount: cents((total * TAX_RATE) / (1 + TAX_RATE)),
    orderType: 'checkout',
    createdDate: new Date(time).toISOString(),
    payments: [{ transactionID: `T-${id}`, paymentAmount: total, paymentType: payment, currencyCode: CURRENCY }],
    ...(saved > 0 ? { discountAmount: saved } : {}),
  };
  return { order, lines: items };
}

function fulfil(shopper: Shopper, order: Order): void {
  const { random, visitor, calendar } = shopper;
  const origin = officeOrigin(visitor);
  if (random.chance(0.025)) return cancel(shopper, order, origin);
  const strain = calendar.deliveryStrain(order.time);
  const shipped = order.time + 6 * HOUR + random.exponential(0.8 * DAY * strain);
  const late = random.chance(0.07 * strain);
  const delivered = shipped + DAY + random.unit() * 2 * DAY + (late ? random.between(4, 12) * DAY : 0);
  const shipping = { shippingMethod: 'standard', shipDate: new Date(shipped).toISOString() };
  office(shopper, shipped, 'commerce.backofficeOrderItemsShipped', { commerce: { order: { purchaseID: order.id }, shipping } });
  office(shopper, delivered, 'commerce.backofficeShipmentCompleted', { commerce: { order: { purchaseID: order.id }, shipping } });
  if (late && random.chance(0.5)) complain(shopper, delivered - random.between(0.5, 3) * DAY, order);
  if (late) shopper.satisfaction *= 0.5;
  const unsuitable = order.lines.filter(({ product }) => random.chance(product.category.returns));
  if (unsuitable.length > 0) sendBack(shopper, delivered + random.between(2, 14) * DAY, { order, lines: unsuitable });
  const leaving = visitor.persona.leaves * (order.discount >= 0.2 ? 1.5 : 1) + (late ? 0.4 : 0);
  if (random.chance(leaving)) shopper.leftAt = Math.min(shopper.leftAt, delivered);
}

function office(shopper: Shopper, time: number, eventType: string, fields: Fields): void {
  shopper.history.add(time, eventType, officeOrigin(shopper.visitor), fields);
}

function cancel(shopper: Shopper, order: Order, origin: Origin): void {
  const time = order.time + shopper.random.between(0.2, 20) * HOUR;
  const cancelDate = new Date(time).toISOString();
  if (time < shopper.calendar.end) shopper.spent -= order.total;
  shopper.satisfaction *= 0.9;
  shopper.history.add(time, 'commerce.backofficeOrderCancelled', origin, {
    commerce: { order: { purchaseID: order.id, cancelDate, refundTotal: order.total, currencyCode: CURRENCY } },
    productListItems: order.lines.map(itemOf),
  });
}

function complain(shopper: Shopper, time: number, order: Order): void {
  const { origin } = shopper.visitor.devices[0]!;
  shopper.history.add(time, 'web.formFilledOut', origin, {
    web: PAGES.help,
    supportRequest: { supportRequestSteps: { ID: `S-${order.id}`, type: 'late delivery', submitted: 1 } },
  });
}

function sendBack(shopper: Shopper, time: number, { order, lines }: { readonly order: Order; readonly lines: readonly CartLine[] }): void {
  const { random, calendar } = shopper;
  const refundTotal = cents(lines.reduce((sum, line) => sum + lineTotal(line, order.discount), 0));
  const returnReason = random.pick(['too small', 'too large', 'not as described', 'changed mind', 'faulty']);
  if (time < calendar.end) shopper.spent -= refundTotal;
  const refund = {
    transactionID: `R-${order.id}`,
    refundAmount: refundTotal,
    refundReason: 'return',
    refundPaymentType: order.payment,
    currencyCode: CURRENCY,
  };
  office(shopper, time, 'commerce.backofficeCreditMemoIssued', {
    commerce: { order: { purchaseID: order.id, refundTotal, currencyCode: CURRENCY, refunds: [refund] } },
    productListItems: lines.map((line) => ({
      ...itemOf(line),
      refundAmount: lineTotal(line, order.discount),
      returnItem: { returnStatus: 'received', returnReason },
    })),
  });
}
