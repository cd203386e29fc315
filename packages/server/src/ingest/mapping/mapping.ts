/** The mapping file: how records of a source become XDM. Documented in docs/import.md. */
import type { Namespace } from '../../identity/index.ts';
import type { RecordKind, UnknownFields } from '../../schema/index.ts';
import { ID_TYPES } from '../../schema/index.ts';
import type { CsvSourceOptions } from '../sources/csv.ts';
import { arrayAt, invalid, objectAt, textAt } from './reader.ts';

export interface IdentityMapping {
  /** Code of a namespace. */
  readonly namespace: string;
  /** An expression. */
  readonly value: unknown;
}

export interface SkipRule {
  /** A condition. */
  readonly when: unknown;
  readonly reason: string;
}

/** One mapping of a mapping set. */
export interface MappingRow {
  readonly kind: 'attribute' | 'expression';
  /** A path of the source, or an expression. */
  readonly source: string;
  /** An XDM path. */
  readonly destination: string;
}

/** A mapping of the right shape; its expressions are checked when they are compiled. */
export interface Mapping {
  readonly version: 1;
  readonly target: RecordKind;
  /** Name of the dataset the records belong to. */
  readonly dataset: string;
  readonly csv: CsvSourceOptions;
  readonly namespaces: readonly Namespace[];
  readonly skip: readonly SkipRule[];
  /** The primary identity; null: the record's `identityMap`, or the schema's identity fields. */
  readonly identity: IdentityMapping | null;
  readonly otherIdentities: readonly IdentityMapping[];
  /** Expressions; null: the record's own `_id`, `timestamp`, `eventType`. */
  readonly id: unknown;
  readonly timestamp: unknown;
  readonly eventType: unknown;
  /** XDM path → expression; null: the records are XDM documents themselves. */
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** A mapping set of Data Prep, which makes whole documents; null: `fields`. */
  readonly rows: readonly MappingRow[] | null;
  readonly unknownFields: UnknownFields;
}

const KEYS = ['version', 'title', 'description', 'target', 'dataset', 'csv', 'namespaces', 'skipWhen', 'identity', 'otherIdentities', 'id'];

const FURTHER_KEYS = ['timestamp', 'eventType', 'fields', 'mappings', 'unknownFields'];
/** What a mapping set has destinations for. */
const REPLACED = ['fields', 'identity', 'otherIdentities', 'id', 'timestamp', 'eventType'];

/** Reads a mapping file. Throws ImportError `MAPPING_INVALID`, which says where. */
export function parseMapping(json: unknown): Mapping {
  const file = objectAt(json, 'the file', [...KEYS, ...FURTHER_KEYS]);
  if (file['version'] !== 1) invalid('version', `version ${JSON.stringify(file['version'] ?? null)} is not known`, 'Write "version": 1.');
  const rows = file['mappings'] === undefined ? null : rowsOf(file);
  const { target, unknownFields = 'reject' } = file;
  if (target !== 'profile' && target !== 'event' && target !== 'lookup')
    return invalid('target', 'records become profiles, events or lookup records', 'Write "event", "profile" or "lookup".');
  if (unknownFields !== 'reject' && unknownFields !== 'drop')
    return invalid('unknownFields', 'unknown fields are rejected or dropped', 'Write "reject" or "drop".');
  const fields = file['fields'];
  if (fields !== undefined && target === 'lookup')
    invalid(
      'fields',
      'lookup records are made by a mapping set',
      'Write "mappings" instead; the identity field of the schema is a destination.',
    );
  if (fields !== undefined && file['identity'] === undefined)
    invalid('identity', 'there is no identity', 'For example "identity": {"namespace": "CRMID", "column": "customer_id"}.');
  if (fields !== undefined && target === 'event') need(file, ['id', 'timestamp']);
  return {
    version: 1,
    target,
    dataset: textAt(file['dataset'], 'dataset'),
    csv: csvOptions(file['csv'] ?? {}),
    namespaces: arrayAt(file['namespaces'] ?? [], 'namespaces').map(namespace),
    skip: arrayAt(file['skipWhen'] ?? [], 'skipWhen').map(skipRule),
    identity: file['identity'] === undefined ? null : identity(file['identity'], 'identity'),
    otherIdentities: arrayAt(file['otherIdentities'] ?? [], 'otherIdentities').map((entry, index) =>
      identity(entry, `otherIdentities[${index}]`),
    ),
    id: file['id'] ?? null,
    timestamp: file['timestamp'] ?? null,
    eventType: file['eventType'] ?? null,
    fields: fields === undefined ? null : objectAt(fields, 'fields', Object.keys(fields ?? {})),
    rows,
    unknownFields,
  };
}

