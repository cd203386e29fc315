/**
 * Where in a rule the cursor stands: which fields a bare name may mean there, and of what type the value before a dot
 * is. Works on tokens, so that it answers in the middle of typing, when nothing parses.
 */
import { tokenize } from '@kindred/pql';
import type { Field, ObjectType, Token, Type, UnionSchema } from '@kindred/pql';
import { recordFields } from '../schema/records.ts';

export interface Place {
  /** Fields that a bare name may mean, innermost level; `xEvent` is among the profile's. */
  readonly fields: Readonly<Record<string, Field>>;
  /** The type of the value before the dot; null where no dot precedes, unknown where it cannot be told. */
  readonly receiver: Type | null;
  /** What a string here is compared with: `eventType = "…"`; null where that is nothing. */
  readonly compared: { readonly name: string; readonly type: Type } | null;
}

const UNKNOWN: Type = { kind: 'unknown' };
const BOOLEAN: Type = { kind: 'boolean' };
const NUMBER: Type = { kind: 'number' };
const STRING: Type = { kind: 'string' };
/** Functions whose argument sees the fields of a member. */
const PER_MEMBER = new Set(['exists', 'filter', 'map', 'sum', 'average', 'min', 'max', 'topN', 'bottomN', 'groupBy']);
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** @param offset start of the word being typed, or the inside of a string */
export function placeAt(text: string, offset: number, schema: UnionSchema): Place {
  const tokens = tokenize(text.slice(0, offset)).tokens.filter(({ kind }) => kind !== 'end');
  const reader = new Reader(tokens, schema);
  const end = tokens.length;
  const levels = reader.levelsAt(end);
  const receiver = isSymbol(tokens[end - 1], '.') ? reader.typeBefore(end - 1) : null;
  return { fields: fieldsOf(levels.at(-1) ?? UNKNOWN), receiver, compared: reader.comparedAt(end) };
}

/** The fields below a value: an object's, a list's members', none of anything else. */
export function fieldsOf(type: Type): Readonly<Record<string, Field>> {
  if (type.kind === 'object') return type.fields;
  return type.kind === 'array' ? fieldsOf(type.items) : recordFields(type);
}

const isSymbol = (token: Token | undefined, text: string): boolean => token?.kind === 'symbol' && token.text === text;

class Reader {
  readonly #tokens: readonly Token[];
  readonly #schema: UnionSchema;
  readonly #profile: ObjectType;

