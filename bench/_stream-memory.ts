/** The state machine alone, in memory: events a second on one core, and what a profile takes. */
import { Engine } from 'json-rules-engine';
import type { Plan, StreamAudience } from '../packages/pql/src/index.ts';
import { compile, StreamEvaluator } from '../packages/pql/src/index.ts';
import { unionSchema } from '../packages/server/src/schema/index.ts';
import type { MixedAudience, Rule } from './_batch-mix.ts';
import { mix } from './_batch-mix.ts';
import { row } from './_measure.ts';
import type { Row } from './_measure.ts';
import type { Visit } from './_stream-events.ts';
import { recordOf, visits } from './_stream-events.ts';

const { profile, event } = unionSchema({ tenant: 'bench' });
/** Of events in memory, ms: about as one shop in an hour. */
const APART = 36;
/** When the events in memory begin, epoch ms. */
const BEGIN = Date.UTC(2026, 10, 20, 12);
/** What json-rules-engine is asked; it takes longer than one wants to wait for more. */
const PEER_EVENTS = 300;

export interface MemorySize {
  readonly events: number;
  readonly profiles: number;
}

interface Fed {
  /** Events a second. */
  readonly rate: number;
  readonly flips: number;
  /** Of state, saved, bytes a profile. */
  readonly bytes: number;
}

/** By how many audiences there are. */
export async function inMemory(counts: readonly number[], { events, profiles }: MemorySize): Promise<readonly Row[]> {
  const all = [...visits(events, profiles, 'm', (index) => BEGIN + index * APART)];
  const rows: Row[] = [];
  let thousand = Number.NaN;
  for (const count of counts) {
    const audiences = mix(count);
    const fed = feed(audiences, all);
    const raw = match(audiences, all);
    if (count === 1000) thousand = fed.rate;
    const name = `${count} audiences, in memory`;
    rows.push(
      row({ case: name, metric: 'state machine', unit: 'events/s/core', value: fed.rate, peer: 'matcher without state', peerValue: raw }),
    );
    const rules = await rulesEngine(audiences, all.slice(0, PEER_EVENTS));
    rows.push(
      row({ case: name, metric: 'state machine', unit: 'events/s/core', value: fed.rate, peer: 'json-rules-engine', peerValue: rules }),
    );
    rows.push(
      row({ case: name, metric: 'changes of membership', unit: 'an event', value: fed.flips / all.length, peer: null, peerValue: null }),
    );
    rows.push(row({ case: name, metric: 'state, saved', unit: 'bytes a profile', value: fed.bytes, peer: null, peerValue: null }));
    if (count > 1000)
      rows.push(
        row({
          case: name,
          metric: 'time for an event',
          unit: 'µs',
          value: 1e6 / fed.rate,
          peer: 'with 1,000 audiences',
          peerValue: 1e6 / thousand,
        }),
      );
  }
  return rows;
}

function feed(audiences: readonly MixedAudience[], all: readonly Visit[]): Fed {
  const evaluator = machineOf(audiences);
  const people = new Set(all.map(({ person }) => person));
  for (const person of people) evaluator.attributes(String(person), recordOf(person), BEGIN);
  let flips = 0;
  const rate = perSecond(all.length, () => {
    for (const [index, { person, event: happened }] of all.entries()) {
      const now = BEGIN + index * APART;
      flips += evaluator.event(String(person), happened, now).length;
      flips += evaluator.time(now).length;
    }
  });
  let bytes = 0;
  for (const person of people) bytes += evaluator.save(String(person))?.length ?? 0;
  return { rate, flips, bytes: bytes / people.size };
}

/** Which selections an event belongs to, and nothing more: what no evaluator can beat. */
function match(audiences: readonly MixedAudience[], all: readonly Visit[]): number {
  const evaluator = machineOf(audiences);
  let matches = 0;
  const rate = perSecond(all.length, () => {
    for (const { event: happened } of all) matches += evaluator.matches(happened);
  });
  if (matches === 0) throw new Error('no event of the measurement is of interest to a rule');
  return rate;
}

