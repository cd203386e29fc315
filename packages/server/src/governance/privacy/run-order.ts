/**
 * Carries an order out. The graph of identities goes last, so that an order which is cut off finds what it has still to do; every
 * step can be repeated.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Stream } from '../../ingest/index.ts';
import { eraseTraces } from '../../ingest/index.ts';
import type { ProfileTables } from '../../profile/index.ts';
import { readDocuments } from '../../profile/index.ts';
import type { Segmentation } from '../../segmentation/index.ts';
import { literal } from '../../store/index.ts';
import type { OrderReport, OrderRequest, OrderTargets } from './order.ts';

export interface OrderWork {
  readonly tables: ProfileTables;
  readonly segmentation: Segmentation;
  readonly stream: Pick<Stream, 'letters' | 'settled'>;
  /** Folders with files that came in. */
  readonly folders: readonly string[];
  readonly clock: () => Date;
}

type Removed = OrderReport['removed'];

/** The people that identities lead to now. */
export function targetsOf({ identities }: OrderRequest, { tables }: Pick<OrderWork, 'tables'>): OrderTargets {
  const profiles = [...new Set(identities.flatMap((identity) => tables.identities.find(identity) ?? []))];
  const known = [...tables.identities.identitiesOf(profiles).values()].flat();
  const all = new Map([...identities, ...known].map(({ namespace, id }) => [`${namespace}\0${id}`, { namespace, id }]));
  return { profiles, identities: [...all.values()] };
}

/** Writes what is known of people as one JSON document. Durable on return. */
export async function writeContent(path: string, { profiles }: OrderTargets, { tables, segmentation }: OrderWork): Promise<void> {
  const documents = await readDocuments(tables, profiles);
  const people = await Promise.all(
    profiles.map(async (profile) => ({
      profile: documents.get(profile) ?? null,
      audiences: (await segmentation.audiences.ofProfile(profile)).map(({ audience, since }) => ({ name: audience.name, since })),
    })),
  );
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ people }, null, 2), { flush: true });
}

/** Deletes, and counts what is left. */
export async function erase(request: OrderRequest, targets: OrderTargets, work: OrderWork): Promise<OrderReport> {
  const startedAt = work.clock().toISOString();
  const removed = request.dataset === null ? await erasePeople(targets, work) : await eraseRecords(request, targets, work);
  await work.tables.purge();
  const left = await leftOf(request, targets, work);
  const facts = {
    profiles: targets.profiles.length,
    identities: targets.identities.length,
    removed,
    left,
    startedAt,
    endedAt: work.clock().toISOString(),
  };
  return { ...facts, digest: createHash('sha256').update(JSON.stringify({ request, facts })).digest('hex') };
}

async function erasePeople({ profiles, identities }: OrderTargets, work: OrderWork): Promise<Removed> {
  const { tables, segmentation, stream, folders, clock } = work;
  const { audiences, listRecords, exports } = await segmentation.forgetPeople({ profiles, identities }, clock());
  const deadLetters = await stream.letters.forget(identities);
  const { lines, deleted } = await eraseTraces(folders, identities);
  const { events, records } = await tables.erasePeople(profiles);
  return {
    events,
    profileRecords: records,
    audiences,
    listRecords,
    exports: exports.map(String),
    deadLetters,
    fileLines: lines,
    files: [...deleted],
  };
}

async function eraseRecords(request: OrderRequest, { profiles }: OrderTargets, { tables }: OrderWork): Promise<Removed> {
  const everybody = request.identities.length === 0;
  const { events, records } = await tables.eraseRecords(request.dataset ?? '', everybody ? null : profiles);
  return { events, profileRecords: records };
}

/** Counted in the stores themselves, not concluded from what was removed. */
async function leftOf(request: OrderRequest, { profiles, identities }: OrderTargets, { tables }: OrderWork): Promise<OrderReport['left']> {
  const { clickhouse } = tables;
  const whose = request.identities.length === 0 ? '1' : `profile IN ${literal(profiles)}`;
  const where = request.dataset === null ? whose : `${whose} AND dataset = ${literal(request.dataset)}`;
  const count = async (table: string, condition: string): Promise<number> => {
    const [row] = await clickhouse.query<{ rows: string }>(`SELECT count() AS rows FROM ${table} WHERE ${condition}`);
    return Number(row?.rows ?? 0);
  };
  const records = { events: await count('events', where), profileRecords: await count('fragments', where) };
  if (request.dataset !== null) return records;
  return {
    ...records,
    profiles: await count('profiles', whose),
    identities: await count('identities', whose),
    graph: identities.filter((identity) => profiles.includes(tables.identities.find(identity) ?? -1)).length,
  };
}
