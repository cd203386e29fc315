/** Documents as streams: attributes first, then events in the order of time, then the instant of evaluation. */
import type { DataObject, Plan } from '@kindred/pql';
import { parseTime, StreamEvaluator } from '@kindred/pql';

export interface Replayed {
  /** Indexes of matching documents, ascending. */
  readonly members: ReadonlyMap<Plan, readonly number[]>;
  /** Plans with a part that took too many steps. */
  readonly limited: ReadonlySet<Plan>;
}

interface Replay {
  /** With their events in the order of time. */
  readonly documents: readonly DataObject[];
  /** Epoch ms. */
  readonly now: number;
  readonly zone: string;
}

export function replay(plans: readonly Plan[], { documents, now, zone }: Replay): Replayed {
  const arrived: DataObject[] = [];
  const audiences = plans.map((plan, index) => ({ key: String(index), plan }));
  const stream = new StreamEvaluator({ audiences, zone, history: () => arrived });
  const members = new Map<Plan, number[]>(plans.map((plan) => [plan, []]));
  for (const [index, { xEvent, ...record }] of documents.entries()) {
    const events = Array.isArray(xEvent) ? (xEvent as readonly DataObject[]) : [];
    arrived.length = 0;
    const instants = events.map((event) => Math.min(now, parseTime(event['timestamp']) ?? now));
    // Events that are later than the instant of evaluation are known by then all the same.
    stream.attributes('', record, Math.min(now, ...instants));
    for (const [place, event] of events.entries()) {
      arrived.push(event);
      // The lines of a file say what has happened; none of them is a repetition.
      stream.event('', { ...event, _id: null }, instants[place] ?? now);
    }
    stream.time(now);
    for (const key of stream.members('')) members.get(plans[Number(key)] as Plan)?.push(index);
    stream.forget('');
  }
  return { members, limited: new Set(plans.filter(({ leaves }) => Object.keys(leaves).some((hash) => stream.limited.has(hash)))) };
}
