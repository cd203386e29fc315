/**
 * Values put into tuples, so that members of lists can be chosen, sorted, grouped and handed on whole; and the choice
 * between two values of any kind.
 */
import { mapOf } from './maps.ts';
import { membersOf, packList } from './members.ts';
import type { List, MapShape, Mixed, ObjectShape, Packed, Scalar, Scope, Shape } from './shape.ts';
import { EMPTY, NULL } from './shape.ts';
import { all, any, FALSE, not } from './text.ts';

/** A tuple that is given a place for each part of a value as it is asked for. */
export class Pack {
  /** Where the values stand before they are packed. */
  readonly #scope: Scope;
  readonly #slots: (() => string)[] = [];
  readonly #places = new Map<string, number>();
  readonly #parts = new Map<string, unknown>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The place of a part, from 1. */
  place(key: string, sql: () => string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#slots.push(sql);
    this.#places.set(key, place);
    return place;
  }

  /** The tuple. To be written after everything that reads it. */
  sql(): string {
    return `tuple(${this.#slots.length === 0 ? '1' : this.#slots.map((slot) => slot()).join(', ')})`;
  }

  /** A value as it is read from the tuple; equal keys are for equal values. */
  read(source: Shape, tuple: string, key = ''): Shape {
    const part = (name: string, sql: string): string => `${tuple}.${this.place(key + name, () => sql)}`;
    switch (source.shape) {
      case 'scalar':
        return this.#scalar(source, tuple, key);
      case 'mixed':
        return mixed((form) => this.#scalar(source.parts[form], tuple, `${key}=${form}`));
      case 'scalars':
        return source.form === null && source.sql === '[]' ? EMPTY : { ...source, sql: part('', source.sql) };
      case 'members': {
        const packed = this.#part(`${key}[]`, () => source.pack(this.#scope));
        const place = this.place(key, () => packed.array());
        return membersOf({ array: () => `${tuple}.${place}`, member: (member) => packed.member(member) });
      }
      case 'choice': {
        const condition = part('?', source.condition);
        return choose(condition, [this.read(source.yes, tuple, `${key}+`), this.read(source.no, tuple, `${key}-`)], this.#scope);
      }
      default:
        return this.#compound(source, tuple, key);
    }
  }

  #compound(source: Extract<Shape, { readonly shape: 'object' | 'map' }>, tuple: string, key: string): Shape {
    const scope = this.#scope;
    const known = (): string => {
      const sql = this.#part(`${key}?`, () => source.known(scope));
      return sql === FALSE ? FALSE : `${tuple}.${this.place(`${key}?`, () => sql)}`;
    };
    if (source.shape === 'object') {
      const field = (name: string): Shape => {
        const at = `${key}/${encodeURIComponent(name)}`;
        return this.read(
          this.#part(at, () => source.field(name, scope)),
          tuple,
          at,
        );
      };
      return { shape: 'object', names: source.names, field, known };
    }
    const keys = (): Shape =>
      this.read(
        this.#part(`${key}{}`, () => source.keys(scope)),
        tuple,
        `${key}{}`,
      );
    const values = (): Shape =>
      this.read(
        this.#part(`${key}{}=`, () => source.values(scope)),
        tuple,
        `${key}{}=`,
      );
    return mapOf({ keys: () => asList(keys(), scope), values: () => asList(values(), scope), known });
  }

  #scalar(source: Scalar, tuple: string, key: string): Scalar {
    if (source.form === null || source.constant === true) return source;
    const sql = source.nullable ? source.sql : `toNullable(${source.sql})`;
    return { shape: 'scalar', form: source.form, sql: `${tuple}.${this.place(`${key}=`, () => sql)}`, nullable: true };
  }

  /** Made once, so that names it may bind are bound once. */
  #part<Part>(key: string, make: () => Part): Part {
    if (!this.#parts.has(key)) this.#parts.set(key, make());
    return this.#parts.get(key) as Part;
  }
}

/** One of two values, by a condition whose text may stand in many places. */
export function choose(condition: string, [yes, no]: readonly [Shape, Shape], scope: Scope): Shape {
  if (isNothing(yes) && isNothing(no)) return NULL;
  if (isPlain(yes) && isPlain(no)) return choosePlain(condition, yes, no);
  if (fits(yes, isList) && fits(no, isList)) return chooseList(condition, [asList(yes, scope), asList(no, scope)], scope);
  if (fits(yes, isObject) && fits(no, isObject)) return chooseObject(condition, yes, no);
  if (fits(yes, isMap) && fits(no, isMap)) return chooseMap(condition, yes, no);
  return { shape: 'choice', condition, yes, no };
}

const isNothing = (shape: Shape): boolean => shape.shape === 'scalar' && shape.form === null;
const isPlain = (shape: Shape): shape is Scalar | Mixed => shape.shape === 'scalar' || shape.shape === 'mixed';
const isList = (shape: Shape): shape is List => shape.shape === 'scalars' || shape.shape === 'members';
const isObject = (shape: Shape): shape is ObjectShape => shape.shape === 'object';
const isMap = (shape: Shape): shape is MapShape => shape.shape === 'map';
const fits = (shape: Shape, kind: (shape: Shape) => boolean): boolean => kind(shape) || isNothing(shape);

