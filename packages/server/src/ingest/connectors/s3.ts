/** Objects in a bucket of S3, or of a store that speaks as it does. An object is taken once, and again when it has been replaced. */
import type { S3Client, _Object as ListedObject } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Connector, Cursor, Portion } from './connector.ts';
import { ConnectorError } from './connector.ts';
import { READABLE } from './folder.ts';

const settings = z.strictObject({
  bucket: z.string().min(1).describe('The bucket'),
  prefix: z.string().default('').describe('Only objects whose key begins so'),
  endpoint: z.url().optional().describe('The address of a store that is not Amazon’s'),
  region: z.string().min(1).default('us-east-1').describe('The region of the bucket'),
  accessKeyId: z.string().min(1).describe('The key of a user that may list and read the bucket'),
  secretAccessKey: z.string().min(1).describe('Its secret'),
  format: z.enum(['csv', 'json', 'jsonl', 'parquet']).optional().describe('By the names of the objects when left out'),
});
type S3Settings = z.output<typeof settings>;

/** The objects taken, by key: their tags then. */
type Taken = Readonly<Record<string, string>>;

export const s3: Connector<S3Settings> = {
  kind: 's3',
  title: 'S3-compatible store',
  description: 'CSV, JSON, JSON Lines and Parquet objects in a bucket of Amazon S3, MinIO, R2 and others.',
  settings,
  secrets: ['accessKeyId', 'secretAccessKey'],
  async check(given, signal) {
    await connected(given, async (store) => {
      await store.list(signal).next();
    });
  },
  async *fetch(given, cursor, { spool, signal }) {
    let taken = (cursor ?? {}) as Taken;
    const waiting = await connected(given, async (store) => {
      const found: ListedObject[] = [];
      for await (const object of store.list(signal)) if (isWanted(object, given, taken)) found.push(object);
      return found;
    });
    for (const [index, object] of waiting.toSorted(byTime).entries()) {
      if (signal.aborted) return;
      const { Key: key = '' } = object;
      const path = join(spool, `${index}-${basename(key)}`);
      await connected(given, async (store) => await store.download(key, path, signal));
      const after: Cursor = { ...taken, [key]: tagOf(object) };
      const source = { kind: 'file', path, ...(given.format !== undefined && { format: given.format }) } as const;
      yield { name: key, source, cursor: after, skipping: after } satisfies Portion;
      taken = after as Taken;
    }
  },
};

function isWanted(object: ListedObject, { format }: S3Settings, taken: Taken): boolean {
  const { Key: key = '', Size: size = 0 } = object;
  return size > 0 && !key.endsWith('/') && (format !== undefined || READABLE.test(key)) && taken[key] !== tagOf(object);
}

const tagOf = ({ ETag: tag = '', Size: size = 0 }: ListedObject): string => `${size} ${tag}`;
const byTime = (one: ListedObject, other: ListedObject): number =>
  Number(one.LastModified ?? 0) - Number(other.LastModified ?? 0) || ((one.Key ?? '') < (other.Key ?? '') ? -1 : 1);

interface Store {
  list(signal: AbortSignal): AsyncGenerator<ListedObject>;
  download(key: string, path: string, signal: AbortSignal): Promise<void>;
}

/** Throws ConnectorError. */
async function connected<T>(
  { bucket, prefix, endpoint, region, accessKeyId, secretAccessKey }: S3Settings,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  // A megabyte of code that only those need who have such a source.
  const { GetObjectCommand, S3Client: Client, paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const client: S3Client = new Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Other stores know buckets by the path, not by a host of their own.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
  });
  try {
    return await work({
      async *list(abortSignal) {
        const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }, { abortSignal });
        for await (const { Contents: contents = [] } of pages) yield* contents;
      },
      async download(key, path, abortSignal) {
        const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
        await pipeline(body as Readable, createWriteStream(path), { signal: abortSignal });
      },
    });
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new ConnectorError(
      'source-unreachable',
      `The bucket ${bucket} cannot be read: ${name === 'Error' ? message : `${name}: ${message}`}`,
      'Look at endpoint, region, bucket and key; the user needs the rights to list the bucket and to get its objects.',
      cause,
    );
  } finally {
    client.destroy();
  }
}
