/** `kindred pql eval` and `kindred pql check` over files of queries: one JSON line in, one JSON line out. */
import { routes } from '@kindred/contract';
import type { DocumentMembers } from '@kindred/server';
import type { DataObject, InferredCompiled, Methods, Plan, Problem, UnionSchema } from '@kindred/pql';
import {
  anySchema,
  compile,
  compileInferred,
  describe,
  evaluate,
  EvaluationLimit,
  inferSchema,
  methodsOf,
  parse,
  parseTime,
  positionOf,
  print,
  readQuery,
  toJson,
} from '@kindred/pql';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import type { LineId, QueryLine } from '../json-lines.ts';
import { readProfiles, readQueries } from '../json-lines.ts';
import { note } from '../output.ts';
import { replay } from './pql-replay.ts';

export interface EvalFilesOptions {
  /** File of profiles, one per line, each with an `id` and its `xEvent`. */
  readonly profiles: string;
  /** File of `{ id, pql }`, one per line. */
  readonly queries: string;
  readonly engine: 'reference' | 'batch' | 'stream';
  /** The instant of evaluation. */
  readonly now: Date;
}

/** What is wrong with one query: a problem of the language with its place, or a line without a query. */
export interface LineError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

type Answer = { readonly id: LineId; readonly matches: readonly LineId[] } | { readonly id: LineId; readonly errors: readonly LineError[] };

/** The zone of calendar words; the language says UTC. */
export const ZONE = 'UTC';

/** Prints who matches, a line for each query. Throws CommandError for files and lines that cannot be used. */
export async function evalFiles({ profiles, queries, engine, now }: EvalFilesOptions): Promise<void> {
  const lines = await readQueries(queries);
  const { ids, documents } = await readProfiles(profiles);
  const schemas = inferSchema(documents);
  const compiled = lines.map((line) => {
    const text = textOf(line);
    return typeof text === 'string' ? { text, ...compileInferred(text, schemas) } : text;
  });
  const plans = compiled.flatMap((each) => ('plan' in each && each.plan !== null ? [{ plan: each.plan, schema: each.schema }] : []));
  const context = { documents, now: now.getTime(), zone: ZONE };
  const members = await byEngine(engine, plans, context);
  for (const [index, line] of lines.entries()) writeLine(answerOf(line.id, compiled[index] ?? [], { ids, members }));
}

interface Context {
  readonly documents: readonly DataObject[];
  /** Epoch ms. */
  readonly now: number;
  readonly zone: string;
}

type Planned = Pick<InferredCompiled, 'schema'> & { readonly plan: Plan };
/** Indexes of matching documents, ascending; or why there is no answer. */
type Answered = readonly number[] | LineError;
type Members = ReadonlyMap<Plan, Answered>;

/** The result, or what stopped an evaluation without end. */
export function limited<Result>(evaluated: () => Result): Result | LineError {
  try {
    return evaluated();
  } catch (error) {
    if (!(error instanceof EvaluationLimit)) throw error;
    return { code: error.code, message: error.message, hint: error.hint };
  }
}

async function byEngine(engine: EvalFilesOptions['engine'], plans: readonly Planned[], context: Context): Promise<Members> {
  switch (engine) {
    case 'reference':
      return byReference(plans, context);
    case 'batch':
      return await byBatch(plans, context);
    case 'stream':
      return byStream(plans, context);
    default:
      return engine satisfies never;
  }
}

function byReference(plans: readonly Planned[], { documents, now, zone }: Context): Members {
  const all = [...documents.keys()];
  const members = ({ test }: Plan): Answered => limited(() => all.filter((index) => evaluate(test, documents[index] ?? {}, { now, zone })));
  return new Map(plans.map(({ plan }) => [plan, members(plan)] as const));
}

/** Which of the queries takes too long is told by the reference evaluator, which has the same answers. */
function byStream(plans: readonly Planned[], context: Context): Members {
  const replayed = replay(
    plans.map((each) => each.plan),
    context,
  );
  const tooLong = plans.filter((each) => replayed.limited.has(each.plan));
  return new Map<Plan, Answered>([...replayed.members, ...byReference(tooLong, context)]);
}

/** One database for each reading of the documents, one after the other. */
async function byBatch(plans: readonly Planned[], context: Context): Promise<Members> {
  const { evaluateDocuments } = await import('@kindred/server');
  const members = new Map<Plan, Answered>();
  for (const [schema, group] of Map.groupBy(plans, (each): UnionSchema => each.schema)) {
    const batch = group.map(({ plan }) => plan);
    const answer = await evaluateDocuments({ ...context, schema, plans: batch }).catch(unlessLimited);
    // Which of the queries takes too long is told by the reference evaluator, which has the same answers.
    for (const [plan, answered] of answer === null ? byReference(group, context) : answersOf(batch, answer)) members.set(plan, answered);
    if (answer !== null && answer.unstorable > 0)
      note(`${answer.unstorable} of ${context.documents.length} profiles cannot be stored as they are: decided by the reference evaluator`);
  }
  return members;
}

