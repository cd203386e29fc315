/** The source of the kind `kafka` against a real broker, named by KINDRED_TEST_KAFKA: `npm run kafka -- host:port`. */
import type { DataSourceBody } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { Admin, Producer, stringSerializers } from '@platformatic/kafka';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestServer } from '../http/server.ts';
import { refusal, startTestServer } from '../http/server.ts';

const BROKER = process.env['KINDRED_TEST_KAFKA'] ?? '';
const BASE = { clientId: 'kindred-test', bootstrapBrokers: [BROKER] };

let server: TestServer;
let admin: Admin;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

beforeAll(async () => {
  server = await startTestServer();
  admin = new Admin(BASE);
});
afterAll(async () => {
  await admin.close();
  await server.stop();
});

async function newTopic(partitions = 2): Promise<string> {
  const topic = `kindred-${randomUUID()}`;
  await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
  await sleep(300);
  return topic;
}

const visit = (_id: string, minute = 0): object => ({
  _id,
  timestamp: new Date(Date.UTC(2026, 0, 5, 10, minute % 60)).toISOString(),
  eventType: 'visit',
  identityMap: { CRMID: [{ id: `K-${_id.slice(0, 6)}`, primary: true }] },
});

interface Sent {
  readonly value: string;
  readonly partition: number;
}

async function send(
  topic: string,
  messages: readonly Sent[],
  compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd' = 'none',
): Promise<void> {
  const producer = new Producer({ ...BASE, serializers: stringSerializers, compression });
  try {
    for (let from = 0; from < messages.length; from += 5000)
      await producer.send({ messages: messages.slice(from, from + 5000).map((each) => ({ topic, key: '', ...each })) });
  } finally {
    await producer.close();
  }
}

async function make(topic: string, settings: object = {}): Promise<DataSourceBody> {
  const body = { name: topic, kind: 'kafka', settings: { brokers: BROKER, topic, ...settings }, dataset: topic, state: 'paused' as const };
  return await call(routes.createDataSource, { body });
}

const run = async ({ id }: DataSourceBody): Promise<DataSourceBody> => await call(routes.runDataSource, { params: { id } });
it('reads every partition once, from where it stopped, whatever the compression', async () => {
  const topic = await newTopic(3);
  const source = await make(topic);
  expect((await run(source)).counts.rowsIn).toBe(0);
  let sent = 0;
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    await send(
      topic,
      Array.from({ length: 300 }, (_, index) => ({
        value: JSON.stringify(visit(`${compression}-${index}-${topic}`, index)),
        partition: index % 3,
      })),
      compression,
    );
    sent += 300;
    const { counts, lastRun } = await run(source);
    expect([lastRun?.error, counts.rowsIn, counts.accepted, counts.duplicates]).toEqual([null, sent, sent, 0]);
  }
  expect((await run(source)).counts.rowsIn).toBe(sent);
  await server.restart();
  await send(topic, [{ value: JSON.stringify(visit(`after-${topic}`)), partition: 1 }]);
  expect((await run(source)).counts.accepted).toBe(sent + 1);
});

it('reads a topic that is larger than a portion', async () => {
  const topic = await newTopic(2);
  const messages = Array.from({ length: 120_000 }, (_, index) => ({
    value: JSON.stringify(visit(`m${index}-${topic}`, index)),
    partition: index % 2,
  }));
  await send(topic, messages);
  const { counts } = await run(await make(topic));
  expect([counts.rowsIn, counts.accepted]).toEqual([120_000, 120_000]);
  expect(counts.portions).toBeGreaterThan(2);
});

it('tells of messages that are no JSON, and goes on', async () => {
  const topic = await newTopic(1);
  const values = [JSON.stringify(visit(`a-${topic}`)), 'not\njson', '{"_id": 1}', JSON.stringify(visit(`b-${topic}`), null, 2)];
  await send(
    topic,
    values.map((value) => ({ value, partition: 0 })),
  );
  const { counts, lastRun } = await run(await make(topic));
  expect([counts.rowsIn, counts.accepted, counts.rejected, lastRun?.letterFiles.length]).toEqual([4, 2, 2, 1]);
});

it('begins at a time, and leaves out what a transaction took back', async () => {
  const topic = await newTopic(1);
  await send(topic, [{ value: JSON.stringify(visit(`old-${topic}`)), partition: 0 }]);
  await sleep(50);
  const since = new Date().toISOString();
  await sleep(50);
  const producer = new Producer({
    ...BASE,
    serializers: stringSerializers,
    transactionalId: randomUUID(),
    idempotent: true,
  });
  const taken = await producer.beginTransaction();
  await taken.send({ messages: [{ topic, key: '', value: JSON.stringify(visit(`aborted-${topic}`)), partition: 0 }] });
  await taken.abort();
  const kept = await producer.beginTransaction();
  await kept.send({ messages: [{ topic, key: '', value: JSON.stringify(visit(`kept-${topic}`)), partition: 0 }] });
  await kept.commit();
  await producer.close();
  const { counts } = await run(await make(topic, { since }));
  expect([counts.rowsIn, counts.accepted]).toEqual([1, 1]);
});

it('says that a topic is not there', async () => {
  const error = await refusal(make(`none-${randomUUID()}`));
  expect([error.code, error.message]).toEqual(['source-unreachable', expect.stringContaining('cannot be read')]);
});