  constructor(tokens: readonly Token[], schema: UnionSchema) {
    this.#tokens = tokens;
    this.#schema = schema;
    this.#profile = {
      kind: 'object',
      fields: { ...schema.profile.fields, xEvent: { type: { kind: 'array', items: schema.event }, title: 'Events' } },
    };
  }

  /** The profile, then the member of each list whose filter is open here. */
  levelsAt(end: number): readonly Type[] {
    const levels: Type[] = [this.#profile];
    for (const open of this.#openBrackets(end)) {
      const member = this.#memberAt(open);
      if (member !== null) levels.push(member);
    }
    return levels;
  }

  #openBrackets(end: number): readonly number[] {
    const open: number[] = [];
    for (let at = 0; at < end; at += 1) {
      const token = this.#tokens[at];
      if (token?.kind !== 'symbol') continue;
      if ('([{'.includes(token.text)) open.push(at);
      else if (token.text in OPENING) open.pop();
    }
    return open;
  }

  /** What is in scope behind the bracket at `open` besides what was already: the member of a list, or null. */
  #memberAt(open: number): Type | null {
    const before = this.#tokens[open - 1];
    if (before === undefined) return null;
    if (isSymbol(this.#tokens[open], '['))
      return before.kind === 'name' || isSymbol(before, ']') || isSymbol(before, ')') ? itemOf(this.typeBefore(open)) : null;
    if (before.kind !== 'name') return null;
    if (/^(what|where)$/i.test(before.text)) return this.#schema.event;
    const onList = isSymbol(this.#tokens[open - 2], '.') && PER_MEMBER.has(before.text);
    return onList ? itemOf(this.typeBefore(open - 2)) : null;
  }

  /** The type of the path or call that ends before token `end`. */
  typeBefore(end: number): Type {
    const last = this.#tokens[end - 1];
    if (last?.kind === 'string') return STRING;
    if (isSymbol(last, ']')) return this.typeBefore(this.#matching(end - 1));
    if (isSymbol(last, ')')) return this.#typeOfCall(this.#matching(end - 1));
    if (last?.kind !== 'name') return UNKNOWN;
    if (isSymbol(this.#tokens[end - 2], '.') && !isSymbol(this.#tokens[end - 3], '^'))
      return fieldType(this.typeBefore(end - 2), last.text);
    return this.#typeOfRoot(last.text, end - 1);
  }

  #typeOfRoot(name: string, at: number): Type {
    if (name === 'xEvent') return { kind: 'array', items: this.#schema.event };
    if (name === 'profile') return this.#profile;
    const levels = this.levelsAt(at);
    return fieldType(levels.at(-1 - this.#caretsBefore(at)) ?? UNKNOWN, name);
  }

  /** `^.name` and `^^name` mean levels further out. */
  #caretsBefore(at: number): number {
    let index = isSymbol(this.#tokens[at - 1], '.') ? at - 2 : at - 1;
    let carets = 0;
    while (isSymbol(this.#tokens[index], '^')) {
      carets += 1;
      index -= 1;
    }
    return carets;
  }

  #typeOfCall(open: number): Type {
    const name = this.#tokens[open - 1];
    if (name?.kind !== 'name' || !isSymbol(this.#tokens[open - 2], '.')) return UNKNOWN;
    return resultOf(name.text, this.typeBefore(open - 2));
  }

  #matching(close: number): number {
    let depth = 0;
    for (let at = close; at >= 0; at -= 1) {
      const token = this.#tokens[at];
      if (token?.kind !== 'symbol') continue;
      if (token.text in OPENING) depth += 1;
      else if ('([{'.includes(token.text)) depth -= 1;
      if (depth === 0) return at;
    }
    return 0;
  }

  comparedAt(end: number): Place['compared'] {
    const before = this.#tokens[end - 1];
    const listed = before !== undefined && (isSymbol(before, '[') || isSymbol(before, ','));
    const operator = listed ? this.#openBrackets(end).at(-1) : end;
    if (operator === undefined) return null;
    const compares = this.#tokens[operator - 1];
    const subject = comparing(compares, listed) ? operator - 1 : this.#subjectOfCall(operator, compares);
    const name = subject === null ? undefined : this.#tokens[subject - 1];
    return name?.kind === 'name' && subject !== null ? { name: name.text, type: this.typeBefore(subject) } : null;
  }

  /** `field.equals("…"`: the field is what stands before the dot. */
  #subjectOfCall(end: number, open: Token | undefined): number | null {
    const called = isSymbol(open, '(') ? this.#tokens[end - 2] : undefined;
    return called?.kind === 'name' && /^(equals|notEqualTo)$/.test(called.text) && isSymbol(this.#tokens[end - 3], '.') ? end - 3 : null;
  }
}

function comparing(token: Token | undefined, listed: boolean): boolean {
  if (token === undefined) return false;
  return listed ? /^(in|notIn)$/i.test(token.text) : isSymbol(token, '=') || isSymbol(token, '!=');
}

function itemOf(type: Type): Type | null {
  return type.kind === 'array' ? type.items : type.kind === 'unknown' ? UNKNOWN : null;
}

/** A field of an object; of a list, the list of its members' fields. */
function fieldType(type: Type, name: string): Type {
  if (type.kind === 'array') return { kind: 'array', items: fieldType(type.items, name) };
  const fields = fieldsOf(type);
  return Object.hasOwn(fields, name) ? (fields[name]?.type ?? UNKNOWN) : UNKNOWN;
}

function resultOf(name: string, receiver: Type): Type {
  if (/^(filter|distinct|topN|bottomN|intersection)$/.test(name)) return receiver;
  if (name === 'head') return itemOf(receiver) ?? UNKNOWN;
  if (/^(count|sum|average|min|max|getYear|getMonth|getDayOfMonth)$/.test(name)) return NUMBER;
  if (receiver.kind === 'map' && name === 'get') return receiver.values;
  if (receiver.kind === 'map' && name === 'values') return { kind: 'array', items: receiver.values };
  if (name === 'keys') return { kind: 'array', items: STRING };
  if (name === 'regexGroup') return STRING;
  return /^(map|groupBy)$/.test(name) ? UNKNOWN : BOOLEAN;
}
