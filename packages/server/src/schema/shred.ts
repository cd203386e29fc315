/**
 * Takes an XDM document apart into column values, checking every value on the way: one walk over the document, by
 * functions made once from the type. Nothing of a document with a problem is kept.
 */
import type { ObjectType, ScalarType, Type } from '@kindred/pql';
import { nearest } from '@kindred/pql';
import { parseDate, parseInstant, storable } from './instant.ts';
import type { Column, Shelf } from './layout.ts';
import { columnName, columnsOf, entryPath, isScalar, keyColumn, lengthColumn } from './layout.ts';
import { limitsOf } from './types.ts';

/** What is wrong with a document. */
export interface Problem {
  /** Dotted path, `[]` for members of an array. */
  readonly field: string;
  readonly reason: string;
  /** The word of JSON Schema that it is about, when a schema says so. */
  readonly keyword?: string;
}

/** Text, number or Boolean; times are epoch milliseconds. Lists, one level for each of the column's `depth`. */
export type Cell = string | number | boolean | null | readonly Cell[];

/** What to do with a field the schema does not know. */
export type UnknownFields = 'reject' | 'drop';

/** The longest text that is stored, in characters. */
const LONGEST_TEXT = 1_048_576;

interface Sink {
  put(slot: number, cell: Cell): void;
}

type Visit = (value: unknown, sink: Sink) => void;

/** Shreds documents of one type. The result of a call stands in `slots`, `cells` and `count` until the next call. */
export class Shredder implements Sink {
  readonly columns: readonly Column[];
  /** Indexes into `columns`. */
  readonly slots: number[] = [];
  readonly cells: Cell[] = [];
  count = 0;
  problems: Problem[] = [];
  /** How often an unknown field was left out, by dotted path. Only with `drop`. */
  readonly dropped = new Map<string, number>();
  readonly #slotOf: ReadonlyMap<string, number>;
  readonly #unknown: UnknownFields;
  readonly #visit: Visit;

  /** @param table whose fields to keep; fields that are columns of their own (`_id`, …) or stored elsewhere are skipped */
  constructor(table: Shelf, type: ObjectType, unknown: UnknownFields) {
    this.columns = columnsOf(table, type);
    this.#slotOf = new Map(this.columns.map((column, slot) => [column.name, slot]));
    this.#unknown = unknown;
    const kept = new Set(this.columns.map((column) => column.path[0]));
    this.#visit = this.#object(type, [], '', (name) => kept.has(name));
  }

  /** Shreds one document. False when there are `problems`. */
  shred(document: unknown): boolean {
    this.count = 0;
    if (this.problems.length > 0) this.problems = [];
    this.#visit(document, this);
    return this.problems.length === 0;
  }

  put(slot: number, cell: Cell): void {
    this.slots[this.count] = slot;
    this.cells[this.count++] = cell;
  }

  #problem(field: string, reason: string): void {
    this.problems.push({ field, reason });
  }

  #compile(type: Type, path: readonly string[], field: string): Visit {
    switch (type.kind) {
      case 'object':
        return this.#object(type, path, field, () => true);
      case 'array':
        return isScalar(type.items) ? this.#scalars(type.items, path, field) : this.#array(type.items, path, field);
      case 'map':
        return this.#map(type.values, path, field);
      case 'unknown':
        return () => this.#problem(field, 'the schema gives this field no type');
      default:
        return this.#scalar(type, path, field);
    }
  }

  #object(type: ObjectType, path: readonly string[], field: string, kept: (name: string) => boolean): Visit {
    const prefix = field === '' ? '' : `${field}.`;
    const visits = new Map<string, Visit | null>();
    for (const [name, { type: inner }] of Object.entries(type.fields)) {
      visits.set(name, kept(name) ? this.#compile(inner, [...path, name], prefix + name) : null);
    }
    // Documents mostly have the fields of the one before, in its order: comparing names beats looking them up.
    const names: string[] = [];
    const visitOf: (Visit | null | undefined)[] = [];
    return (value, sink) => {
      if (typeof value !== 'object' || Array.isArray(value)) return this.#problem(field, `expected an object, found ${describe(value)}`);
      let index = 0;
      for (const name in value) {
        const inner = (value as Readonly<Record<string, unknown>>)[name];
        if (names[index] !== name) {
          names[index] = name;
          visitOf[index] = visits.get(name);
        }
        const visit = visitOf[index++];
        if (inner === null || inner === undefined) continue;
        if (visit) visit(inner, sink);
        else if (visit === undefined) this.#unknownField(prefix + name, name, visits);
      }
    };
  }

  #unknownField(field: string, name: string, known: ReadonlyMap<string, unknown>): void {
    if (this.#unknown === 'drop') {
      this.dropped.set(field, (this.dropped.get(field) ?? 0) + 1);
      return;
    }
    const near = nearest(name, known.keys());
    this.#problem(field, `the schema has no such field${near === null ? '' : `; did you mean ${near}?`}`);
  }

  #array(items: Type, path: readonly string[], field: string): Visit {
    const length = this.#slot(lengthColumn(path));
    const visit = this.#compile(items, path, `${field}[]`);
    return (value, sink) => {
      if (!Array.isArray(value)) return this.#problem(field, `expected an array, found ${describe(value)}`);
      if (value.length === 0) return;
      sink.put(length, value.length);
      const lists = new Lists(value.length);
      for (const item of value) {
        if (item !== null) visit(item, lists);
        lists.index++;
      }
      lists.passTo(sink);
    };
  }

  #map(values: Type, path: readonly string[], field: string): Visit {
    const length = this.#slot(lengthColumn(path));
    const key = this.#slot(keyColumn(path));
    const visit = this.#compile(values, entryPath(path, values), `${field}.*`);
    return (value, sink) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return this.#problem(field, `expected an object, found ${describe(value)}`);
      }
      const entries = Object.entries(value).filter((entry) => entry[1] !== null && entry[1] !== undefined);
      if (entries.length === 0) return;
      sink.put(length, entries.length);
      sink.put(
        key,
        entries.map((entry) => entry[0]),
      );
      const lists = new Lists(entries.length);
      for (const [, inner] of entries) {
        visit(inner, lists);
        lists.index++;
      }
      lists.passTo(sink);
    };
  }

  #scalars(items: ScalarType, path: readonly string[], field: string): Visit {
    const slot = this.#slot(columnName(path));
    const check = this.#check(items, `${field}[]`);
    return (value, sink) => {
      if (!Array.isArray(value)) return this.#problem(field, `expected an array, found ${describe(value)}`);
      if (value.length === 0) return;
      sink.put(
        slot,
        value.map((item: unknown) => (item === null ? null : check(item))),
      );
    };
  }

  #scalar(type: ScalarType, path: readonly string[], field: string): Visit {
    const slot = this.#slot(columnName(path));
    const check = this.#check(type, field);
    return (value, sink) => {
      sink.put(slot, check(value));
    };
  }

  /** The value as it is stored; null, and a problem, when it does not fit. */
  #check(type: ScalarType, field: string): (value: unknown) => Cell {
    const read = reader(type);
    return (value) => {
      const cell = read(value);
      if (typeof cell !== 'object') return cell;
      this.#problem(field, cell.reason);
      return null;
    };
  }

  #slot(name: string): number {
    const slot = this.#slotOf.get(name);
    if (slot === undefined) throw new Error(`no column called ${name}: columnsOf and Shredder disagree`);
    return slot;
  }
}