const MOST_ROWS = 5000;
const SOURCE_TYPES: Readonly<Record<string, MappingRow['kind']>> = {
  ATTRIBUTE: 'attribute',
  'text/x.schema-path': 'attribute',
  EXPRESSION: 'expression',
  'text/x.aep-xl': 'expression',
};

function rowsOf(file: Readonly<Record<string, unknown>>): readonly MappingRow[] {
  const both = REPLACED.find((key) => file[key] !== undefined);
  if (both !== undefined)
    invalid('mappings', `"${both}" stands beside it`, 'A mapping set maps everything itself: use destinations such as _id.');
  const rows = arrayAt(file['mappings'], 'mappings');
  if (rows.length > MOST_ROWS) invalid('mappings', `there are ${rows.length}, at most ${MOST_ROWS} are allowed`, 'Map whole objects.');
  return rows.map((row, index) => mappingRow(row, `mappings[${index}]`));
}

/** What else a mapping of Data Prep has is for people. Throws ImportError. */
export function mappingRow(json: unknown, where: string): MappingRow {
  const { sourceType = 'ATTRIBUTE', source, destination } = objectAt(json, where, Object.keys(json ?? {}));
  const kind = typeof sourceType === 'string' && Object.hasOwn(SOURCE_TYPES, sourceType) ? SOURCE_TYPES[sourceType] : undefined;
  if (kind === undefined)
    return invalid(
      `${where}.sourceType`,
      `${JSON.stringify(sourceType)} is no type of source`,
      `Types: ${Object.keys(SOURCE_TYPES).join(', ')}.`,
    );
  return { kind, source: textAt(source, `${where}.source`), destination: textAt(destination, `${where}.destination`) };
}

/** The mapping of sources that hold XDM documents. */
export function xdmMapping(target: RecordKind, dataset: string): Mapping {
  return parseMapping({ version: 1, target, dataset });
}

function need(file: Readonly<Record<string, unknown>>, keys: readonly string[]): void {
  for (const key of keys) {
    if (file[key] === undefined)
      invalid(
        key,
        `events need "${key}"`,
        key === 'id' ? 'For example {"template": "{invoice}-{line}"}.' : 'For example {"column": "ts"}.',
      );
  }
}

function csvOptions(json: unknown): CsvSourceOptions {
  const options = objectAt(json, 'csv', ['delimiter', 'encoding', 'columns']);
  const { delimiter, encoding, columns } = options;
  if (encoding !== undefined && !isEncoding(encoding))
    invalid('csv.encoding', `the encoding ${JSON.stringify(encoding)} is not known`, 'For example "windows-1252".');
  return {
    ...(delimiter === undefined ? {} : { delimiter: textAt(delimiter, 'csv.delimiter') }),
    ...(encoding === undefined ? {} : { encoding: textAt(encoding, 'csv.encoding') }),
    ...(columns === undefined ? {} : { columns: arrayAt(columns, 'csv.columns').map((column) => textAt(column, 'csv.columns')) }),
  };
}

function isEncoding(label: unknown): boolean {
  try {
    return typeof label === 'string' && new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

function identity(json: unknown, where: string): IdentityMapping {
  const { namespace: code, column, value } = objectAt(json, where, ['namespace', 'column', 'value']);
  if ((column === undefined) === (value === undefined))
    invalid(where, 'an identity needs either "column" or "value"', '"value" takes an expression.');
  return { namespace: textAt(code, `${where}.namespace`), value: column ?? value };
}

function skipRule(json: unknown, index: number): SkipRule {
  const where = `skipWhen[${index}]`;
  const { when, reason } = objectAt(json, where, ['when', 'reason']);
  return { when, reason: textAt(reason, `${where}.reason`) };
}

function namespace(json: unknown, index: number): Namespace {
  const where = `namespaces[${index}]`;
  const { code, name, idType } = objectAt(json, where, ['code', 'name', 'idType']);
  const type = ID_TYPES.find((known) => known === idType);
  if (type === undefined)
    return invalid(`${where}.idType`, `${JSON.stringify(idType)} is no type of identity`, `Types: ${ID_TYPES.join(', ')}.`);
  const text = textAt(code, `${where}.code`);
  if (!/^[A-Za-z0-9_.]+$/.test(text)) invalid(`${where}.code`, `${JSON.stringify(code)} is no code`, 'Use letters, digits, _ and dots.');
  return { code: text, name: name === undefined ? text : textAt(name, `${where}.name`), idType: type };
}
