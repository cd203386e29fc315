/** What is acknowledged and not yet stored, by whom it is about. */
import { expect, it } from 'vitest';
import type { StreamRecord } from '../../../src/ingest/index.ts';
import { InFlight, recordLine } from '../../../src/ingest/index.ts';

function record(id: string, identities: Readonly<Record<string, string>>, more: Partial<StreamRecord> = {}): StreamRecord {
  const identityMap = Object.fromEntries(Object.entries(identities).map(([namespace, each]) => [namespace, [{ id: each }]]));
  return { kind: 'event', dataset: 'd', source: 's', receivedAt: 0, unknownFields: 'reject', document: { _id: id, identityMap }, ...more };
}
const crm = (id: string) => ({ namespace: 'CRMID', id });

it('has what lay in the log when somebody asks for the first time, and what comes then, until it is stored', () => {
  const sink = { position: 10 };
  const lines = new TextEncoder().encode([record('a', { CRMID: 'A' }), record('b', { CRMID: 'B' })].map(recordLine).join('\n'));
  const log = { read: (from: number) => (from <= 10 ? [{ offset: 10, count: 2, lines }] : []) };
  const flight = new InFlight(log, sink, ({ document }) => !JSON.stringify(document).includes('unfit'));
  const ids = (id: string) => flight.of([crm(id)]).events.map(({ _id }) => _id);
  // Nobody asks yet: it is in the log anyway.
  flight.add(11, [record('b', { CRMID: 'B' })]);
  expect([ids('A'), ids('B'), ids('C')]).toEqual([['a'], ['b'], []]);
  flight.add(12, [record('a2', { CRMID: 'A' }), record('unfit', { CRMID: 'A' }), record('gone', { CRMID: 'A' }, { operation: 'delete' })]);
  expect(ids('A')).toEqual(['a', 'a2']);
  sink.position = 12;
  expect([ids('A'), ids('B')]).toEqual([['a2'], []]);
  sink.position = 15;
  expect(ids('A')).toEqual([]);
});

it('finds the records of one person by all identities that they tell of, without the identities themselves', () => {
  const flight = new InFlight({ read: () => [] }, { position: 0 }, () => true);
  expect(flight.of([crm('A')])).toEqual({ events: [], attributes: [] });
  flight.add(0, [record('device', { ECID: 'D' }), record('login', { ECID: 'D', CRMID: 'A' }), record('other', { ECID: 'E' })]);
  flight.add(3, [record('r', { CRMID: 'A' }, { kind: 'profile' })]);
  expect(flight.of([crm('A')])).toEqual({ events: [{ _id: 'device' }, { _id: 'login' }], attributes: [{ _id: 'r' }] });
});
