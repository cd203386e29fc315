/** What the shop knows of a customer at the end of the window: one XDM profile record. */
import { DAY } from './calendar.ts';
import { cents } from './records.ts';
import type { DemoRecord, Fields } from './records.ts';
import type { Shopper } from './shopper.ts';
import type { Customer } from './visitor.ts';

/** By points ever earned, one for each euro. */
const TIERS = [
  { tier: 'platinum', from: 2000 },
  { tier: 'gold', from: 800 },
  { tier: 'silver', from: 300 },
  { tier: 'bronze', from: 0 },
];

export function profileRecord(shopper: Shopper, customer: Customer): DemoRecord {
  const { visitor } = shopper;
  const { name } = customer;
  const record: Fields = {
    identityMap: {
      CRMID: [{ id: customer.id, authenticatedState: 'authenticated', primary: true }],
      Email: [{ id: customer.email }],
      ECID: visitor.devices.map(({ ecid }) => ({ id: ecid })),
    },
    person: {
      name: { firstName: name.first, lastName: name.last, fullName: name.full },
      gender: name.gender,
      ...(customer.birthDate === null ? {} : birth(customer.birthDate)),
    },
    personalEmail: { address: customer.email, primary: true, type: 'personal' },
    homeAddress: { city: visitor.city.name, countryCode: visitor.city.country, postalCode: visitor.city.postalCode },
    preferredLanguage: visitor.language,
    timeZone: visitor.city.timeZone,
    ...(customer.member ? { loyalty: loyaltyOf(shopper, customer) } : {}),
    consents: consentsOf(shopper, customer),
    ...(customer.test ? { testProfile: true } : {}),
  };
  return { kind: 'profile', record };
}

function birth(birthDate: string): Fields {
  return { birthDate, birthDayAndMonth: birthDate.slice(5), birthYear: Number(birthDate.slice(0, 4)) };
}

function loyaltyOf({ spent }: Shopper, customer: Customer): Fields {
  const lifetimePurchases = cents(customer.spentBefore + Math.max(0, spent));
  const lifetimePoints = Math.floor(lifetimePurchases);
  // Points are redeemed in vouchers of 100.
  const pointsRedeemed = Math.floor((lifetimePoints * 0.6) / 100) * 100;
  const { tier } = TIERS.find(({ from }) => lifetimePoints >= from)!;
  return {
    program: 'Trail Club',
    loyaltyID: [`L${customer.id.slice(1)}`],
    status: 'active',
    tier,
    points: lifetimePoints - pointsRedeemed,
    lifetimePoints,
    pointsRedeemed,
    lifetimePurchases,
    joinDate: new Date(customer.since).toISOString(),
  };
}

function consentsOf({ unsubscribedAt, calendar }: Shopper, { emailConsent, since }: Customer): Fields {
  const withdrawn = unsubscribedAt !== null && unsubscribedAt < calendar.end;
  const time = new Date(Math.floor(withdrawn ? unsubscribedAt : Math.min(since + DAY, calendar.end - 1))).toISOString();
  const val = withdrawn ? 'n' : emailConsent;
  return {
    collect: { val: 'y' },
    share: { val: val === 'y' ? 'y' : 'n' },
    personalize: { content: { val: 'y' } },
    marketing: {
      email: { val, time, ...(withdrawn ? { reason: 'unsubscribed by link' } : {}) },
      ...(val === 'y' ? { preferred: 'email' } : {}),
    },
    metadata: { time },
  };
}
