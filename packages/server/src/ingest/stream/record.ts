/** A record as it lies in the log: an XDM document, and what its way in knows of it. */
import type { RecordKind, UnknownFields } from '../../schema/index.ts';

export interface StreamRecord {
  readonly kind: RecordKind;
  /** Where it is stored under. */
  readonly dataset: string;
  /** The way it came in, such as `inlet:…`. */
  readonly source: string;
  /** Epoch milliseconds. The time of profile records that state none. */
  readonly receivedAt: number;
  readonly unknownFields: UnknownFields;
  readonly document: unknown;
  /**
   * `delete`: what the dataset has under the primary identity of the document goes. `merge`: the fields of the document are written
   * over those of a lookup record; profiles are merged anyway. Left out, the document is stored.
   */
  readonly operation?: 'delete' | 'merge';
}

/** A line of the log. */
export function recordLine(record: StreamRecord): string {
  return JSON.stringify(record);
}

export function parseRecord(line: string): StreamRecord {
  return JSON.parse(line) as StreamRecord;
}
