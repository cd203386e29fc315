/** Telling people and events apart at a glance, from XDM documents of any shape. */
import type { Identity, Member, TimelineEvent } from '@kindred/contract';
import { formatCountOf, formatMoney } from '../ui/format.ts';

export type XdmDocument = Readonly<Record<string, unknown>>;

/** The value at a dotted path, or undefined. */
export function lookup(document: XdmDocument, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as XdmDocument)[name];
  }
  return value;
}

function text(document: XdmDocument, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = lookup(document, path);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** `Ada Lovelace`, or undefined when no name is known. */
export function nameOf(attributes: XdmDocument): string | undefined {
  const full = text(attributes, 'person.name.fullName');
  if (full !== undefined) return full;
  const parts = [text(attributes, 'person.name.firstName'), text(attributes, 'person.name.lastName')].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** E-mail address and place, as far as known. */
export function detailsOf(attributes: XdmDocument): readonly string[] {
  const mail = text(attributes, 'personalEmail.address', 'workEmail.address');
  const city = text(attributes, 'homeAddress.city', 'workAddress.city');
  const country = text(attributes, 'homeAddress.countryCode', 'homeAddress.country');
  const place = [city, country].filter((part) => part !== undefined).join(', ');
  return [mail, place].filter((part) => part !== undefined && part !== '') as readonly string[];
}

export const identityText = ({ namespace, id }: Identity): string => `${namespace}:${id}`;
export const profileHref = ({ namespace, id }: Identity): string => `/profiles/${encodeURIComponent(namespace)}/${encodeURIComponent(id)}`;
export const titleOf = (member: Pick<Member, 'attributes' | 'identity'>): string => nameOf(member.attributes) ?? member.identity.id;

/** One event of the standard types: their names count, in the plural. */
const EVENT_TITLES: Readonly<Record<string, string>> = {
  'web.webpagedetails.pageViews': 'Page view',
  'web.webinteraction.linkClicks': 'Link click',
  'web.formFilledOut': 'Form filled out',
  'commerce.productViews': 'Product view',
  'commerce.productListOpens': 'New cart',
  'commerce.productListAdds': 'Added to cart',
  'commerce.productListRemovals': 'Removed from cart',
  'commerce.productListViews': 'Cart view',
  'commerce.saveForLaters': 'Saved for later',
  'commerce.checkouts': 'Checkout',
  'commerce.purchases': 'Purchase',
  'commerce.backofficeOrderItemsShipped': 'Order shipped',
  'commerce.backofficeShipmentCompleted': 'Order delivered',
  'commerce.backofficeOrderCancelled': 'Order cancelled',
  'commerce.backofficeCreditMemoIssued': 'Refund',
  'directMarketing.emailSent': 'E-mail sent',
  'directMarketing.emailOpened': 'E-mail opened',
  'directMarketing.emailClicked': 'E-mail clicked',
  'directMarketing.emailBounced': 'E-mail bounced',
  'directMarketing.emailUnsubscribed': 'Unsubscribed',
  'application.launch': 'App opened',
  'location.entry': 'Place entered',
};

/** `Purchase`; for other types the last part in words: `my.shop.wishListShares` → `Wish list shares`. */
export function eventTitle(eventType: string): string {
  if (eventType === '') return 'Event without a type';
  const known = EVENT_TITLES[eventType];
  if (known !== undefined) return known;
  const last = eventType.split('.').at(-1) ?? eventType;
  const words = last.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type FactMaker = (fields: XdmDocument) => string | undefined;

const quoted = (value: string | undefined): string | undefined => (value === undefined ? undefined : `“${value}”`);

/** What an event of the standard field groups is about, the telling things first. */
const FACTS: readonly FactMaker[] = [
  (fields) => quoted(text(fields, 'siteSearch.query', 'search.keywords')),
  productsFact,
  orderFact,
  (fields) => text(fields, 'marketing.campaignName', 'directMarketing.deliveryLabel'),
  (fields) => text(fields, 'web.webInteraction.name'),
  (fields) => text(fields, 'web.webPageDetails.name', 'web.webPageDetails.URL'),
  (fields) => text(fields, 'application.name'),
  (fields) => text(fields, 'device.type'),
];

const FACTS_SHOWN = 3;

export function factsOf({ fields }: Pick<TimelineEvent, 'fields'>): readonly string[] {
  const known = FACTS.map((make) => make(fields)).filter((fact) => fact !== undefined);
  // A page is often named after the product on it.
  return (known.length > 0 ? [...new Set(known)] : plainFacts(fields)).slice(0, FACTS_SHOWN);
}

function productsFact(fields: XdmDocument): string | undefined {
  const items = lookup(fields, 'productListItems');
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const first = items[0] as XdmDocument;
  const name = text(first, 'name', 'SKU', 'product');
  if (name === undefined) return formatCountOf(items.length, 'product');
  const quantity = lookup(first, 'quantity');
  const label = typeof quantity === 'number' && quantity > 1 ? `${quantity} × ${name}` : name;
  return items.length === 1 ? label : `${label} and ${items.length - 1} more`;
}

function orderFact(fields: XdmDocument): string | undefined {
  const total = lookup(fields, 'commerce.order.priceTotal') ?? lookup(fields, 'commerce.order.refundTotal');
  return typeof total === 'number' ? formatMoney(total, text(fields, 'commerce.order.currencyCode')) : undefined;
}

/** The first plain values, for events of field groups nobody here knows. */
function plainFacts(fields: XdmDocument): readonly string[] {
  const facts: string[] = [];
  const visit = (value: unknown, name: string): void => {
    if (facts.length >= FACTS_SHOWN) return;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') facts.push(`${name}: ${value}`);
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, child] of Object.entries(value)) visit(child, key);
  };
  for (const [key, value] of Object.entries(fields)) visit(value, key);
  return facts;
}