/** The same rules, each time over what the person has done so far: json-rules-engine keeps nothing itself. */
async function rulesEngine(audiences: readonly MixedAudience[], all: readonly Visit[]): Promise<number> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const { id, rule } of audiences) {
    const conditions = conditionsOf(rule);
    if (conditions !== null) engine.addRule({ conditions, event: { type: id } });
  }
  const done = new Map<number, Visit['event'][]>();
  const before = process.cpuUsage();
  for (const { person, event: happened } of all) {
    const history = done.get(person) ?? [];
    history.push(happened);
    done.set(person, history);
    await engine.run({ ...countsOf(history), ...flat(recordOf(person)) });
  }
  return all.length / secondsSince(before);
}

/** How many of them are done in a second of processor time, that of the collector of garbage included. */
function perSecond(count: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  return count / secondsSince(before);
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Facts as it wants them: how often each thing was done. Windows and order are left out, which favours it. */
function countsOf(history: readonly Visit['event'][]): Readonly<Record<string, number>> {
  const facts: Record<string, number> = {};
  for (const { eventType, web, commerce } of history as readonly Visit['event'][] & readonly Record<string, never>[]) {
    const section = (web as { readonly webPageDetails?: { readonly siteSection: string } } | undefined)?.webPageDetails?.siteSection ?? '';
    facts[eventType] = (facts[eventType] ?? 0) + 1;
    facts[`${eventType} ${section}`] = (facts[`${eventType} ${section}`] ?? 0) + 1;
    const price = (commerce as { readonly order?: { readonly priceTotal: number } } | undefined)?.order?.priceTotal ?? 0;
    facts['spent'] = (facts['spent'] ?? 0) + price;
    facts[`spent ${section}`] = (facts[`spent ${section}`] ?? 0) + price;
  }
  return facts;
}

function flat(record: ReturnType<typeof recordOf>): Readonly<Record<string, unknown>> {
  const { loyalty, homeAddress, person } = record as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return { tier: loyalty?.['tier'], points: loyalty?.['points'], country: homeAddress?.['countryCode'], birthYear: person?.['birthYear'] };
}

type Condition = { readonly fact: string; readonly operator: string; readonly value: unknown };

/** Null for what it has no words for: order, and other audiences. */
function conditionsOf(rule: Rule): { all: Condition[] } | null {
  const least = (fact: string, value: number): Condition => ({ fact, operator: 'greaterThanInclusive', value });
  const absent = (fact: string): Condition => ({ fact, operator: 'equal', value: undefined });
  const about = (type: string, category: string | null): string => (category === null ? type : `${type} ${category}`);
  switch (rule.kind) {
    case 'attribute':
      return { all: [attributeCondition(rule.attribute)] };
    case 'viewed, not bought':
      return { all: [least(about('commerce.productViews', rule.category), 1), absent('commerce.purchases')] };
    case 'count':
      return { all: [least(about(rule.type, rule.category), rule.least)] };
    case 'sum':
      return { all: [least(rule.category === null ? 'spent' : `spent ${rule.category}`, rule.more)] };
    case 'mail':
      return { all: [least('directMarketing.emailOpened', 1), absent('directMarketing.emailClicked'), attributeCondition(rule.attribute)] };
    default:
      return null;
  }
}

function attributeCondition(attribute: Extract<Rule, { readonly kind: 'attribute' }>['attribute']): Condition {
  return 'least' in attribute
    ? { fact: attribute.field, operator: 'greaterThanInclusive', value: attribute.least }
    : { fact: attribute.field, operator: 'equal', value: attribute.value };
}

function machineOf(audiences: readonly MixedAudience[]): StreamEvaluator {
  const given = audiences.map(({ id, pql }): StreamAudience => ({ key: id, plan: planOf(pql), refersAs: [{ namespace: 'ups', id }] }));
  return new StreamEvaluator({ audiences: given, zone: 'UTC' });
}

function planOf(pql: string): Plan {
  const { plan, problems } = compile(pql, { profile, event });
  if (plan === null) throw new Error(`${pql}: ${problems[0]?.message ?? 'no plan'}`);
  return plan;
}
