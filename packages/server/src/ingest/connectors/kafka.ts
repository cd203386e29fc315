/** Messages of a topic of Kafka, each a JSON object. How far each partition was read is kept here, with what was stored; Kafka's consumer groups are not used. */
import type { Consumer } from '@platformatic/kafka';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Connector, Cursor, Portion } from './connector.ts';
import { ConnectorError } from './connector.ts';

const BROKER = /^(\[[^\]]+\]|[^:\s,]+):\d{1,5}$/;
const FORM = 'hosts with their ports and commas between them, such as kafka-1:9092,kafka-2:9092';

const settings = z
  .strictObject({
    brokers: z
      .string()
      .refine((text) => text.split(',').every((broker) => BROKER.test(broker.trim())), `brokers are ${FORM}`)
      .describe(`Some brokers of the cluster: ${FORM}`),
    topic: z.string().min(1).describe('The topic'),
    since: z.iso.datetime({ offset: true }).optional().describe('Only messages from that time on; all that Kafka has when left out'),
    tls: z.boolean().default(false).describe('Whether the brokers are spoken to over TLS'),
    mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).optional().describe('How to say who one is (SASL)'),
    username: z.string().optional().describe('Who one is'),
    password: z.string().optional().describe('Its password'),
  })
  .refine(
    ({ mechanism, username, password }) => mechanism === undefined || (username !== undefined && password !== undefined),
    'a mechanism needs username and password',
  );
type KafkaSettings = z.output<typeof settings>;

/** By partition: the offset to read next, as text. */
type Positions = Readonly<Record<string, string>>;

/** Of a portion, at most. */
const MOST_MESSAGES = 50_000;
const MOST_BYTES = 16 * 1024 * 1024;
/** Asked for at once, compressed; a single larger message comes nevertheless. */
const FETCH_BYTES = 1024 * 1024;
/** Kafka's numbers for the first message there is, and for only those of transactions that are through. */
const EARLIEST = -2n;
const COMMITTED = 1;

export const kafka: Connector<KafkaSettings> = {
  kind: 'kafka',
  title: 'Kafka',
  description: 'Messages of a topic, each a JSON object; all partitions, from the beginning or from a time on.',
  settings,
  secrets: ['password'],
  async check(given) {
    await connected(given, async (topic) => await topic.ends());
  },
  async *fetch(given, cursor, { spool, signal }) {
    let positions = (cursor ?? {}) as Positions;
    const topic = await Topic.open(given);
    try {
      const [starts, ends] = await Promise.all([topic.starts(), topic.ends()]);
      for (const [partition, end] of ends.entries()) {
        const start = starts[partition] ?? 0n;
        const known = positions[partition];
        // What Kafka has removed by then cannot be read any more.
        let next = known === undefined || BigInt(known) < start ? start : BigInt(known);
        while (next < end && !signal.aborted) {
          const { lines, after } = await topic.read(partition, next, end);
          const reached = { ...positions, [partition]: String(after) };
          const path = join(spool, `${partition}-${next}.jsonl`);
          await writeFile(path, lines.join('\n'));
          const name = `${given.topic}[${partition}] ${next} to ${after - 1n}`;
          if (lines.length > 0)
            yield { name, source: { kind: 'file', path, format: 'jsonl' }, cursor: reached satisfies Cursor } satisfies Portion;
          positions = reached;
          next = after;
        }
      }
    } catch (cause) {
      throw unreadable(given, cause);
    } finally {
      await topic.close();
    }
  },
};

/** Throws ConnectorError. */
async function connected<T>(given: KafkaSettings, work: (topic: Topic) => Promise<T>): Promise<T> {
  const topic = await Topic.open(given);
  try {
    return await work(topic);
  } catch (cause) {
    throw unreadable(given, cause);
  } finally {
    await topic.close();
  }
}

class Topic {
  readonly #consumer: Consumer;
  readonly #name: string;
  readonly #since: number | null;

  private constructor(consumer: Consumer, { topic, since }: KafkaSettings) {
    this.#consumer = consumer;
    this.#name = topic;
    this.#since = since === undefined ? null : Date.parse(since);
    consumer.topics.track(topic);
  }