function choosePlain(condition: string, yes: Scalar | Mixed, no: Scalar | Mixed): Scalar | Mixed {
  if (yes.shape === 'scalar' && no.shape === 'scalar' && (yes.form === no.form || yes.form === null || no.form === null)) {
    const sql = `if(${condition}, ${yes.sql}, ${no.sql})`;
    return { shape: 'scalar', form: yes.form ?? no.form, sql, nullable: yes.nullable || no.nullable };
  }
  const both = mixed((form) => choosePlain(condition, partOf(yes, form), partOf(no, form)) as Scalar);
  const { string, number, boolean } = both.parts;
  // Times and numbers are both numbers.
  return string.form === null && boolean.form === null ? number : both;
}

type PartForm = keyof Mixed['parts'];

export function mixed(part: (form: PartForm) => Scalar): Mixed {
  return { shape: 'mixed', parts: { string: part('string'), number: part('number'), boolean: part('boolean') } };
}

/** The value if it is of a form, else null. Times are numbers too. */
export function partOf(shape: Scalar | Mixed, form: PartForm): Scalar {
  if (shape.shape === 'mixed') return shape.parts[form];
  if (shape.form === 'time' && form === 'number') return { ...shape, form, sql: `toFloat64(${shape.sql})` };
  return shape.form === form ? shape : NULL;
}

/** The list that a value is; what is none counts as an empty one. */
export function asList(shape: Shape, scope: Scope): List {
  if (isList(shape)) return shape;
  if (shape.shape !== 'choice') return EMPTY;
  return chooseList(shape.condition, [asList(shape.yes, scope), asList(shape.no, scope)], scope);
}

function chooseList(condition: string, [yes, no]: readonly [List, List], scope: Scope): List {
  if (yes === EMPTY && no === EMPTY) return EMPTY;
  if (yes.shape === 'scalars' && no.shape === 'scalars' && (yes.form === no.form || yes === EMPTY || no === EMPTY)) {
    return { shape: 'scalars', form: yes.form ?? no.form, sql: `if(${condition}, ${yes.sql}, ${no.sql})` };
  }
  const [a, b] = [packList(yes, scope), packList(no, scope)];
  if (no === EMPTY) return membersOf({ ...a, array: () => `if(${condition}, ${a.array()}, [])` });
  if (yes === EMPTY) return membersOf({ ...b, array: () => `if(${condition}, [], ${b.array()})` });
  return membersOf(eitherList(condition, [a, b], scope));
}

/** Each member of one of two lists that are not alike, besides a member of the other, and which of them counts. */
function eitherList(condition: string, [a, b]: readonly [Packed, Packed], scope: Scope): Packed {
  const [c, x, y, i] = [scope.fresh(), scope.fresh(), scope.fresh(), scope.fresh()];
  return {
    array: () => {
      const members = `arrayMap(${i} -> (${c}, ${x}[${i}], ${y}[${i}]), range(1, if(${c}, length(${x}), length(${y})) + 1))`;
      return `arrayMap((${c}, ${x}, ${y}) -> ${members}, [${condition}], [${a.array()}], [${b.array()}])[1]`;
    },
    member: (tuple) => choose(`${tuple}.1`, [a.member(`${tuple}.2`), b.member(`${tuple}.3`)], scope),
  };
}

function chooseObject(condition: string, yes: Shape, no: Shape): ObjectShape {
  const names = [...new Set([yes, no].flatMap((side) => (isObject(side) ? side.names : [])))];
  const knownOf = (side: Shape, scope: Scope): string => (isObject(side) ? side.known(scope) : FALSE);
  return {
    shape: 'object',
    names,
    field: (name, scope) => choose(condition, [fieldOf(yes, name, scope), fieldOf(no, name, scope)], scope),
    known: (scope) => whichever(condition, knownOf(yes, scope), knownOf(no, scope)),
  };
}

function chooseMap(condition: string, yes: Shape, no: Shape): MapShape {
  const listOf = (side: Shape, list: (map: MapShape) => List): List => (isMap(side) ? list(side) : EMPTY);
  const chosen = (list: (map: MapShape) => List, scope: Scope): List => chooseList(condition, [listOf(yes, list), listOf(no, list)], scope);
  const knownOf = (side: Shape, scope: Scope): string => (isMap(side) ? side.known(scope) : FALSE);
  return mapOf({
    keys: (scope) => chosen((map) => map.keys(scope), scope),
    values: (scope) => chosen((map) => map.values(scope), scope),
    known: (scope) => whichever(condition, knownOf(yes, scope), knownOf(no, scope)),
  });
}

/** One of two conditions. */
export function whichever(condition: string, yes: string, no: string): string {
  return any([all([condition, yes]), all([not(condition), no])]);
}

/** A field of what may be an object. */
export function fieldOf(shape: Shape, name: string, scope: Scope): Shape {
  if (shape.shape === 'object') return shape.field(name, scope);
  if (shape.shape !== 'choice') return NULL;
  return choose(shape.condition, [fieldOf(shape.yes, name, scope), fieldOf(shape.no, name, scope)], scope);
}
