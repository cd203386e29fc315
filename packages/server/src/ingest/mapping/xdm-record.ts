/** Records that are XDM documents already. */
import type { Identity, Person } from '../../identity/index.ts';
import type { IdentityDescriptor, Problem, RecordKind } from '../../schema/index.ts';
import { parseInstant } from '../../schema/index.ts';
import type { Draft, People, ReadRecord } from './draft.ts';
import { show } from './values.ts';

export interface XdmRecordOptions {
  readonly target: RecordKind;
  readonly people: People;
  /** Fields that carry identities, besides `identityMap`. */
  readonly descriptors: readonly IdentityDescriptor[];
  /** Epoch milliseconds, for profile records that state no time. */
  readonly asOf: number;
}

type Document = Readonly<Record<string, unknown>>;

/** Takes `_id`, `timestamp`, `eventType` and identities out of a document. */
export function xdmReader(options: XdmRecordOptions): ReadRecord {
  return (record) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      return { problems: [{ field: '', reason: `a record is a JSON object, found ${show(record)}` }] };
    }
    const document = record as Document;
    const problems: Problem[] = [];
    const person = personOf(document, options, problems);
    const keys =
      options.target === 'event'
        ? eventKeys(document, problems)
        : { id: '', eventType: '', time: timeOf(document, options.asOf, problems) };
    if (person === null || problems.length > 0) return { problems };
    const draft: Draft = { ...keys, person, document };
    return draft;
  };
}

function eventKeys(document: Document, problems: Problem[]): { id: string; time: number; eventType: string } {
  const { _id: id, timestamp, eventType = '' } = document;
  if (typeof id !== 'string' || id === '')
    problems.push({ field: '_id', reason: id === undefined ? 'an event needs an _id' : `expected text, found ${show(id)}` });
  const time = instantOf(timestamp);
  if (Number.isNaN(time)) {
    const reason =
      timestamp === undefined
        ? 'an event needs a timestamp'
        : `expected a time with zone such as 2026-01-31T09:30:00Z, found ${show(timestamp)}`;
    problems.push({ field: 'timestamp', reason });
  }
  if (typeof eventType !== 'string') problems.push({ field: 'eventType', reason: `expected text, found ${show(eventType)}` });
  return { id: String(id), time, eventType: String(eventType) };
}

/** The time of a profile record, as the source system tells it. */
function timeOf(document: Document, asOf: number, problems: Problem[]): number {
  const audit = document['extSourceSystemAudit'];
  const stated = typeof audit === 'object' && audit !== null ? (audit as Document)['lastUpdatedDate'] : undefined;
  if (stated === undefined || stated === null) return asOf;
  const time = instantOf(stated);
  if (Number.isNaN(time))
    problems.push({ field: 'extSourceSystemAudit.lastUpdatedDate', reason: `expected a time, found ${show(stated)}` });
  return time;
}

function instantOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : typeof value === 'string' ? parseInstant(value) : NaN;
}

/** A primary identity field of the schema comes first, then the primary entry of the map, then a single entry. */
function personOf(document: Document, options: XdmRecordOptions, problems: Problem[]): Person | null {
  const before = problems.length;
  const listed = mapEntries(document['identityMap'], options.people, problems);
  const fields = descriptorEntries(document, options, problems);
  if (problems.length > before) return null;
  const all = fields.length === 0 ? listed : [...fields, ...listed];
  const chosen = all.find(({ primary }) => primary) ?? (all.length === 1 ? all[0] : undefined);
  if (chosen === undefined) {
    problems.push(nobody(options, all));
    return null;
  }
  const person = options.people.person(
    chosen.identity,
    all.map(({ identity }) => identity),
  );
  if (typeof person !== 'string') return person;
  problems.push({ field: 'identityMap', reason: person });
  return null;
}

function nobody({ target, descriptors }: XdmRecordOptions, all: readonly Entry[]): Problem {
  const path = descriptors.find(({ primary }) => primary)?.path.join('.') ?? '';
  if (target === 'lookup') return { field: path, reason: 'the record has no id' };
  const reason = all.length === 0 ? 'the record says nobody it belongs to' : 'none of the identities is marked "primary": true';
  return { field: 'identityMap', reason };
}

interface Entry {
  readonly identity: Identity;
  readonly primary: boolean;
}

function mapEntries(map: unknown, people: People, problems: Problem[]): Entry[] {
  if (map === undefined || map === null) return [];
  if (typeof map !== 'object' || Array.isArray(map)) {
    problems.push({ field: 'identityMap', reason: `expected an object, found ${show(map)}` });
    return [];
  }
  const entries: Entry[] = [];
  for (const code in map) {
    const list = (map as Document)[code];
    if (!Array.isArray(list)) {
      problems.push({ field: `identityMap.${code}`, reason: `expected an array, found ${show(list)}` });
      continue;
    }
    for (const item of list as readonly unknown[]) {
      const { id, primary } = (typeof item === 'object' && item !== null ? item : {}) as Document;
      const identity = people.identity(code, id);
      if (typeof identity === 'string') problems.push({ field: `identityMap.${code}`, reason: identity });
      else entries.push({ identity, primary: primary === true });
    }
  }
  return entries;
}

function descriptorEntries(document: Document, options: XdmRecordOptions, problems: Problem[]): Entry[] {
  const entries: Entry[] = [];
  for (const { path, namespace, primary } of options.descriptors) {
    let value: unknown = document;
    for (const step of path) value = typeof value === 'object' && value !== null ? (value as Document)[step] : undefined;
    if (value === undefined || value === null) continue;
    const identity = options.people.identity(namespace, value);
    if (typeof identity === 'string') problems.push({ field: path.join('.'), reason: identity });
    else entries.push({ identity, primary });
  }
  return entries;
}
