/**
 * Batch evaluation of documents that are in no data folder: written by the code that writes imports into a temporary
 * database, asked by the code that evaluates audiences. The folder is removed in the end.
 */
import type { Data, DataObject, Field, ObjectType, Plan, Type, UnionSchema } from '@kindred/pql';
import { evaluate, parseTime } from '@kindred/pql';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Identities } from './identity/index.ts';
import { Encoder } from './ingest/index.ts';
import { ProfileTables } from './profile/index.ts';
import type { Table, XdmClass, XdmSchema } from './schema/index.ts';
import { columnsOf, ensureTables, Shredder, storable } from './schema/index.ts';
import { Bitmap, membersOfPlans } from './segmentation/index.ts';
import { openClickHouse, openLmdb } from './store/index.ts';

export interface DocumentBatch {
  /** Profiles with their events under `xEvent`; times are ISO 8601 text or epoch ms. */
  readonly documents: readonly DataObject[];
  /** Made from the documents. */
  readonly schema: UnionSchema;
  /** Compiled with the schema. */
  readonly plans: readonly Plan[];
  /** The instant of evaluation, epoch ms. */
  readonly now: number;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

export interface DocumentMembers {
  /** For each plan the indexes of the documents that satisfy it, ascending. */
  readonly members: readonly (readonly number[])[];
  /** How many documents the tables cannot hold as they are; the reference evaluator decided about them. */
  readonly unstorable: number;
}

/** As for a small server. */
const SLOTS = 4;
/** Rows written at a time. */
const CHUNK = 50_000;
const NAMESPACE = 'document';

/** What is stored otherwise than as a field: an event by its keys, the events of a profile by themselves. */
const KEYS: Readonly<Record<Table, readonly string[]>> = { profiles: ['xEvent'], events: ['_id', 'timestamp', 'eventType'] };

/** Names that SQL over the tables uses itself; the fields of XDM that stand alone are called otherwise. */
const TAKEN = /^(id|idHash|profile|version|dataset|time|content|members|owner|events|(t|k|v|x|e|p|s|i|entries|sorted)\d*)$/;
/** What cannot be part of a column's name. */
const UNUSABLE = /[./`\\]|^(|#|\{\}|=)$/;

export async function membersOfDocuments(batch: DocumentBatch): Promise<DocumentMembers> {
  const folder = await mkdtemp(join(tmpdir(), 'kindred-documents-'));
  try {
    return await withTables(folder, tableSchema(batch.schema), (tables) => evaluateIn(tables, batch));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function withTables<T>(folder: string, schema: XdmSchema, work: (tables: ProfileTables) => Promise<T>): Promise<T> {
  const clickhouse = await openClickHouse({ path: join(folder, 'clickhouse'), database: 'kindred', slots: SLOTS });
  const lmdb = openLmdb(join(folder, 'lmdb'));
  try {
    await ensureTables(clickhouse);
    const identities = await Identities.open(lmdb, clickhouse);
    return await work(await ProfileTables.open({ clickhouse, lmdb, identities, schema, clock: () => new Date(0) }));
  } finally {
    await clickhouse.close();
    await lmdb.close();
  }
}

async function evaluateIn(tables: ProfileTables, batch: DocumentBatch): Promise<DocumentMembers> {
  const { documents, plans, now, zone } = batch;
  const rejected = await write(tables, documents);
  const absent = unstoredNames(batch.schema, tables.schema);
  const indexes = new Map<number, number>();
  for (const index of documents.keys()) {
    const ordinal = tables.identities.find({ namespace: NAMESPACE, id: String(index) });
    if (ordinal !== undefined) indexes.set(ordinal, index);
  }
  const at = (ordinal: number): DataObject => documents[indexes.get(ordinal) ?? -1] ?? {};
  const found = await membersOfPlans(plans, {
    tables,
    readDocuments: (ordinals) => Promise.resolve(new Map(ordinals.map((ordinal) => [ordinal, at(ordinal)]))),
    audience: (namespace, id) => Bitmap.of([...indexes.keys()].filter((ordinal) => isListed(at(ordinal), namespace, id))),
    needsDocuments: (leaf) => mentions(leaf, absent) || comparesWhole(leaf),
    now,
    zone,
  });
  const members = plans.map(({ test }, place) => {
    const inTables = [...(found[place] ?? Bitmap.empty)].map((ordinal) => indexes.get(ordinal) ?? -1);
    const others = rejected.filter((index) => evaluate(test, documents[index] ?? {}, { now, zone }));
    return [...inTables, ...others].toSorted((one, other) => one - other);
  });
  return { members, unstorable: rejected.length };
}

/** Without the fields that can have no column. */
function tableSchema({ profile, event }: UnionSchema): XdmSchema {
  return {
    profile: topWithColumns('profiles', profile),
    event: topWithColumns('events', event),
    tenant: '',
    identities: { profile: [], event: [] },
    datasets: new Map(),
    lookups: {},
    lookupTitles: {},
    namespaces: [],
  };
}

function topWithColumns(table: Table, type: ObjectType): ObjectType {
  const { fields } = withColumns(type);
  const kept = Object.entries(fields).filter(
    ([name, field]) =>
      KEYS[table].includes(name) || (!TAKEN.test(name) && columnsOf(table, { kind: 'object', fields: { [name]: field } }).length > 0),
  );
  return { kind: 'object', fields: Object.fromEntries(kept) };
}

/** Deeper fields without a column make the documents that have them unstorable, because their objects are known by them. */
function withColumns({ fields }: ObjectType): ObjectType {
  const usable = Object.entries(fields).filter(([name, field]) => !UNUSABLE.test(name) && hasColumns(field.type));
  return {
    kind: 'object',
    fields: Object.fromEntries(usable.map(([name, field]): [string, Field] => [name, { ...field, type: columnType(field.type) }])),
  };
}

/** Lists right in lists have none. */
function hasColumns(type: Type): boolean {
  return type.kind !== 'unknown' && !(type.kind === 'array' && type.items.kind === 'array');
}

function columnType(type: Type): Type {
  if (type.kind === 'object') return withColumns(type);
  return type.kind === 'array' ? { kind: 'array', items: columnType(type.items) } : type;
}

/** Top fields that are in the documents and in no table; `_id`, because events are stored under ids of their own. */
function unstoredNames(all: UnionSchema, inTables: UnionSchema): ReadonlySet<string> {
  const missing = (['profile', 'event'] as const).flatMap((target) =>
    Object.keys(all[target].fields).filter((name) => !Object.hasOwn(inTables[target].fields, name)),
  );
  return new Set(['_id', ...missing]);
}

/** Whether a part of a plan, which is plain JSON, reads a field of one of the names. */
function mentions(part: unknown, names: ReadonlySet<string>): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { op, name } = part as { readonly op?: unknown; readonly name?: unknown };
  return (op === 'field' && typeof name === 'string' && names.has(name)) || Object.values(part).some((inner) => mentions(inner, names));
}

/** Whether a part of a plan asks if objects or lists are the same: they are stored without `_id`, and times in one notation. */
function comparesWhole(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { op, as, list, left, by } = part as Readonly<Record<string, unknown>>;
  const compared = { distinct: list, intersection: left, sets: left, member: list, compare: as === 'list' ? left : null, group: by }[
    op as string
  ];
  return isWhole(compared) || Object.values(part).some(comparesWhole);
}

function isWhole(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value as { readonly type: Type };
  const { kind } = type.kind === 'array' ? type.items : type;
  return kind === 'object' || kind === 'map' || kind === 'array' || kind === 'unknown';
}

function isListed(document: DataObject, namespace: string, id: string): boolean {
  return evaluate({ op: 'audience', namespace, id }, document, { now: 0, zone: 'UTC' });
}

/** Stores documents and their events. Gives the indexes of those that cannot be stored as they are. */
async function write(tables: ProfileTables, documents: readonly DataObject[]): Promise<readonly number[]> {
  const { schema } = tables;
  const shredders = {
    profile: new Shredder('profiles', schema.profile, 'reject'),
    event: new Shredder('events', schema.event, 'reject'),
  };
  const encoders = { profile: encoder(schema, 'profile'), event: encoder(schema, 'event') };
  const rejected: number[] = [];
  for (const [index, document] of documents.entries()) {
    const records = recordsOf(document, index, schema);
    // All or nothing: a profile without one of its events is another profile.
    const fits = records?.every(([target, draft]) => storable(draft.time) && shredders[target].shred(draft.document)) === true;
    if (!fits) rejected.push(index);
    else for (const [target, draft] of records) encoders[target].add(draft);
    for (const each of Object.values(encoders)) if (each.rows >= CHUNK) await flush(tables, each);
  }
  await flush(tables, encoders.profile);
  await flush(tables, encoders.event);
  return rejected;
}

function encoder(schema: XdmSchema, target: XdmClass): Encoder {
  return new Encoder({ target, schema, unknownFields: 'reject' });
}

async function flush(tables: ProfileTables, from: Encoder): Promise<void> {
  if (from.rows === 0) return;
  const chunk = from.take();
  await (from.target === 'event' ? tables.writeEvents(chunk, 'file') : tables.writeFragments(chunk, 'file'));
}

type Draft = Parameters<Encoder['add']>[0];
type DraftRecord = readonly [target: XdmClass, draft: Draft];

/** What to store of a document: itself and its events. Null when an event has no time, or an event type the table lacks. */
function recordsOf(document: DataObject, index: number, schema: XdmSchema): readonly DraftRecord[] | null {
  const person = { primary: { namespace: NAMESPACE, id: String(index) }, others: [] };
  const profile: Draft = { id: '', time: 0, eventType: '', person, document: stored('profiles', document, schema.profile) };
  const records: DraftRecord[] = [['profile', profile]];
  const { xEvent } = document;
  for (const [place, event] of (Array.isArray(xEvent) ? (xEvent as readonly DataObject[]) : []).entries()) {
    const time = parseTime(event['timestamp']);
    const eventType = event['eventType'];
    // The empty event type stands for none in the table.
    if (time === null || eventType === '') return null;
    // As text, events of one instant are in the order of the document.
    const key = { id: `${index} ${String(place).padStart(9, '0')}`, time, eventType: typeof eventType === 'string' ? eventType : '' };
    records.push(['event', { ...key, person, document: stored('events', event, schema.event) }]);
  }
  return records;
}

/** The fields of a document that have columns, times parsed. */
function stored(table: Table, document: DataObject, { fields }: ObjectType): DataObject {
  const kept = Object.entries(document).filter(([name]) => Object.hasOwn(fields, name) && !KEYS[table].includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, withTimes(value ?? null, fields[name]?.type)])) as DataObject;
}

/** Times as instants, which the columns take in any notation. */
function withTimes(data: Data | undefined, type: Type | undefined): unknown {
  if (data === null || data === undefined || type === undefined) return data;
  if (type.kind === 'datetime' || type.kind === 'date') {
    const instant = parseTime(data);
    return instant === null ? data : new Date(instant);
  }
  if (Array.isArray(data)) return (data as readonly Data[]).map((item) => withTimes(item, type.kind === 'array' ? type.items : undefined));
  if (typeof data !== 'object' || type.kind !== 'object') return data;
  const { fields } = type;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, withTimes(value, fields[name]?.type)]));
}
