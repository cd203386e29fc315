/** `kindred pql …` */
import { routes } from '@kindred/contract';
import type { PqlCheck } from '@kindred/contract';
import type { RuleWords } from '@kindred/pql';
import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { describeMembers } from '../members.ts';
import { formatDuration, formatNumber } from '../output.ts';
import { describeProblems, explained } from '../problems.ts';
import { action, addCommand, choice } from '../command.ts';
import type { EvalFilesOptions } from './pql-files.ts';
import { addDescribe, addFormat } from './pql-format.ts';
import { checkFile, evalFiles, instantOf } from './pql-files.ts';
import { evalValues } from './pql-values.ts';

export function addPqlCommands(program: Command): void {
  const pql = program.command('pql').description('Check and try queries');
  addCheck(pql);
  addEval(pql);
  addFormat(pql);
  addDescribe(pql);
}

function addCheck(pql: Command): void {
  addCommand(pql, 'check', 'Check a query against the schema, exit code 4 when it has errors; or a line of JSON for each of many', [
    `pql check 'person.birthYear >= 1990'`,
    'pql check - < sneakers.pql',
    'pql check --no-schema queries.jsonl',
    'pql check --no-schema < queries.jsonl',
  ])
    .argument('[text]', 'the query, or - to read it from standard input; a file of lines of {"id", "pql"}; without it, lines are read')
    .option('--queries <file>', 'lines of {"id", "pql"}; standard input when left out')
    .option('--no-schema', 'check lines without a server and without knowing the fields')
    .action(
      action(async (output, [given], options: { readonly queries?: string; readonly schema: boolean }) => {
        const { queries, schema } = options;
        if (given === undefined || (queries === undefined && isFile(given))) return await checkFile(queries ?? given ?? '-', options);
        if (queries !== undefined || !schema) throw misuse('--queries and --no-schema are for lines: leave out the text');
        const text = await queryOf(given);
        const answer = await withServer(({ client }) => client.call(routes.checkPql, { body: { pql: text } }));
        output.result(answer, () =>
          [
            describeProblems(text, answer.problems),
            ...(answer.rule ? ['ok', ...ruleLines(answer.rule, '  ')] : []),
            ...methodLines(answer.methods),
          ]
            .filter((part) => part !== '')
            .join('\n'),
        );
        if (!answer.ok) throw new CommandError('invalid', 'the query has problems');
      }),
    );
}

function addEval(pql: Command): void {
  addCommand(pql, 'eval', 'Exact size of a query, with some members; or who matches each of many, among the profiles of a file', [
    `pql eval 'xEvent[eventType = "commerce.purchases"].count() >= 3'`,
    'pql eval --profiles profiles.jsonl --queries queries.jsonl --now 2026-01-31T00:00:00Z --engine reference',
    'pql eval --values --profiles profiles.jsonl --queries computed.jsonl',
  ])
    .argument('[text]', 'the query, or - to read it from standard input')
    .option('--now <instant>', 'evaluate as of this instant (RFC 3339)')
    .option('--profiles <file>', 'lines of profiles, each with an "id" and its "xEvent"; no server and no schema is needed')
    .option('--queries <file>', 'lines of {"id", "pql"}')
    .option('--engine <name>', 'of files: reference (default), batch or stream', choice('reference', 'batch', 'stream'))
    .option('--values', 'of files: the value of each query for each profile, instead of who matches; of any type')
    .action(
      action(async (output, [given], options: EvalOptions) => {
        const { profiles, queries, engine, values = false } = options;
        if (values) return await evalValues(filesOf(given, options));
        if (given === undefined || profiles !== undefined || queries !== undefined || engine !== undefined) {
          return await evalFiles(filesOf(given, options));
        }
        const text = await queryOf(given);
        const body = { pql: text, ...(options.now !== undefined && { now: options.now }) };
        const answer = await withServer(({ client }) => explained(text, () => client.call(routes.estimatePql, { body })));
        const summary = `${formatNumber(answer.size)} of ${formatNumber(answer.universe)} profiles, as of ${answer.evaluatedAt}, in ${formatDuration(answer.tookMs)}`;
        output.result(answer, () => (answer.sample.length === 0 ? summary : `${summary}\n\n${describeMembers(answer.sample)}`));
      }),
    );
}

interface EvalOptions {
  readonly now?: string;
  readonly profiles?: string;
  readonly queries?: string;
  readonly engine?: EvalFilesOptions['engine'];
  readonly values?: boolean;
}

function filesOf(given: string | undefined, { profiles, queries, engine = 'reference', values, now }: EvalOptions): EvalFilesOptions {
  if (given !== undefined) throw misuse('--profiles, --queries, --engine and --values are for files: leave out the text');
  if (values === true && engine !== 'reference') throw misuse('--values are made by the reference engine');
  if (profiles === undefined || queries === undefined) throw misuse('give a query, or --profiles and --queries');
  if (profiles === '-' && queries === '-') throw misuse('only one of --profiles and --queries can be standard input');
  return { profiles, queries, engine, now: now === undefined ? new Date() : instantOf(now) };
}

/** A query and the name of a file are hardly ever the same. */
function isFile(given: string): boolean {
  return statSync(given, { throwIfNoEntry: false })?.isFile() === true;
}

function misuse(message: string): CommandError {
  return new CommandError('usage', message, 'Add --help for the usage.');
}

function queryOf(given: string): Promise<string> {
  return given === '-' ? readAll(process.stdin) : Promise.resolve(given);
}

/** Why a rule would not run by a method of the Experience Platform. */
function methodLines(methods: PqlCheck['methods']): readonly string[] {
  if (methods === null) return [];
  return [['streaming', methods.streaming] as const, ['edge', methods.edge] as const].map(
    ([name, { eligible, reasons }]) =>
      `${name}: ${eligible ? 'eligible' : `not eligible. ${reasons.map(({ message }) => message).join(' ')}`}`,
  );
}

/** The rule in words, a line for each part, deeper parts further in. */
function ruleLines({ op, text, parts }: RuleWords, indent: string): readonly string[] {
  const [only] = parts;
  if (op === 'not' && only?.op === 'leaf') return [`${indent}not: ${only.text}`];
  return [`${indent}${text}${parts.length > 0 ? ':' : ''}`, ...parts.flatMap((part) => ruleLines(part, `${indent}  `))];
}
