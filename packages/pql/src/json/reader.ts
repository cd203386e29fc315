/** What every part of the reader of pql/json needs: the place in the tree, looking, complaining. */
import type { Expr } from '../ast.ts';
import { problemCatalogue } from '../problems.ts';
import type { ProblemCode } from '../problems.ts';
import { isWord } from './nodes.ts';
import type { JsonProblem, Scope } from './nodes.ts';

/** Trees come without text, so their spans are empty: print and parse one for its places. */
export const SPAN = { from: 0, to: 0 } as const;
export const MISSING: Expr = { kind: 'missing', span: SPAN };

/** Complaints beyond these only repeat. */
const MOST_PROBLEMS = 50;

export type Node = Readonly<Record<string, unknown>>;

export interface Place {
  /** JSON pointer. */
  readonly path: string;
  readonly scope: Scope;
  /** Of expressions around. */
  readonly depth: number;
}

/** An fnApply, its shape checked. */
export interface Apply {
  readonly name: string;
  readonly params: readonly unknown[];
  readonly place: Place;
}

export interface Reader {
  readonly problems: JsonProblem[];
  readonly expr: (json: unknown, place: Place) => Expr;
}

export const at = (place: Place, step: string | number, scope: Scope = place.scope): Place => ({
  ...place,
  path: `${place.path}/${step}`,
  scope,
});
export const param = (place: Place, index: number, scope?: Scope): Place => at(place, `params/${index}`, scope);

export function isNode(json: unknown): json is Node {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function complain(reader: Reader, { path }: Place, message: string, hint?: string, code: ProblemCode = 'bad-json'): Expr {
  const extra = hint === undefined ? {} : { hint };
  if (reader.problems.length < MOST_PROBLEMS)
    reader.problems.push({
      code,
      severity: problemCatalogue[code].severity,
      message: `${message} (at ${path === '' ? 'the root' : path})`,
      path,
      ...extra,
    });
  return MISSING;
}

/** A short name of any JSON for messages. */
export function shown(json: unknown): string {
  if (json === undefined) return 'nothing';
  if (isNode(json)) return typeof json['nodeType'] === 'string' ? `a ${json['nodeType'].slice(0, 40)} node` : 'an object without nodeType';
  if (Array.isArray(json)) return 'an array';
  return JSON.stringify(json).slice(0, 60);
}

/** A name that the text can spell; empty after a complaint. */
export function wordAt(reader: Reader, json: unknown, place: Place): string {
  if (typeof json === 'string' && isWord(json)) return json;
  complain(reader, place, `Expected a name, found ${shown(json)}.`, 'Names have letters, digits and _, and do not begin with a digit.');
  return '';
}

export function arrayAt(reader: Reader, json: unknown, place: Place): readonly unknown[] {
  if (Array.isArray(json)) return json;
  complain(reader, place, `Expected an array, found ${shown(json)}.`);
  return [];
}

/** True when the function has as many parameters as it needs; complains otherwise. */
export function hasCount(reader: Reader, { name, params, place }: Apply, least: number, most = least): boolean {
  if (params.length >= least && params.length <= most) return true;
  const wanted = most === Infinity ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`;
  complain(reader, place, `\`${name}\` takes ${wanted} params, found ${params.length}.`);
  return false;
}

/** The string of a String literal, or a bare string; null after no complaint. */
export function stringOf(json: unknown): string | null {
  const value = isNode(json) && json['nodeType'] === 'literal' ? json['value'] : json;
  return typeof value === 'string' ? value : null;
}

/** The number of an Integer literal, also when it is given as a string; null when there is none. */
export function wholeOf(json: unknown): number | null {
  const value = isNode(json) && json['nodeType'] === 'literal' ? json['value'] : json;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

export function oneOf<Word extends string>(words: readonly Word[], text: string | null): Word | null {
  return words.find((word) => word.toLowerCase() === text?.toLowerCase()) ?? null;
}
