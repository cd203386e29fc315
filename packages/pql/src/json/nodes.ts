/**
 * pql/json: a query as a tree of nodes. The public dialect has literal, parameterReference, fieldLookup and fnApply; what it has no
 * public form for is written with the same nodes, fnCreate and varRef, by the scheme in docs/pql.md.
 */
import { callInfo, callName, methodName } from '../functions.ts';
import { tokenize } from '../parse/lexer.ts';
import type { Problem } from '../problems.ts';

export type PqlJson =
  | { readonly nodeType: 'literal'; readonly literalType: 'String'; readonly value: string }
  | { readonly nodeType: 'literal'; readonly literalType: 'Integer' | 'Double'; readonly value: number }
  | { readonly nodeType: 'literal'; readonly literalType: 'Boolean'; readonly value: boolean }
  | { readonly nodeType: 'literal'; readonly literalType: 'List'; readonly value: readonly PqlJson[] }
  /** `name` keeps how the text says it (`$1`, `profile`); without it the text has the bare name of the field. */
  | { readonly nodeType: 'parameterReference'; readonly position: number; readonly name?: string }
  /** Without object: a name of the item in hand, inside a filter. */
  | { readonly nodeType: 'fieldLookup'; readonly fieldName: string; readonly object?: PqlJson }
  /** `form` is there only where the name alone would be read otherwise: `x.in(y)` is the method, not the operator. */
  | { readonly nodeType: 'fnApply'; readonly fnName: string; readonly form?: Form; readonly params: readonly PqlJson[] }
  | { readonly nodeType: 'fnCreate'; readonly params: readonly { readonly varName: string }[]; readonly body: PqlJson }
  | { readonly nodeType: 'varRef'; readonly varName: string };

export type Form = 'method' | 'call';

/** What is wrong with a pql/json definition: as `Problem`, with a JSON pointer (RFC 6901) for the place. */
export type JsonProblem = Omit<Problem, 'span' | 'fix'> & { readonly path: string };

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
export const BINARY = ['+', '-', '*', '/', '%', ...COMPARISONS, 'in', 'notIn', 'like', 'matches'] as const;
export const TIME_WORDS = ['now', 'today', 'yesterday', 'tomorrow'] as const;
export const CALENDAR = ['this', 'last', 'next'] as const;
export const AGGREGATES = ['sum', 'average', 'min', 'max'] as const;
export const UNITS = [
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'decade',
  'century',
  'millennium',
] as const;

/** Names of fnApply that are not a method or call unless `form` says so; in any case. */
const SPECIAL: ReadonlySet<string> = new Set(
  [
    ...BINARY,
    ...TIME_WORDS,
    ...CALENDAR,
    'and',
    'or',
    'not',
    '!',
    'if',
    'let',
    'filter',
    'object',
    '@',
    'occurs',
    'chain',
    'from',
    'modelInstances',
  ].map((name) => name.toLowerCase()),
);

/** How a name is read without `form`. */
export function formOf(name: string): Form | 'special' {
  if (SPECIAL.has(name.toLowerCase())) return 'special';
  return callInfo(callName(name)) === null ? 'method' : 'call';
}

/** What bare names mean in a place. Both directions keep it alike, so that they are inverse. */
export interface Scope {
  readonly variables: ReadonlySet<string>;
  /** Inside a filter or a step, where a bare name is a field of the item. */
  readonly item: boolean;
}

export const TOP: Scope = { variables: new Set(), item: false };

export const withVariables = (scope: Scope, names: readonly string[]): Scope =>
  names.length === 0 ? scope : { ...scope, variables: new Set([...scope.variables, ...names]) };
export const ofItem = (scope: Scope): Scope => ({ ...scope, item: true });

const ITEM_METHODS: ReadonlySet<string> = new Set(['exists', 'filter', 'map', 'topN', 'bottomN', 'groupBy', ...AGGREGATES]);

/** The scope of a method's arguments; a lambda keeps the one around it. */
export const argumentScope = (scope: Scope, method: string, isLambda: boolean): Scope =>
  ITEM_METHODS.has(methodName(method)) && !isLambda ? ofItem(scope) : scope;

/** Words that the text reads as something else than a field, at least somewhere. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'and or not in notin like matches occurs where from true false now today yesterday tomorrow this last next select exists some forall sum average min max let if chain over on before after between profile'.split(
    ' ',
  ),
);

/** True when a field of the profile can be written with its bare name here. */
export function isBare(name: string, { variables, item }: Scope): boolean {
  return !item && !variables.has(name) && !KEYWORDS.has(name.toLowerCase());
}

/** True when the text can spell the name. */
export function isWord(name: string): boolean {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return true;
  const { tokens, problems } = tokenize(name);
  return problems.length === 0 && tokens.length === 2 && tokens[0]?.kind === 'name' && tokens[0].text === name;
}
