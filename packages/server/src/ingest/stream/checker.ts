/**
 * What a record of a stream must have, whatever its schema: a person, a time that can be right, a size within the limits.
 * The same on the way into the log and out of it; it depends on the record alone.
 */
import { Namespaces } from '../../identity/index.ts';
import type { Problem, XdmClass, XdmSchema } from '../../schema/index.ts';
import type { Draft, ReadRecord } from '../mapping/draft.ts';
import { People } from '../mapping/draft.ts';
import { xdmReader } from '../mapping/xdm-record.ts';
import { limitProblem } from './limits.ts';
import type { StreamRecord } from './record.ts';

const DAY = 86_400_000;
/** Clocks of clients go wrong, and zones are confused; more than that is no accident. */
const MOST_AHEAD = DAY;
/** What a clock shows that was never set, in any zone. */
const FIRST_DAY = DAY;

export class RecordChecker {
  readonly #readers: Readonly<Record<XdmClass, ReadRecord>>;
  #receivedAt = 0;

  constructor(schema: XdmSchema) {
    const people = new People(new Namespaces());
    const reader = (target: XdmClass): ReadRecord => {
      const receivedAt = (): number => this.#receivedAt;
      return xdmReader({
        target,
        people,
        descriptors: schema.identities[target],
        get asOf() {
          return receivedAt();
        },
      });
    };
    this.#readers = { event: reader('event'), profile: reader('profile') };
  }

  /** The draft to encode, or what is wrong with the record. */
  check(record: StreamRecord): Draft | readonly Problem[] {
    const limit = limitProblem(record.document);
    if (limit !== null) return [limit];
    this.#receivedAt = record.receivedAt;
    const reading = this.#readers[record.kind](record.document, 0);
    if ('skipped' in reading) return [{ field: '', reason: reading.skipped }];
    if ('problems' in reading) return reading.problems;
    const time = timeProblem(reading.time, record);
    return time === null ? reading : [time];
  }
}

function timeProblem(time: number, { kind, receivedAt }: StreamRecord): Problem | null {
  const field = kind === 'event' ? 'timestamp' : 'extSourceSystemAudit.lastUpdatedDate';
  const text = (instant: number): string => new Date(instant).toISOString();
  if (time > receivedAt + MOST_AHEAD) {
    const reason = `${text(time)} is more than a day after the record was received (${text(receivedAt)}); check the clock and the zone of the sender`;
    return { field, reason };
  }
  if (time >= 0 && time < FIRST_DAY) {
    return { field, reason: `${text(time)} is what a clock tells that was never set; send the time at which it happened` };
  }
  return null;
}