function unlessLimited(error: unknown): null {
  if (error instanceof EvaluationLimit) return null;
  throw error;
}

function answersOf(plans: readonly Plan[], { members }: DocumentMembers): Members {
  return new Map(plans.map((plan, index) => [plan, members[index] ?? []] as const));
}

type Compiled = (InferredCompiled & { readonly text: string }) | readonly LineError[];

function answerOf(
  id: LineId,
  compiled: Compiled,
  { ids, members }: { readonly ids: readonly LineId[]; readonly members: Members },
): Answer {
  if (!('plan' in compiled)) return { id, errors: compiled };
  const { plan, problems, text } = compiled;
  if (plan === null) return { id, errors: placed(text, problems, 'error') };
  const answer = members.get(plan) ?? [];
  return 'code' in answer ? { id, errors: [answer] } : { id, matches: answer.flatMap((index) => ids[index] ?? []) };
}

/** Prints what is wrong with each query of a file. Throws CommandError as `evalFiles` does. */
export async function checkFile(path: string, options: { readonly schema: boolean }): Promise<void> {
  const lines = await readQueries(path);
  if (!options.schema) {
    const ask = (text: string): Promise<Said> => {
      const { plan, problems } = compile(text, anySchema);
      return Promise.resolve({ problems, methods: plan && methodsOf(plan), sentence: plan && describe(plan) });
    };
    for (const line of lines) writeLine(await checked(line, ask));
    return;
  }
  await withServer(async ({ client }) => {
    // The API sends the problems of the language as they are; only their codes travel as plain strings.
    const ask = async (text: string): Promise<Said> => {
      const { problems, methods, sentence } = await client.call(routes.checkPql, { body: { pql: text } });
      return { problems: problems as readonly Problem[], methods: methods as Methods | null, sentence };
    };
    for (const line of lines) writeLine(await checked(line, ask));
  });
}

/** What is said of one query that could be read. */
interface Said {
  readonly problems: readonly Problem[];
  readonly methods: Methods | null;
  readonly sentence: string | null;
}

async function checked(line: QueryLine, ask: (text: string) => Promise<Said>): Promise<object> {
  const { id } = line;
  const text = textOf(line);
  const nothing = { methods: null, sentence: null };
  if (typeof text !== 'string') return { id, ok: false, text: null, json: null, errors: text, warnings: [], ...nothing };
  const { ast, problems: syntax } = parse(text);
  const sound = ast !== null && syntax.every(({ severity }) => severity !== 'error');
  const { problems, ...said } = sound ? await ask(text) : { problems: syntax, ...nothing };
  const errors = placed(text, problems, 'error');
  const forms = sound ? { text: print(ast), json: toJson(ast) } : { text: null, json: null };
  return { id, ok: errors.length === 0, ...forms, errors, warnings: placed(text, problems, 'warning'), ...said };
}

/** The query of a line as text, or why there is none. */
export function textOf({ pql, pqlJson }: QueryLine): string | readonly LineError[] {
  if (typeof pql === 'string') return pql;
  if (pql === undefined && pqlJson !== undefined) return textOfJson(pqlJson);
  const message = pql === undefined ? '"pql" is missing.' : '"pql" must be text.';
  return [{ code: 'query-missing', message, hint: 'A query is {"id": …, "pql": "…"} or {"id": …, "pqlJson": {…}}.' }];
}

/** The tree may also come as text, as in a segment definition. */
function textOfJson(json: unknown): string | readonly LineError[] {
  const { text, problems } = readQuery(typeof json === 'string' ? json : JSON.stringify(json), 'pql/json');
  return text ?? problems;
}

/** The problems of one severity, each with its line and column. */
export function placed(text: string, problems: readonly Problem[], severity: Problem['severity']): readonly LineError[] {
  return problems.filter((each) => each.severity === severity).map((each) => ({ ...each, ...positionOf(text, each.span.from) }));
}

/** An instant of an option. Throws CommandError. */
export function instantOf(text: string): Date {
  const instant = /^\d{4}-\d{2}-\d{2}T/.test(text) ? parseTime(text) : null;
  if (instant !== null) return new Date(instant);
  throw new CommandError('invalid', `--now ${text} is no instant`, 'Write it like 2026-01-31T00:00:00Z.');
}

export function writeLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
