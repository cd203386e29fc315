import { createHash } from 'node:crypto';
import { defineLazy } from './function.ts';

const family = 'Special';

/** One of the ids of a run: equal when the same source is read again, so that nothing is stored twice. */
function uuidOf(seed: string, line: number, record: unknown): string {
  const bytes = createHash('sha256')
    .update(`${seed}\n${line}\n${JSON.stringify(record)}`)
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export const specialFunctions = [
  defineLazy({
    name: 'uuid',
    aliases: ['guid'],
    family,
    params: [],
    returns: 'text',
    doc: 'An id of the record. It is made of the source, the line and the record, so that reading the same again gives the same id; one record has one.',
    examples: [['uuid() == guid()', true]],
    compile:
      (_, { seed }) =>
      (record, line) =>
        uuidOf(seed, line, record),
  }),
];
