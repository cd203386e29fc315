/**
 * The compact notation the standard field groups are written in, and its parser.
 *
 * ```
 * person "The individual" {          an object with a description
 *   birthDate: date                  a scalar; without a type it is a string
 *   birthYear: i 1..32767            limits of a number; of a string: its length
 *   nationality: string /^[A-Z]{2}$/ a pattern
 *   gender: {male,female}            a closed list of values; ~{…} suggests values
 *   phone: <phone>                   a data type used in many places
 *   status: string "The description may stand before or after the type", SKU 'SKU' "A title stands before it"
 *   tags[]  tickets[] {id}  labels{}: string  bySpace{}[] {id}      arrays, maps, maps of arrays
 * }
 * ```
 * Types: `string`, `i` integer, `n` number, `b` boolean, `dt` date-time, `date`, `m` measure (`id`, `value`).
 * Commas and line ends only separate. A mistake here is ours and throws a plain Error.
 */
import type { Field, ObjectType, ScalarKind, Type } from '@kindred/pql';
import type { Limits, LimitedScalar } from './types.ts';
import { array, map, object, titleOf } from './types.ts';

export type DataTypes = Readonly<Record<string, ObjectType>>;

export const MEASURE = object({
  id: { type: { kind: 'string' }, title: 'ID', description: 'Tells the same count apart from another one' },
  value: { type: { kind: 'number' }, title: 'Value', description: 'The amount, usually 1 for something that happened once' },
});

const KINDS: Readonly<Record<string, ScalarKind>> = {
  string: 'string',
  i: 'integer',
  n: 'number',
  b: 'boolean',
  dt: 'datetime',
  date: 'date',
};

const NAME = /^[A-Za-z_][\w-]*$/;

const TOKEN = /\s*(?:,\s*)*(\/(?:[^/\\]|\\.)*\/|"[^"]*"|'[^']*'|-?[\d.]*\.\.-?[\d.]*|~?[{}[\]:<>]|[^\s,{}[\]:<>"'/]+)/y;

/** Parses fields in the notation; `types` are what `<name>` may refer to. */
export function parseNotation(text: string, types: DataTypes = {}): ObjectType {
  const parser = new Parser(text, types);
  const fields = parser.fields();
  parser.end();
  return fields;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #types: DataTypes;
  #at = 0;

  constructor(text: string, types: DataTypes) {
    this.#tokens = tokenize(text);
    this.#types = types;
  }

  fields(): ObjectType {
    const fields: Record<string, Field> = {};
    while (this.#at < this.#tokens.length && this.#peek() !== '}') {
      const name = this.#next();
      if (!NAME.test(name)) this.#fail(`${name} is no field name`);
      fields[name] = this.#field(name);
    }
    return object(fields);
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#fail('unexpected end of an object');
  }

  #field(name: string): Field {
    const wrappers = this.#wrappers();
    let title = this.#quoted("'");
    let description = this.#quoted('"');
    let type: Type = this.#accept(':') ? this.#type() : { kind: 'string' };
    title ??= this.#quoted("'") ?? titleOf(name);
    description ??= this.#quoted('"');
    if (this.#accept('{')) {
      type = this.fields();
      this.#expect('}');
    }
    for (const wrap of wrappers.toReversed()) type = wrap(type);
    return { type, title, ...(description === undefined ? {} : { description }) };
  }

  #wrappers(): ((inner: Type) => Type)[] {
    const wrappers: ((inner: Type) => Type)[] = [];
    for (;;) {
      if (this.#peek() === '[' && this.#peek(1) === ']') wrappers.push(array);
      else if (this.#peek() === '{' && this.#peek(1) === '}') wrappers.push(map);
      else return wrappers;
      this.#at += 2;
    }
  }

  #type(): Type {
    const word = this.#next();
    if (word === '<') return this.#reference();
    if (word === '{') return { kind: 'string', enum: this.#values() };
    if (word === '~{') return { kind: 'string', suggested: this.#values() };
    if (word === 'm') return MEASURE;
    const kind = KINDS[word];
    if (kind === undefined) return this.#fail(`no type called ${word}`);
    const limits = this.#limits(kind);
    const scalar: LimitedScalar = limits === null ? { kind } : { kind, limits };
    return scalar;
  }

  #reference(): Type {
    const name = this.#next();
    this.#expect('>');
    return this.#types[name] ?? this.#fail(`no data type called ${name}`);
  }

  #values(): readonly string[] {
    const values: string[] = [];
    while (this.#peek() !== '}') values.push(this.#next().replaceAll('"', ''));
    this.#expect('}');
    return values;
  }

  #limits(kind: ScalarKind): Limits | null {
    const word = this.#peek() ?? '';
    if (word.startsWith('/')) return { pattern: this.#next().slice(1, -1) };
    if (!word.includes('..')) return null;
    const [low = '', high = ''] = this.#next().split('..');
    if (kind === 'string') return { maxLength: Number(high) };
    return { ...(low === '' ? {} : { minimum: Number(low) }), ...(high === '' ? {} : { maximum: Number(high) }) };
  }

  #quoted(quote: '"' | "'"): string | undefined {
    return this.#peek()?.startsWith(quote) ? this.#next().slice(1, -1) : undefined;
  }

  #peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? this.#fail('unexpected end');
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) this.#fail(`expected ${token}`);
  }

  #fail(message: string): never {
    const near = this.#tokens.slice(Math.max(0, this.#at - 5), this.#at + 3).join(' ');
    throw new Error(`field notation: ${message} near: ${near}`);
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[1] ?? '');
    end = TOKEN.lastIndex;
  }
  const rest = text.slice(end).replace(/^[\s,]+/, '');
  if (rest !== '') throw new Error(`field notation: cannot read ${rest.slice(0, 40)}`);
  return tokens;
}
