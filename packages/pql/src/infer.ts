/**
 * A schema made of the documents themselves, for evaluating without one. Every object is open: a field that no
 * document has is no error, it is unknown everywhere. Objects may be read as maps too (`.get("key")`).
 */
import { compile, compileValue } from './compile.ts';
import type { Compiled, CompiledValue } from './compile.ts';
import type { Data, DataObject } from './evaluate/values.ts';
import { hasErrors } from './problems.ts';
import type { Problem } from './problems.ts';
import { parseTime } from './time.ts';
import { arrayOf, BOOLEAN, DATE, DATETIME, INTEGER, mapOf, NUMBER, STRING, UNKNOWN } from './types.ts';
import type { Field, ObjectType, Type, UnionSchema } from './xdm.ts';

/** Two readings of one set of documents: text that looks like times everywhere as times, or as the text it is. */
export interface InferredSchemas {
  readonly times: UnionSchema;
  readonly texts: UnionSchema;
}

export interface InferredCompiled extends Compiled {
  /** The reading the plan was made for: the same for the same form of text, so that queries can be grouped by it. */
  readonly schema: UnionSchema;
}

type Kind = 'text' | 'date' | 'time' | 'integer' | 'number' | 'boolean' | 'object' | 'array';

/** What was seen at one path, over all documents. */
interface Seen {
  readonly kinds: Set<Kind>;
  readonly fields: Map<string, Seen>;
  /** Of all members of lists here. */
  items: Seen | null;
}

/**
 * The types of all fields of profiles and of the events in their `xEvent`. A field with values of different types has
 * the wider one (integers and numbers: Number; dates and times, also as epoch ms: DateTime; times and other text:
 * String), or an unknown type. `identityMap` and `segmentMembership` are maps.
 */
export function inferSchema(profiles: Iterable<DataObject>): InferredSchemas {
  const [profile, event] = [nothingSeen(), nothingSeen()];
  for (const { xEvent, ...attributes } of profiles) {
    observe(profile, attributes);
    if (Array.isArray(xEvent)) for (const each of xEvent as readonly Data[]) observe(event, each);
  }
  return { times: schemaOf(profile, event, DATETIME), texts: schemaOf(profile, event, STRING) };
}

/** Compiles with the reading of times as times; where that has errors and the other one has none, with the other one. */
export function compileInferred(text: string, schemas: InferredSchemas): InferredCompiled {
  return withReading(schemas, (schema) => compile(text, schema));
}

/** As `compileInferred`, for a query whose result is its value. */
export function compileValueInferred(text: string, schemas: InferredSchemas): CompiledValue {
  return withReading(schemas, (schema) => compileValue(text, schema));
}

function withReading<Result extends { readonly problems: readonly Problem[] }>(
  { times, texts }: InferredSchemas,
  compiled: (schema: UnionSchema) => Result,
): Result & { readonly schema: UnionSchema } {
  const first = compiled(times);
  if (!hasErrors(first.problems)) return { ...first, schema: times };
  const second = compiled(texts);
  return hasErrors(second.problems) ? { ...first, schema: times } : { ...second, schema: texts };
}

function nothingSeen(): Seen {
  return { kinds: new Set(), fields: new Map(), items: null };
}

function observe(seen: Seen, data: Data | undefined): void {
  if (data === null || data === undefined) return;
  seen.kinds.add(kindOf(data));
  if (typeof data !== 'object') return;
  if (Array.isArray(data)) {
    seen.items ??= nothingSeen();
    for (const item of data as readonly Data[]) observe(seen.items, item);
    return;
  }
  for (const [name, value] of Object.entries(data)) {
    let field = seen.fields.get(name);
    if (field === undefined) seen.fields.set(name, (field = nothingSeen()));
    observe(field, value);
  }
}

function kindOf(data: string | number | boolean | DataObject | readonly Data[]): Kind {
  switch (typeof data) {
    case 'string':
      return parseTime(data) === null ? 'text' : /^\d{4}-\d{2}-\d{2}$/.test(data) ? 'date' : 'time';
    case 'number':
      return Number.isSafeInteger(data) ? 'integer' : 'number';
    case 'boolean':
      return 'boolean';
    default:
      return Array.isArray(data) ? 'array' : 'object';
  }
}

/** What text that looks like times is read as: DATETIME or STRING. */
type TimeType = Type;

function schemaOf(profile: Seen, event: Seen, time: TimeType): UnionSchema {
  const { fields } = objectOf(profile, time);
  const maps = {
    ...mapField(profile, 'identityMap', (seen) => mapOf(arrayOf(objectOf(seen.items ?? nothingSeen(), time)))),
    ...mapField(profile, 'segmentMembership', (seen) => mapOf(mapOf(objectOf(together(seen), time, { status: { type: STRING } })))),
  };
  return {
    profile: { kind: 'object', open: true, fields: { ...fields, ...maps } },
    // What every event has, and how it is stored, does not depend on the documents.
    event: objectOf(event, time, { _id: { type: STRING }, timestamp: { type: DATETIME }, eventType: { type: STRING } }),
  };
}

/** The map called `name`; `type` makes its type of what was seen of all its values together. */
function mapField(profile: Seen, name: string, type: (values: Seen) => Type): Readonly<Record<string, Field>> {
  return { [name]: { type: type(together(profile.fields.get(name) ?? nothingSeen())) } };
}

/** What was seen in all fields of an object, as if they were one. */
function together({ fields }: Seen): Seen {
  const all = nothingSeen();
  for (const field of fields.values()) join(all, field);
  return all;
}

function join(into: Seen, { kinds, fields, items }: Seen): void {
  for (const kind of kinds) into.kinds.add(kind);
  if (items !== null) join((into.items ??= nothingSeen()), items);
  for (const [name, field] of fields) {
    const known = into.fields.get(name) ?? nothingSeen();
    into.fields.set(name, known);
    join(known, field);
  }
}

function objectOf({ fields }: Seen, time: TimeType, known: Readonly<Record<string, Field>> = {}): ObjectType {
  const inferred = [...fields].map(([name, seen]) => [name, { type: typeOf(seen, time) }] as const);
  return { kind: 'object', open: true, fields: Object.fromEntries([...inferred, ...Object.entries(known)]) };
}

function typeOf(seen: Seen, time: TimeType): Type {
  const { kinds } = seen;
  const only = (...allowed: readonly Kind[]): boolean => kinds.size > 0 && [...kinds].every((kind) => allowed.includes(kind));
  if (only('object')) return objectOf(seen, time);
  if (only('array')) return arrayOf(seen.items === null ? UNKNOWN : typeOf(seen.items, time));
  if (only('boolean')) return BOOLEAN;
  if (only('integer')) return INTEGER;
  if (only('integer', 'number')) return NUMBER;
  if (only('date')) return time === DATETIME ? DATE : STRING;
  if (only('date', 'time')) return time;
  if (only('date', 'time', 'text')) return STRING;
  if (time === DATETIME && only('date', 'time', 'integer')) return DATETIME;
  return UNKNOWN;
}
