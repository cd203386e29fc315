/** Columns whose names say what they are: fields that XDM has, and identities. */
import type { XdmClass } from '../../schema/index.ts';
import type { ColumnSummary } from './column-values.ts';

/** Letters and digits of a name, in lower case. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const PROFILE_FIELDS: Readonly<Record<string, string>> = {
  firstname: 'person.name.firstName',
  givenname: 'person.name.firstName',
  forename: 'person.name.firstName',
  lastname: 'person.name.lastName',
  surname: 'person.name.lastName',
  familyname: 'person.name.lastName',
  fullname: 'person.name.fullName',
  name: 'person.name.fullName',
  birthdate: 'person.birthDate',
  dateofbirth: 'person.birthDate',
  dob: 'person.birthDate',
  birthyear: 'person.birthYear',
  yearofbirth: 'person.birthYear',
  email: 'personalEmail.address',
  emailaddress: 'personalEmail.address',
  mail: 'personalEmail.address',
  phone: 'mobilePhone.number',
  phonenumber: 'mobilePhone.number',
  mobile: 'mobilePhone.number',
  mobilephone: 'mobilePhone.number',
  city: 'homeAddress.city',
  town: 'homeAddress.city',
  street: 'homeAddress.street1',
  address: 'homeAddress.street1',
  postalcode: 'homeAddress.postalCode',
  postcode: 'homeAddress.postalCode',
  zip: 'homeAddress.postalCode',
  zipcode: 'homeAddress.postalCode',
  country: 'homeAddress.country',
  language: 'preferredLanguage',
  timezone: 'timeZone',
  loyaltypoints: 'loyalty.points',
  loyaltytier: 'loyalty.tier',
};

const EVENT_FIELDS: Readonly<Record<string, string>> = {
  sku: 'productListItems[0].SKU',
  stockcode: 'productListItems[0].SKU',
  productid: 'productListItems[0].SKU',
  productname: 'productListItems[0].name',
  quantity: 'productListItems[0].quantity',
  qty: 'productListItems[0].quantity',
  orderid: 'commerce.order.purchaseID',
  ordernumber: 'commerce.order.purchaseID',
  invoice: 'commerce.order.purchaseID',
  invoiceno: 'commerce.order.purchaseID',
  total: 'commerce.order.priceTotal',
  ordertotal: 'commerce.order.priceTotal',
  revenue: 'commerce.order.priceTotal',
  amount: 'commerce.order.priceTotal',
  url: 'web.webPageDetails.URL',
  pageurl: 'web.webPageDetails.URL',
  pagename: 'web.webPageDetails.name',
  referrer: 'web.webReferrer.URL',
  ip: 'environment.ipV4',
};

const NUMBERS = new Set(['productListItems[0].quantity', 'commerce.order.priceTotal', 'person.birthYear', 'loyalty.points']);

/** The XDM path of a column; null when its name says nothing, or its values do not fit. */
export function wellKnown({ name, type }: ColumnSummary, target: XdmClass): string | null {
  const path = (target === 'event' ? EVENT_FIELDS : PROFILE_FIELDS)[plain(name)];
  if (path === undefined) return null;
  if (NUMBERS.has(path)) return type === 'integer' || type === 'number' ? path : null;
  if (path === 'person.birthDate') return type === 'date' ? path : null;
  return path;
}

/** The smaller the rank, the more it tells. */
const IDENTIFIERS: readonly (readonly [name: RegExp, namespace: string, rank: number])[] = [
  [/^(customer|client|member|user|crm|contact|profile|person|account|kunden?)(id|no|nr|number|key)?$/, 'CRMID', 0],
  [/^(email|emailaddress|mail)$/, 'Email', 1],
  [/^(phone|phonenumber|mobile|mobilephone)$/, 'Phone', 2],
  [/^(ecid|mcid)$/, 'ECID', 3],
  [/^(anonymousid|visitorid|cookieid|deviceid)$/, 'AnonymousID', 4],
];
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** The namespace of a column that identifies people. */
export function identifierOf({
  name,
  values,
  type,
  distinct,
}: ColumnSummary): { readonly namespace: string; readonly rank: number } | null {
  if (distinct < 2 || (type !== 'string' && type !== 'integer')) return null;
  if (values.length > 0 && values.every((value) => EMAIL.test(value))) return { namespace: 'Email', rank: 1 };
  const found = IDENTIFIERS.find(([expression, namespace]) => expression.test(plain(name)) && namespace !== 'Email');
  return found === undefined ? null : { namespace: found[1], rank: found[2] };
}
