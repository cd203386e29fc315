/** From what columns look like to a proposal: a field group for what XDM has no field for, and a mapping for all. */
import type { XdmClass } from '../../schema/index.ts';
import { EVENT_CLASS, PROFILE_CLASS } from '../../schema/index.ts';
import type { ColumnSummary } from './column-values.ts';
import { FEW } from './column-values.ts';
import { identifierOf, wellKnown } from './well-known.ts';

type Json = Readonly<Record<string, unknown>>;

export interface ProposalOptions {
  /** Without the leading underscore. */
  readonly tenant: string;
  /** Null: events when there is a column of times, else profiles. */
  readonly target: XdmClass | null;
  /** Names the dataset and the fields. */
  readonly name: string;
}

export interface Proposal {
  readonly target: XdmClass;
  /** As the schema registry takes it; null when XDM has a field for everything. */
  readonly fieldGroup: Json | null;
  /** A mapping file. */
  readonly mapping: Json;
  /** What should be looked at before it is used. */
  readonly notes: readonly string[];
}

export function propose(columns: readonly ColumnSummary[], { tenant, target: wanted, name }: ProposalOptions): Proposal {
  const notes: string[] = [];
  const usable = columns.filter(({ type }) => type !== 'list' && type !== 'object');
  for (const { name: column, type } of columns)
    if (type === 'list' || type === 'object') notes.push(`${column} holds ${type}s, which a mapping cannot take apart; it is left out.`);
  const time = usable.find(
    ({ type, name: column }) => type === 'date-time' || (type === 'date' && wanted === 'event' && !/birth/i.test(column)),
  );
  const target = wanted ?? (time === undefined ? 'profile' : 'event');
  const identities = usable.flatMap((column) => identityOf(column));
  const [primary] = identities.toSorted((one, other) => one.rank - other.rank);
  if (primary === undefined) notes.push('No column looks like the identity of a person: name one under "identity".');
  const event = target === 'event' ? eventKeys(usable, { name, person: primary?.column, time }, notes) : {};
  const taken = new Set([primary?.column, ...(event.used ?? [])]);
  const own: Record<string, Json> = {};
  const fields: Record<string, unknown> = {};
  for (const column of usable) {
    if (taken.has(column.name)) continue;
    const known = wellKnown(column, target);
    if (known !== null && !Object.hasOwn(fields, known)) {
      fields[known] = expressionOf(column);
      continue;
    }
    const field = freeName(ownName(column.name), own);
    own[field] = { title: titleOf(column.name), ...schemaOf(column) };
    fields[`_${tenant}.${ownName(name)}.${field}`] = expressionOf(column);
  }
  const { used: _used, ...keys } = event;
  return {
    target,
    fieldGroup: Object.keys(own).length === 0 ? null : fieldGroupOf(own, { tenant, target, name }),
    mapping: {
      version: 1,
      title: name,
      target,
      dataset: name,
      ...(primary !== undefined && { identity: { namespace: primary.namespace, column: primary.column } }),
      ...(identities.length > 1 && {
        otherIdentities: identities.filter((each) => each !== primary).map(({ namespace, column }) => ({ namespace, column })),
      }),
      ...keys,
      fields,
    },
    notes,
  };
}

interface EventKeys {
  readonly id?: unknown;
  readonly timestamp?: unknown;
  readonly eventType?: unknown;
  readonly used?: readonly string[];
}

interface EventFacts {
  /** Of the dataset. */
  readonly name: string;
  /** The column that says whose event it is. */
  readonly person: string | undefined;
  readonly time: ColumnSummary | undefined;
}

function eventKeys(columns: readonly ColumnSummary[], { name: dataset, person, time }: EventFacts, notes: string[]): EventKeys {
  const id = columns.find(
    ({ name, distinct, missing }) => /^(_?id|event_?id|message_?id|uuid|transaction_?id)$/i.test(name) && missing === 0 && distinct > 1,
  );
  const type = columns.find(({ name }) => /^(event_?type|event|event_?name|type|action)$/i.test(name));
  if (time === undefined) notes.push('No column looks like the time of an event: name one under "timestamp".');
  if (id === undefined)
    notes.push('No column identifies an event: who, when and the line of the file do. A record on another line counts as another event.');
  if (type === undefined) notes.push('No column says what kind of event it is: put the right one under "eventType".');
  if (time !== undefined && time.format !== 'iso' && !time.format?.startsWith('epoch'))
    notes.push(`Times in ${time.name} state no zone; they are read as UTC. Change "zone" if they are local.`);
  return {
    id: idOf(
      id,
      [dataset, ...[person, time?.name, 'line'].flatMap((column) => (column === undefined ? [] : [`{${column}}`]))].join('-'),
      dataset,
    ),
    ...(time !== undefined && { timestamp: expressionOf(time) }),
    eventType: type?.name ?? { constant: 'imported' },
    used: [id?.name, time?.name, type?.name].filter((name) => name !== undefined),
  };
}

/** An `_id` names one event of all datasets: a count that other files have too does not, nor does a line. */
function idOf(id: ColumnSummary | undefined, otherwise: string, dataset: string): unknown {
  if (id === undefined) return { template: otherwise };
  return id.type === 'integer' ? { template: `${dataset}-{${id.name}}` } : id.name;
}

interface FoundIdentity {
  readonly column: string;
  readonly namespace: string;
  readonly rank: number;
}

function identityOf(column: ColumnSummary): readonly FoundIdentity[] {
  const found = identifierOf(column);
  return found === null ? [] : [{ column: column.name, ...found }];
}

function expressionOf({ name, format }: ColumnSummary): unknown {
  if (format === null) return name;
  return format.startsWith('epoch') ? { column: name, format } : { column: name, format, zone: 'UTC' };
}

const SCHEMAS = {
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  date: { type: 'string', format: 'date' },
  'date-time': { type: 'string', format: 'date-time' },
  string: { type: 'string' },
  list: {},
  object: {},
} as const;

/** Few words that come again and again are suggested, not enforced: another may come. */
function schemaOf({ type, distinct, values }: ColumnSummary): Json {
  const choices = type === 'string' && distinct > 1 && distinct <= FEW && values.every((value) => value.length <= 60);
  return { ...SCHEMAS[type], ...(choices && { 'meta:enum': Object.fromEntries(values.map((value) => [value, value])) }) };
}

function fieldGroupOf(
  own: Readonly<Record<string, Json>>,
  { tenant, target, name }: { readonly tenant: string; readonly target: XdmClass; readonly name: string },
): Json {
  const group = { type: 'object', title: titleOf(name), properties: own };
  return {
    title: titleOf(name),
    type: 'object',
    'meta:intendedToExtend': [target === 'event' ? EVENT_CLASS : PROFILE_CLASS],
    properties: { [`_${tenant}`]: { type: 'object', properties: { [ownName(name)]: group } } },
  };
}

/** The name, with a number behind it when another column has it. */
function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  if (!Object.hasOwn(taken, name)) return name;
  let number = 2;
  while (Object.hasOwn(taken, `${name}${number}`)) number++;
  return `${name}${number}`;
}

/** `Unit price (EUR)` → `unitPriceEur`: what a field may be called. */
function ownName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const [first = 'field', ...rest] = words;
  const head = /^[A-Z0-9]+$/.test(first) ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1);
  const camel = head + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join('');
  return /^[A-Za-z]/.test(camel) ? camel : `f${camel}`;
}

function titleOf(name: string): string {
  const text = name
    .replaceAll(/[_\-.]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
