/** The order in which the tables give events: by time, and among equals by id, byte by byte. */
import type { Document } from '../schema/index.ts';

/** To sort events as documents: less than 0 where the first comes first. What asks for the first of some sees the same everywhere. */
export function byTimeAndId(one: Document, other: Document): number {
  const [a, b] = [textOf(one, 'timestamp'), textOf(other, 'timestamp')];
  if (a !== b) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(textOf(one, '_id')), Buffer.from(textOf(other, '_id')));
}

function textOf(event: Document, name: string): string {
  return event[name] as string;
}
