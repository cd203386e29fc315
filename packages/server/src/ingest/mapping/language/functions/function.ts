/** What a function of the language is: an entry of a table, which the parser, the evaluator, the command line and the docs read. */
import type { Evaluate } from '../../values.ts';
import { Invalid } from '../../values.ts';

export const FAMILIES = [
  'String',
  'Regular expression',
  'Number',
  'Date and time',
  'Object',
  'Array',
  'Logic',
  'Type conversion',
  'URL',
  'User agent',
  'Hash',
  'Special',
] as const;
export type Family = (typeof FAMILIES)[number];

/** What an evaluation knows besides the record. */
export interface Run {
  /** Epoch milliseconds: the instant that `now()` is. */
  readonly now: number;
  /** Makes the ids of `uuid()`: equal for every reading of the same source. */
  readonly seed: string;
}

export interface Param<T> {
  readonly name: string;
  readonly type: string;
  readonly read: (value: unknown) => T | Invalid;
  readonly optional?: boolean;
  /** The last one, which takes all arguments that are left, at least one unless optional. */
  readonly many?: boolean;
}

/** An expression, its value as JSON, and the record it is about. */
export type Example = readonly [expression: string, value: unknown, record?: Readonly<Record<string, unknown>>];

export interface MappingFunction {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Null for operators and for what only the JSON forms of mapping files use. */
  readonly family: Family | null;
  readonly params: readonly Param<unknown>[];
  readonly returns: string;
  readonly doc: string;
  readonly examples: readonly Example[];
  /** May be written after its first argument: `a.equals(b)`. */
  readonly method: boolean;
  /** Not a function of Data Prep. */
  readonly own: boolean;
  /** What is wrong with arguments that are the same for every record: position, message. */
  readonly check: (constants: readonly unknown[]) => ArgumentProblem | null;
  readonly compile: (args: readonly Evaluate[], run: Run) => Evaluate;
}

export interface ArgumentProblem {
  readonly argument: number;
  readonly code: 'bad-pattern' | 'bad-date' | 'wrong-type';
  readonly message: string;
  readonly hint?: string;
}

/** What the parameters give to `call`. */
type Values<P extends readonly Param<unknown>[]> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never };

interface About {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly family: Family | null;
  readonly returns: string;
  readonly doc: string;
  readonly examples: readonly Example[];
  readonly method?: boolean;
  readonly own?: boolean;
  readonly check?: MappingFunction['check'];
}

interface Called<P extends readonly Param<unknown>[]> extends About {
  readonly params: P;
  /** Takes arguments without a value as undefined; otherwise a required one without a value makes the result none. */
  readonly nulls?: boolean;
  readonly call: (args: Values<P>, run: Run) => unknown;
}

/** A function of the values of its arguments. */
export function define<const P extends readonly Param<unknown>[]>(spec: Called<P>): MappingFunction {
  const { call, nulls = false, ...about } = spec;
  const given = called({ name: spec.name, params: spec.params, nulls }, call);
  return { ...filled(about), params: spec.params, compile: given };
}

interface Compiled extends About {
  readonly params: readonly Param<unknown>[];
  readonly compile: MappingFunction['compile'];
}

/** A function that decides itself which of its arguments to evaluate. */
export function defineLazy(spec: Compiled): MappingFunction {
  return { ...filled(spec), params: spec.params, compile: spec.compile };
}

function filled(about: About): Omit<MappingFunction, 'params' | 'compile'> {
  const { name, family, returns, doc, examples, aliases = [], method = false, own = false, check = () => null } = about;
  return { name, family, returns, doc, examples, aliases, method, own, check };
}

interface Head {
  readonly name: string;
  readonly params: readonly Param<unknown>[];
  readonly nulls: boolean;
}

/** Texts and lists made by one call are not longer: memory stays bounded whatever is asked for. */
export const LARGEST_TEXT = 1_048_576;
export const LONGEST_LIST = 100_000;

function called({ name, params, nulls }: Head, run: (args: never, run: Run) => unknown): MappingFunction['compile'] {
  const last = params.length - 1;
  const gathers = params[last]?.many === true;
  return (evaluates, context) => (record, line) => {
    const values: unknown[] = [];
    const rest: unknown[] = [];
    for (const [index, evaluate] of evaluates.entries()) {
      const param = params[Math.min(index, last)] as Param<unknown>;
      const value = read(param, evaluate(record, line), name);
      if (value instanceof Invalid) return value;
      if (value === undefined && !nulls && param.optional !== true) return undefined;
      if (gathers && index >= last) rest.push(value);
      else values.push(value);
    }
    if (gathers) values[last] = rest;
    return within(run(values as never, context), name);
  };
}

function read(param: Param<unknown>, value: unknown, name: string): unknown {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Invalid) return value;
  const result = param.read(value);
  return result instanceof Invalid ? new Invalid(`${name}, ${param.name}: ${result.reason}`) : result;
}

function within(value: unknown, name: string): unknown {
  if (value === null) return undefined;
  if (typeof value === 'string' && value.length > LARGEST_TEXT)
    return new Invalid(`${name}: the text is longer than ${LARGEST_TEXT} characters`);
  if (Array.isArray(value) && value.length > LONGEST_LIST) return new Invalid(`${name}: the list has more than ${LONGEST_LIST} members`);
  if (typeof value === 'number' && !Number.isFinite(value)) return new Invalid(`${name}: the result is no number`);
  return value;
}

/** `substr(INPUT, START_INDEX, [LENGTH])` */
export function syntaxOf({ name, params }: Pick<MappingFunction, 'name' | 'params'>): string {
  const words = params.map(({ name: param, optional, many }) => {
    const word = many === true ? `${param}…` : param;
    return optional === true ? `[${word}]` : word;
  });
  return `${name}(${words.join(', ')})`;
}