/** Gathers what lies below the members of an array: a list per column, null where a member has nothing. */
class Lists implements Sink {
  index = 0;
  readonly #length: number;
  readonly #slots: number[] = [];
  readonly #lists: Cell[][] = [];

  constructor(length: number) {
    this.#length = length;
  }

  put(slot: number, cell: Cell): void {
    let at = this.#slots.indexOf(slot);
    if (at === -1) {
      at = this.#slots.push(slot) - 1;
      this.#lists.push(Array<Cell>(this.#length).fill(null));
    }
    (this.#lists[at] as Cell[])[this.index] = cell;
  }

  passTo(sink: Sink): void {
    for (let at = 0; at < this.#slots.length; at++) sink.put(this.#slots[at] as number, this.#lists[at] as Cell[]);
  }
}

type Reading = string | number | boolean | { readonly reason: string };

function reader(type: ScalarType): (value: unknown) => Reading {
  switch (type.kind) {
    case 'string':
      return textReader(type);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : wrong('true or false', value));
    case 'integer':
    case 'number':
      return numberReader(type);
    case 'date':
      return timeReader(parseDate, 'a date such as 2026-01-31');
    case 'datetime':
      return timeReader(parseInstant, 'a time with zone such as 2026-01-31T09:30:00Z');
  }
}

function textReader(type: ScalarType): (value: unknown) => Reading {
  const { pattern, maxLength = LONGEST_TEXT } = limitsOf(type);
  const allowed = type.enum === undefined ? null : new Set(type.enum);
  const expression = pattern === undefined ? null : new RegExp(pattern, 'u');
  return (value) => {
    if (typeof value !== 'string') return wrong('text', value);
    if (value.length > maxLength) return { reason: `the text has ${value.length} characters, at most ${maxLength} are allowed` };
    if (allowed !== null && !allowed.has(value)) return { reason: `${shorten(value)} is not one of ${[...allowed].join(', ')}` };
    if (expression !== null && !expression.test(value)) return { reason: `${shorten(value)} does not match the pattern ${pattern}` };
    return value;
  };
}

function numberReader(type: ScalarType): (value: unknown) => Reading {
  const { minimum = -Infinity, maximum = Infinity } = limitsOf(type);
  const whole = type.kind === 'integer';
  return (value) => {
    if (typeof value !== 'number') return wrong(whole ? 'a whole number' : 'a number', value);
    if (!Number.isFinite(value)) return { reason: `${value} is no number that can be stored` };
    if (whole && !Number.isSafeInteger(value)) return { reason: `${value} is no whole number within ±(2^53 − 1)` };
    if (value < minimum || value > maximum) return { reason: `${value} is outside of ${minimum} … ${maximum}` };
    return value;
  };
}

/** Times are text in a document; a Date comes from a mapping that has parsed it already. */
function timeReader(parse: (text: string) => number, expected: string): (value: unknown) => Reading {
  return (value) => {
    const instant = typeof value === 'string' ? parse(value) : value instanceof Date ? value.getTime() : NaN;
    if (Number.isNaN(instant)) return wrong(expected, value);
    return storable(instant) ? instant : { reason: 'only times from 1900 to 2299 can be stored' };
  };
}

function wrong(expected: string, value: unknown): { readonly reason: string } {
  return { reason: `expected ${expected}, found ${describe(value)}` };
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a time';
  return typeof value === 'object' ? 'an object' : shorten(value as string | number | boolean);
}

function shorten(value: string | number | boolean): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
