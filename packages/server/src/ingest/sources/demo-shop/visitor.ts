/** Who visits: one person or one unknown device, drawn from the seed and a number alone. */
import type { Calendar } from './calendar.ts';
import { DAY, HOUR } from './calendar.ts';
import { asciiLetters, drawName } from './names.ts';
import type { PersonName } from './names.ts';
import { anonymousPersona, customerPersona } from './personas.ts';
import type { Persona } from './personas.ts';
import { cityByPopulation } from './places.ts';
import type { City } from './places.ts';
import { Random, Weighted } from './random.ts';
import type { Fields, Origin } from './records.ts';

const CUSTOMER_SHARE = 0.58;

/** Someone with an account. */
export interface Customer {
  readonly id: string;
  readonly email: string;
  readonly name: PersonName;
  /** When the account was opened, epoch ms; often before the window of events. */
  readonly since: number;
  /** ISO date, or null when never told. */
  readonly birthDate: string | null;
  readonly emailConsent: 'y' | 'n' | 'p' | 'u';
  readonly member: boolean;
  readonly test: boolean;
  /** What they spent before the window, in euro. */
  readonly spentBefore: number;
  /** Events that no device of theirs causes: mails, the warehouse. */
  readonly mailOrigin: Origin;
  readonly officeOrigin: Origin;
}

export interface Visitor {
  readonly number: number;
  readonly persona: Persona;
  readonly customer: Customer | null;
  readonly city: City;
  readonly language: string;
  /** The browser, and the app of those who have it, most used first. */
  readonly devices: readonly Device[];
  /** Missions a year. */
  readonly activity: number;
  /** First and last instant of visits, epoch ms. */
  readonly from: number;
  readonly to: number;
}

export interface Device {
  readonly ecid: string;
  readonly app: boolean;
  readonly origin: Origin;
}

const deviceKind = new Weighted<'mobile' | 'desktop' | 'tablet'>(['mobile', 'desktop', 'tablet'], (_, rank) => [60, 33, 7][rank]!);
const emailConsent = new Weighted<Customer['emailConsent']>(['y', 'n', 'p', 'u'], (_, rank) => [62, 24, 6, 8][rank]!);

export function drawVisitor(random: Random, number: number, calendar: Calendar): Visitor {
  const known = random.chance(CUSTOMER_SHARE);
  const persona = (known ? customerPersona : anonymousPersona).pick(random);
  const city = cityByPopulation.pick(random);
  const language = random.chance(0.93) ? city.language : 'en-GB';
  const ecids = Array.from({ length: known ? 1 + random.count(0.5) : 1 }, () => drawEcid(random));
  const person = known ? drawPerson(random, number, { persona, language, calendar }) : null;
  const devices = ecids.map((ecid, rank) =>
    drawDevice(random, ecid, { person, city, language, app: known && rank > 0 && random.chance(0.5) }),
  );
  const customer = person && { ...person, ...serverOrigins(person, ecids[0]!) };
  const [from, to] = visitingTime(random, { persona, customer, city, calendar });
  return { number, persona, customer, city, language, devices, activity: persona.missions * random.factor(0.8), from, to };
}

/** 38 decimal digits. */
function drawEcid(random: Random): string {
  let digits = '';
  for (let part = 0; part < 4; part += 1) digits += String(random.bits() % 1e9).padStart(9, '0');
  return digits + String(random.whole(10, 99));
}

type Person = Omit<Customer, 'mailOrigin' | 'officeOrigin'>;

function drawPerson(
  random: Random,
  number: number,
  { persona, language, calendar }: { persona: Persona; language: string; calendar: Calendar },
): Person {
  const name = drawName(random, language);
  const tenure = persona.name === 'one-off' ? random.between(0, 400) : random.exponential(persona.name === 'loyal' ? 1100 : 600);
  const since = calendar.end - Math.min(tenure + (persona.name === 'lapsed' ? 200 : 0), 3600) * DAY;
  const yearsBefore = Math.max(0, calendar.start - since) / (365 * DAY);
  const orders = random.count(yearsBefore * persona.missions * persona.cart * 2);
  let spentBefore = 0;
  for (let order = 0; order < orders; order += 1) spentBefore += 25 + random.exponential(85);
  const id = `C${String(number + 1).padStart(7, '0')}`;
  return {
    id,
    email: emailOf(name, number),
    name,
    since,
    birthDate: random.chance(0.76) ? drawBirthDate(random, calendar.end) : null,
    emailConsent: emailConsent.pick(random),
    member: random.chance(persona.name === 'loyal' ? 0.92 : 0.45),
    test: random.chance(0.001),
    spentBefore,
  };
}

/** On domains reserved for examples, so that no mail can ever reach anybody. */
function emailOf(name: PersonName, number: number): string {
  const first = asciiLetters(name.first);
  const last = asciiLetters(name.last);
  const local = first && last ? `${first}.${last}.${number + 1}` : `kunde.${number + 1}`;
  return `${local}@example.${number % 5 === 0 ? 'org' : number % 3 === 0 ? 'net' : 'com'}`;
}

/** Between 16 and 85 years old at `now`, most around 38. */
function drawBirthDate(random: Random, now: number): string {
  const age = Math.min(85, Math.max(16, 38 + 13 * random.normal()));
  return new Date(now - age * 365.25 * DAY).toISOString().slice(0, 10);
}

interface DeviceFacts {
  readonly person: Person | null;
  readonly city: City;
  readonly language: string;
  readonly app: boolean;
}

function drawDevice(random: Random, ecid: string, { person, city, language, app }: DeviceFacts): Device {
  const kind = app ? 'mobile' : deviceKind.pick(random);
  const identityMap: Fields = person
    ? { CRMID: [{ id: person.id, authenticatedState: 'authenticated', primary: true }], ECID: [{ id: ecid }] }
    : { ECID: [{ id: ecid, primary: true }] };
  const context: Fields = {
    device: { type: kind },
    environment: { type: app ? 'application' : 'browser', _dc: { language } },
    placeContext: { ianaTimezone: city.timeZone, geo: { countryCode: city.country, city: city.name } },
  };
  return { ecid, app, origin: { identityMap, context } };
}

function serverOrigins(person: Person, ecid: string): Pick<Customer, 'mailOrigin' | 'officeOrigin'> {
  const crm = { id: person.id, authenticatedState: 'authenticated', primary: true };
  return {
    mailOrigin: { identityMap: { CRMID: [crm], Email: [{ id: person.email }] }, context: {} },
    officeOrigin: { identityMap: { CRMID: [crm], ECID: [{ id: ecid }] }, context: {} },
  };
}

interface VisitingFacts {
  readonly persona: Persona;
  readonly customer: Customer | null;
  readonly city: City;
  readonly calendar: Calendar;
}

/** The part of the window in which they come at all: unknown devices forget their cookie, lapsed customers stopped. */
function visitingTime(random: Random, { persona, customer, city, calendar }: VisitingFacts): readonly [from: number, to: number] {
  if (!customer) {
    const first = calendar.shoppingTime(random, { from: calendar.start, to: calendar.end, timeZone: city.timeZone });
    const from = Math.min(first, calendar.end - HOUR);
    return [from, Math.min(calendar.end, from + 5 * DAY + random.exponential(60 * DAY))];
  }
  const from = Math.max(customer.since, calendar.start);
  if (persona.name !== 'lapsed') return [from, calendar.end];
  return [from, Math.max(from + DAY, calendar.end - random.between(95, 330) * DAY)];
}
