/** Leaving by time: as many people as wait for their instant, and how late they are told when they are all looked at each second. */
import { compile, StreamEvaluator } from '../packages/pql/src/index.ts';
import { unionSchema } from '../packages/server/src/schema/index.ts';
import { percentile, row } from './_measure.ts';
import type { Row } from './_measure.ts';

const PENDING = 1_000_000;
/** Between two instants, ms: 1,000 people leave in a second. */
const APART = 1;
const WINDOW = 30 * 86_400_000;
const BEGIN = Date.UTC(2026, 10, 20, 12);

export function timers(): readonly Row[] {
  const { profile, event } = unionSchema({ tenant: 'bench' });
  const { plan } = compile('xEvent[eventType = "commerce.purchases" and timestamp occurs <= 30 days before now]', { profile, event });
  if (plan === null) throw new Error('the rule has no plan');
  const evaluator = new StreamEvaluator({ audiences: [{ key: 'buyers', plan }], zone: 'UTC' });
  for (let person = 0; person < PENDING; person++) {
    const at = BEGIN + person * APART;
    const bought = { _id: String(person), timestamp: new Date(at).toISOString(), eventType: 'commerce.purchases' };
    evaluator.event(String(person), bought, BEGIN + PENDING * APART);
  }
  const turns: number[] = [];
  let left = 0;
  const start = performance.now();
  for (let now = BEGIN + WINDOW + 1000; left < PENDING; now += 1000) {
    const begun = performance.now();
    left += evaluator.time(now).length;
    turns.push(performance.now() - begun);
  }
  const name = `${PENDING} people wait to leave, 1,000 a second`;
  return [
    row({
      case: name,
      metric: 'turned',
      unit: 'people/s/core',
      value: (PENDING / (performance.now() - start)) * 1000,
      peer: 'needed',
      peerValue: 1000,
    }),
    row({ case: name, metric: 'one look, p99', unit: 'ms', value: percentile(turns, 99), peer: 'a second', peerValue: 1000 }),
  ];
}