  static async open(given: KafkaSettings): Promise<Topic> {
    const { brokers, tls, mechanism, username, password } = given;
    // Only those need it who have such a source.
    const { Consumer: Client } = await import('@platformatic/kafka');
    const consumer = new Client({
      clientId: 'kindred',
      // Asked for by the library; no group is joined.
      groupId: 'kindred',
      bootstrapBrokers: brokers.split(',').map((broker) => broker.trim()),
      retries: 2,
      connectTimeout: 10_000,
      ...(tls && { tls: {} }),
      ...(mechanism !== undefined && { sasl: { mechanism, username: username ?? '', password: password ?? '' } }),
    });
    return new Topic(consumer, given);
  }

  /** By partition, where reading begins that never began. */
  async starts(): Promise<readonly bigint[]> {
    const [first, since] = await Promise.all([this.#offsets(EARLIEST), this.#since === null ? [] : this.#offsets(BigInt(this.#since))]);
    const ends = this.#since === null ? [] : await this.ends();
    // -1: no message is so young.
    return first.map((start, partition) => (since[partition] === -1n ? (ends[partition] ?? start) : (since[partition] ?? start)));
  }

  /** By partition, the offset behind the last message that is there for sure. */
  async ends(): Promise<readonly bigint[]> {
    return await this.#offsets(-1n);
  }

  /** Messages as lines of JSON; those without a value say that something is gone, and are left out. */
  async read(partition: number, from: bigint, end: bigint): Promise<{ readonly lines: readonly string[]; readonly after: bigint }> {
    const lines: string[] = [];
    let [next, bytes] = [from, 0];
    while (next < end && lines.length < MOST_MESSAGES && bytes < MOST_BYTES) {
      const batches = await this.#batches(partition, next);
      const last = batches.at(-1);
      if (last === undefined) return { lines, after: end };
      for (const { firstOffset, records, attributes } of batches) {
        for (const { offsetDelta, value } of records) {
          const offset = firstOffset + BigInt(offsetDelta);
          if (value === null || offset < next || offset >= end || isControl(attributes)) continue;
          bytes += value.length;
          lines.push(lineOf(value.toString('utf8')));
        }
      }
      const behind = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
      next = behind < end ? behind : end;
    }
    return { lines, after: next };
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }

  async #batches(partition: number, fetchOffset: bigint) {
    const { topics } = await this.#consumer.metadata({ topics: [this.#name] });
    const topic = topics.get(this.#name);
    const leader = topic?.partitions[partition];
    if (topic === undefined || leader === undefined) throw new Error(`there is no partition ${partition}`);
    const { responses } = await this.#consumer.fetch({
      node: leader.leader,
      maxBytes: FETCH_BYTES,
      maxWaitTime: 1000,
      isolationLevel: COMMITTED,
      topics: [
        {
          topicId: topic.id,
          partitions: [{ partition, currentLeaderEpoch: -1, lastFetchedEpoch: -1, fetchOffset, partitionMaxBytes: FETCH_BYTES }],
        },
      ],
    });
    return responses[0]?.partitions[0]?.records ?? [];
  }

  async #offsets(timestamp: bigint): Promise<readonly bigint[]> {
    const offsets = await this.#consumer.listOffsets({ topics: [this.#name], timestamp, isolationLevel: COMMITTED });
    return offsets.get(this.#name) ?? [];
  }
}

/** Marks of transactions are messages to Kafka itself. */
const isControl = (attributes: number): boolean => (attributes & 0b10_0000) !== 0;

/** In one line, whatever it is: what is no JSON becomes a dead letter, as it is. */
function lineOf(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return value.replaceAll(/[\r\n]+/g, ' ');
  }
}

function unreadable({ brokers, topic }: KafkaSettings, cause: unknown): ConnectorError {
  if (cause instanceof ConnectorError) return cause;
  const causes = (cause as { readonly errors?: readonly Error[] }).errors ?? [];
  const { message } = causes.at(-1) ?? (cause as Error);
  return new ConnectorError(
    'source-unreachable',
    `The topic ${topic} of ${brokers} cannot be read: ${message}`,
    'Look at brokers, topic, tls and who one is; the user needs the right to read and describe the topic. The topic must exist.',
    cause,
  );
}
