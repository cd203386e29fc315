/** A mapping made into a function from source records to drafts, once for each import. */
import type { Type } from '@kindred/pql';
import type { Identity } from '../../identity/index.ts';
import { Namespaces } from '../../identity/index.ts';
import type { Problem, XdmSchema } from '../../schema/index.ts';
import { nearest } from '@kindred/pql';
import { datasetReader } from '../batch/dataset-reader.ts';
import { ImportError } from '../errors.ts';
import { compileCondition } from './condition.ts';
import { documentBuilder } from './document-builder.ts';
import type { ReadRecord } from './draft.ts';
import { People } from './draft.ts';
import type { FindColumn } from './expression.ts';
import { compileExpression } from './expression.ts';
import type { IdentityMapping, Mapping } from './mapping.ts';
import { invalid } from './reader.ts';
import type { Evaluate } from './values.ts';
import { Invalid, show, toText } from './values.ts';
import { xdmReader } from './xdm-record.ts';

export interface CompileOptions {
  readonly schema: XdmSchema;
  /** Columns of the source; null for documents, whose columns are dotted paths. */
  readonly columns: readonly string[] | null;
  /** Epoch milliseconds, for profile records that state no time. */
  readonly asOf: number;
}

/** Throws ImportError when the mapping does not fit the schema or the source. */
export function compileMapping(mapping: Mapping, options: CompileOptions): ReadRecord {
  const find = columnFinder(options.columns);
  const people = new People(new Namespaces([...options.schema.namespaces, ...mapping.namespaces]));
  const read = mapping.fields === null ? documentReader(mapping, options, people) : mappedReader(mapping, options, { find, people });
  const rules = mapping.skip.map(({ when, reason }, index) => ({ holds: compileCondition(when, find, `skipWhen[${index}].when`), reason }));
  if (rules.length === 0) return read;
  return (record, line) => {
    const rule = rules.find(({ holds }) => holds(record, line));
    return rule === undefined ? read(record, line) : { skipped: rule.reason };
  };
}

function documentReader(mapping: Mapping, options: CompileOptions, people: People): ReadRecord {
  const dataset = options.schema.datasets.get(mapping.dataset);
  if (dataset?.class === mapping.target) return datasetReader({ dataset, people, columns: options.columns, asOf: options.asOf });
  if (options.columns !== null) {
    invalid(
      'fields',
      'a source with columns needs a mapping of its fields',
      'For example "fields": {"person.name.firstName": "first_name"}.',
    );
  }
  return xdmReader({ target: mapping.target, people, descriptors: options.schema.identities[mapping.target], asOf: options.asOf });
}

/** Columns by name, or paths into documents. */
function columnFinder(columns: readonly string[] | null): FindColumn {
  if (columns === null) return (name) => pathReader(name.split('.'));
  return (name, where) => {
    const index = columns.indexOf(name);
    if (index === -1) throw unknownColumn(name, columns, where);
    return (record) => {
      const value = (record as readonly unknown[])[index];
      return value === '' || value === null ? undefined : value;
    };
  };
}

function pathReader(path: readonly string[]): Evaluate {
  return (record) => {
    let value: unknown = record;
    for (const step of path)
      value = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
    return value === '' || value === null ? undefined : value;
  };
}

function unknownColumn(name: string, columns: readonly string[], where: string): ImportError {
  const near = nearest(name, columns);
  return new ImportError({
    code: 'MAPPING_COLUMN_UNKNOWN',
    message: `mapping, ${where}: the source has no column ${JSON.stringify(name)}`,
    hint: `${near === null ? '' : `Did you mean ${JSON.stringify(near)}? `}Its columns: ${columns.join(', ')}. A fixed value is {"constant": …}.`,
  });
}

interface Tools {
  readonly find: FindColumn;
  readonly people: People;
}

