/** A mapping made into a function from source records to drafts, once for each import. */
import type { ObjectType, Type } from '@kindred/pql';
import type { Identity } from '../../identity/index.ts';
import { Namespaces } from '../../identity/index.ts';
import type { Problem, XdmSchema } from '../../schema/index.ts';
import { datasetReader } from '../batch/dataset-reader.ts';
import { lowerCondition } from './condition.ts';
import { documentBuilder } from './document-builder.ts';
import type { ReadRecord } from './draft.ts';
import { People } from './draft.ts';
import { lowerForm } from './forms.ts';
import { Columns } from './language/columns.ts';
import type { Scope } from './language/evaluate.ts';
import { compileTerm } from './language/evaluate.ts';
import type { Run } from './language/functions/function.ts';
import type { IdentityMapping, Mapping } from './mapping.ts';
import { setBuilder } from './mapping-set.ts';
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
  readonly run: Run;
}

/** Throws ImportError when the mapping does not fit the schema or the source. */
export function compileMapping(mapping: Mapping, options: CompileOptions): ReadRecord {
  const scope: Scope = { columns: new Columns(options.columns), run: options.run };
  const people = new People(new Namespaces([...options.schema.namespaces, ...mapping.namespaces]));
  const read = readerOf(mapping, options, { scope, people });
  const rules = mapping.skip.map(({ when, reason }, index) => {
    const holds = compileTerm(lowerCondition(when, scope.columns, `skipWhen[${index}].when`), scope);
    return { holds, reason };
  });
  if (rules.length === 0) return read;
  return (record, line) => {
    const rule = rules.find(({ holds }) => holds(record, line) === true);
    return rule === undefined ? read(record, line) : { skipped: rule.reason };
  };
}

function readerOf(mapping: Mapping, options: CompileOptions, tools: Tools): ReadRecord {
  if (mapping.rows !== null) return setReader(mapping, options, tools);
  return mapping.fields === null ? documentReader(mapping, options, tools.people) : mappedReader(mapping, options, tools);
}

/** Makes documents by the mapping set, and reads them as if they had come so. */
function setReader(mapping: Mapping, options: CompileOptions, { scope, people }: Tools): ReadRecord {
  const build = setBuilder(mapping.rows ?? [], typeOfTarget(mapping, options.schema), scope);
  const read = documentReader(mapping, { ...options, columns: null }, people);
  return (record, line) => {
    const problems: Problem[] = [];
    const document = build(record, line, problems);
    return problems.length > 0 ? { problems } : read(document, line);
  };
}

function documentReader(mapping: Mapping, options: CompileOptions, people: People): ReadRecord {
  const dataset = options.schema.datasets.get(mapping.dataset);
  if (dataset?.class === mapping.target) return datasetReader({ dataset, people, columns: options.columns, asOf: options.asOf });
  if (options.columns !== null) {
    invalid(
      'fields',
      'a source with columns needs a mapping of its fields',
      'For example "fields": {"person.name.firstName": "first_name"}. ./kindred schema infer proposes a mapping for a file; so does POST /api/schema/infer.',
    );
  }
  const { target } = mapping;
  if (target === 'lookup') return noLookups(mapping);
  return xdmReader({ target, people, descriptors: options.schema.identities[target], asOf: options.asOf });
}

/** What records become. Throws ImportError for lookup records of a dataset that has none. */
export function typeOfTarget({ target, dataset }: Pick<Mapping, 'target' | 'dataset'>, schema: XdmSchema): ObjectType {
  if (target !== 'lookup') return schema[target];
  const { entity } = schema.datasets.get(dataset) ?? {};
  return (entity === undefined ? undefined : schema.lookups[entity]) ?? noLookups({ dataset });
}

function noLookups({ dataset }: Pick<Mapping, 'dataset'>): never {
  return invalid(
    'dataset',
    `${dataset} is no dataset of lookup records`,
    'Its schema is of a class of the behaviour "record", has a primary identity and is enabled for Profile.',
  );
}

interface Tools {
  readonly scope: Scope;
  readonly people: People;
}

/** Reads identity, time and fields by the expressions of the mapping. */
function mappedReader(mapping: Mapping, options: CompileOptions, { scope, people }: Tools): ReadRecord {
  const type = typeOfTarget(mapping, options.schema);
  const targets = Object.entries(mapping.fields ?? {}).map(([path, json]) => ({ path, evaluate: compiled(json, scope, `fields.${path}`) }));
  const build = documentBuilder(targets, { type, manner: 'file', elsewhere: OWN_KEYS });
  const primary = identityReader(mapping.identity, 'identity', { scope, people });
  const others = mapping.otherIdentities.map((other, index) => identityReader(other, `otherIdentities[${index}]`, { scope, people }));
  const id = mapping.target === 'event' ? compiled(mapping.id, scope, 'id') : null;
  const time = mapping.timestamp === null ? null : timeReader(mapping.timestamp, scope);
  const eventType = mapping.eventType === null ? null : compiled(mapping.eventType, scope, 'eventType');
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

/** Empty text is no value. */
function compiled(json: unknown, scope: Scope, where: string): Evaluate {
  const evaluate = compileTerm(lowerForm(json, scope.columns, where), scope);
  return (record, line) => {
    const value = evaluate(record, line);
    return value === '' ? undefined : value;
  };
}

const OWN_KEYS: Readonly<Record<string, string>> = { _id: 'id', identityMap: 'identity', timestamp: 'timestamp', eventType: 'eventType' };

function need(field: string, what: string, problems: Problem[]): void {
  if (problems.length === 0) problems.push({ field, reason: `the record has no ${what}` });
}

type ReadIdentity = (record: unknown, line: number, problems: Problem[]) => Identity | null;

function identityReader(mapping: IdentityMapping | null, where: string, { scope, people }: Tools): ReadIdentity {
  if (mapping === null) return invalid(where, 'there is no identity', 'For example {"namespace": "CRMID", "column": "customer_id"}.');
  const { namespace } = mapping;
  if (people.identity(namespace, 'x') === people.unknown(namespace))
    invalid(where, people.unknown(namespace), 'Codes are listed in docs/import.md.');
  const evaluate = compiled(mapping.value, scope, where);
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
function timeReader(json: unknown, scope: Scope): (record: unknown, line: number, problems: Problem[]) => number {
  const type = { kind: 'object', fields: { timestamp: { type: TIME } } } as const;
  const targets = [{ path: 'timestamp', evaluate: compiled(json, scope, 'timestamp') }];
  const build = documentBuilder(targets, { type, manner: 'file', elsewhere: null });
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
