/** The shape of what the shop hands out: plain XDM documents. */

type Json = string | number | boolean | readonly Json[] | { readonly [field: string]: Json };

export type Fields = { readonly [field: string]: Json };

/** A profile record, or an event; `record` is an XDM document as an import file would hold it. */
export interface DemoRecord {
  readonly kind: 'profile' | 'event';
  readonly record: Fields;
}

/** Of some person or device: what events of theirs carry before their own fields. */
export interface Origin {
  readonly identityMap: Fields;
  /** `device`, `environment`, `placeContext` and the like, where they are known. */
  readonly context: Fields;
}

export const ONE: Fields = { value: 1 };

/** Money in euro, rounded to cents. */
export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

interface Entry {
  readonly time: number;
  readonly eventType: string;
  readonly origin: Origin;
  readonly fields: Fields;
}

/** The events of one visitor, collected in any order, handed out in order of time. */
export class History {
  readonly #entries: Entry[] = [];

  /** `time` in epoch milliseconds. */
  add(time: number, eventType: string, origin: Origin, fields: Fields): void {
    this.#entries.push({ time: Math.floor(time), eventType, origin, fields });
  }

  /** Events with `start <= timestamp < end`, oldest first; `_id` is `prefix` and the position. */
  *within(start: number, end: number, prefix: string): Generator<DemoRecord> {
    const kept = this.#entries.filter((entry) => entry.time >= start && entry.time < end).toSorted((one, other) => one.time - other.time);
    for (let position = 0; position < kept.length; position += 1) {
      const { time, eventType, origin, fields } = kept[position]!;
      const timestamp = new Date(time).toISOString();
      yield {
        kind: 'event',
        record: { _id: `${prefix}${position}`, timestamp, eventType, identityMap: origin.identityMap, ...origin.context, ...fields },
      };
    }
  }
}