/** Reads identity, time and fields by the expressions of the mapping. */
function mappedReader(mapping: Mapping, options: CompileOptions, { find, people }: Tools): ReadRecord {
  const type = options.schema[mapping.target];
  const build = documentBuilder(mapping.fields ?? {}, type, find);
  const primary = identityReader(mapping.identity, 'identity', { find, people });
  const others = mapping.otherIdentities.map((other, index) => identityReader(other, `otherIdentities[${index}]`, { find, people }));
  const id = mapping.target === 'event' ? compileExpression(mapping.id, find, 'id') : null;
  const time = mapping.timestamp === null ? null : timeReader(mapping.timestamp, find);
  const eventType = mapping.eventType === null ? null : compileExpression(mapping.eventType, find, 'eventType');
  return (record, line) => {
    const problems: Problem[] = [];
    const whose = primary(record, line, problems);
    const further = others.map((other) => other(record, line, problems)).filter((identity) => identity !== null);
    const person = whose === null ? null : people.person(whose, further);
    if (person === null) need('identityMap', mapping.identity?.namespace ?? '', problems);
    else if (typeof person === 'string') problems.push({ field: 'identityMap', reason: person });
    const eventId = id === null ? '' : text(id(record, line), '_id', problems);
    const when = time === null ? options.asOf : time(record, line, problems);
    const kind = eventType === null ? '' : optionalText(eventType(record, line), 'eventType', problems);
    const document = build(record, line, problems);
    if (problems.length > 0 || person === null || typeof person === 'string') return { problems };
    return { id: eventId, time: when, eventType: kind, person, document };
  };
}

function need(field: string, what: string, problems: Problem[]): void {
  if (problems.length === 0) problems.push({ field, reason: `the record has no ${what}` });
}

type ReadIdentity = (record: unknown, line: number, problems: Problem[]) => Identity | null;

function identityReader(mapping: IdentityMapping | null, where: string, { find, people }: Tools): ReadIdentity {
  if (mapping === null) return invalid(where, 'there is no identity', 'For example {"namespace": "CRMID", "column": "customer_id"}.');
  const { namespace } = mapping;
  if (people.identity(namespace, 'x') === people.unknown(namespace))
    invalid(where, people.unknown(namespace), 'Codes are listed in docs/import.md.');
  const evaluate = compileExpression(mapping.value, find, where);
  return (record, line, problems) => {
    const value = evaluate(record, line);
    if (value === undefined) return null;
    const id = value instanceof Invalid ? value : toText(value);
    const identity = id instanceof Invalid ? id.reason : people.identity(namespace, id);
    if (typeof identity !== 'string') return identity;
    problems.push({ field: `identityMap.${namespace}`, reason: identity });
    return null;
  };
}

const TIME: Type = { kind: 'datetime' };

/** A time of the record; without a format it is ISO 8601 with its zone. */
function timeReader(json: unknown, find: FindColumn): (record: unknown, line: number, problems: Problem[]) => number {
  const build = documentBuilder({ timestamp: json }, { kind: 'object', fields: { timestamp: { type: TIME } } }, find);
  return (record, line, problems) => {
    const before = problems.length;
    const document = build(record, line, problems) as { readonly timestamp?: Date };
    if (document.timestamp === undefined && problems.length === before)
      problems.push({ field: 'timestamp', reason: 'the record has no time' });
    return document.timestamp?.getTime() ?? NaN;
  };
}

function text(value: unknown, field: string, problems: Problem[]): string {
  if (value === undefined) problems.push({ field, reason: 'the record has none, a column it is made of is empty' });
  return optionalText(value, field, problems);
}

function optionalText(value: unknown, field: string, problems: Problem[]): string {
  if (value === undefined) return '';
  const result = value instanceof Invalid ? value : toText(value);
  if (typeof result === 'string') return result;
  problems.push({ field, reason: value instanceof Invalid ? value.reason : `expected text, found ${show(value)}` });
  return '';
}
