/** Lists of the schema registry and the catalog: filters, order and pages. */
import { compilePattern, patternProblem } from '@kindred/pql';
import type { Json } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';

export interface ListQuery {
  readonly orderby?: string | undefined;
  readonly limit: number;
  readonly start?: string | undefined;
  readonly property?: string | readonly string[] | undefined;
}

export interface ListedPage {
  readonly results: readonly Json[];
  readonly orderby: string;
  /** Null on the last page. */
  readonly next: string | null;
}

/** Beyond so many, a filter by pattern would be a burden for others. */
const LONGEST_PATTERN = 500;

/** The value of an attribute that lists are filtered and ordered by. */
export type ValueOf = (item: Json, name: string) => unknown;

export function listed(
  items: readonly Json[],
  { orderby = '-updated', limit, start, property }: ListQuery,
  valueOf: ValueOf = (item, name) => item[name],
): ListedPage {
  const filters = [property ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => filterOf(text, valueOf));
  const sorted = items.filter((item) => filters.every((fits) => fits(item))).toSorted(orderOf(orderby, valueOf));
  const from =
    start === undefined ? 0 : startOf(sorted, start, (item) => valueOf(item, (orderby.split(',')[0] ?? '').replace(/^[-+]/, '')));
  const next = from + limit < sorted.length ? pageToken(from + limit) : null;
  return { results: sorted.slice(from, from + limit), orderby, next };
}

/** The token of the page that begins with the item of that place. */
export function pageToken(place: number): string {
  return `@${place}`;
}

/** A page token, or a value of the attribute that the list is ordered by. */
function startOf(sorted: readonly Json[], start: string, keyOf: (item: Json) => unknown): number {
  const token = /^@(\d{1,9})$/.exec(start);
  if (token !== null) return Number(token[1]);
  const at = sorted.findIndex((item) => String(keyOf(item)) === start);
  return at === -1 ? sorted.length : at;
}

function orderOf(orderby: string, valueOf: ValueOf): (one: Json, other: Json) => number {
  const keys = orderby.split(',').map((key) => ({ name: key.replace(/^[-+]/, ''), sign: key.startsWith('-') ? -1 : 1 }));
  return (one, other) => {
    for (const { name, sign } of keys) {
      const [a, b] = [sortable(valueOf(one, name)), sortable(valueOf(other, name))];
      if (a !== b) return sign * (a < b ? -1 : 1);
    }
    return 0;
  };
}

function sortable(value: unknown): string | number {
  return typeof value === 'number' || typeof value === 'string' ? value : '';
}

function filterOf(text: string, valueOf: ValueOf): (item: Json) => boolean {
  const match = /^([\w:$-]+?)(==|!=|~=|~|>|<)(.*)$/.exec(text);
  if (match === null) {
    const hint = 'Write property=title==Loyalty, with ==, !=, ~=, > or <.';
    throw new RequestError('request-invalid', `property=${text} is not understood.`, { hint });
  }
  const [, name = '', operator = '', wanted = ''] = match;
  const matches = operator.startsWith('~') ? patternOf(wanted) : null;
  return (item) => {
    const found = valueOf(item, name);
    const values = (Array.isArray(found) ? found : [found]).map((value) => (value === undefined ? '' : String(value)));
    switch (operator) {
      case '==':
        return values.includes(wanted);
      case '!=':
        return !values.includes(wanted);
      case '>':
        return values.some((value) => Number(value) > Number(wanted));
      case '<':
        return values.some((value) => Number(value) < Number(wanted));
      default:
        return values.some((value) => matches?.(value) ?? false);
    }
  };
}

function patternOf(text: string): (value: string) => boolean {
  if (text.length > LONGEST_PATTERN) throw new RequestError('request-invalid', 'The pattern is too long.');
  const problem = patternProblem(text);
  if (problem !== null) throw new RequestError('request-invalid', `${text}: ${problem.message}`, { hint: problem.hint });
  return compilePattern(text).test;
}
