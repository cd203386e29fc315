/** A query in either format: its own look counts, not what is said about it. */
import { parse } from '../parse/index.ts';
import { print } from '../print.ts';
import { hasErrors, problem } from '../problems.ts';
import type { Problem, ProblemCode } from '../problems.ts';
import { fromJson } from './from-json.ts';
import type { JsonProblem, PqlJson } from './nodes.ts';
import { toJson } from './to-json.ts';

export type PqlFormat = 'pql/text' | 'pql/json';

/** The longest pql/json read, in UTF-16 units: nodes are wordier than text. */
export const MAX_JSON_LENGTH = 8_388_608;

export interface ReadQuery {
  /** What the value really is. */
  readonly format: PqlFormat;
  /** The query as text; null when its JSON has problems. Text comes back as given, unread. */
  readonly text: string | null;
  readonly problems: readonly JsonProblem[];
}

/**
 * Tells text from JSON: JSON is an object with nodeType. What begins with `{`, is said to be JSON and cannot be read as JSON is
 * broken JSON; all else is text.
 */
export function readQuery(value: string, said: PqlFormat): ReadQuery {
  const start = value.trimStart();
  if (!start.startsWith('{')) return { format: 'pql/text', text: value, problems: [] };
  if (value.length > MAX_JSON_LENGTH)
    return broken('text-too-long', `The JSON has ${value.length} characters; at most ${MAX_JSON_LENGTH} are read.`);
  const json = parsed(value);
  const isTree = typeof json === 'object' && json !== null && 'nodeType' in json;
  if (!isTree && said === 'pql/text') return { format: 'pql/text', text: value, problems: [] };
  if (json === undefined) return broken('bad-json', 'The value is neither JSON nor text of the language.');
  const { ast, problems } = fromJson(json);
  if (ast === null) return { format: 'pql/json', text: null, problems };
  const text = print(ast);
  // A keyword as a bare name is a node of a known form, and yet the text cannot say it.
  const unsaid = parse(text).problems.find(({ severity }) => severity === 'error');
  return unsaid === undefined ? { format: 'pql/json', text, problems } : broken(unsaid.code, `As text: ${unsaid.message}`);
}

function broken(code: ProblemCode, message: string): ReadQuery {
  const { severity } = problem(code, { from: 0, to: 0 }, message);
  return { format: 'pql/json', text: null, problems: [{ code, severity, message, path: '' }] };
}

/** Undefined when it is no JSON. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

export interface TextAsJson {
  /** Null when the text has errors. */
  readonly json: PqlJson | null;
  readonly problems: readonly Problem[];
}

/** Text → pql/json. */
export function textToJson(text: string): TextAsJson {
  const { ast, problems } = parse(text);
  return { json: ast === null || hasErrors(problems) ? null : toJson(ast), problems };
}
