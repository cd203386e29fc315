/** `kindred dead-letter …`: records of the stream that could not be stored. */
import type { StreamDeadLetter } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { action, addCommand, choice, integer } from '../command.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { table } from '../output.ts';

interface ListOptions {
  readonly state: 'open' | 'replayed' | 'discarded' | 'all';
  readonly dataset?: string;
  readonly start: number;
  readonly limit: number;
}

export function addDeadLetterCommands(program: Command): void {
  const parent = program.command('dead-letter').description('Records of the stream that could not be stored: see, fix, send again');
  addListCommand(parent);
  addReplayCommands(parent);
  addCommand(parent, 'show', 'One dead letter with its record', ['dead-letter show 17', 'dead-letter show 17 --json'])
    .argument('<id>', 'see kindred dead-letter list')
    .action(
      action(async (output, [id]) => {
        const letter = await withServer(({ client }) => client.call(routes.getDeadLetter, { params: { id: idOf(id) } }));
        output.result(letter, () => describe(letter));
      }),
    );
  addCommand(parent, 'discard', 'Put a dead letter aside; it stays readable', ['dead-letter discard 17'])
    .argument('<id>', 'see kindred dead-letter list')
    .action(
      action(async (output, [id]) => {
        const letter = await withServer(({ client }) => client.call(routes.discardDeadLetter, { params: { id: idOf(id) } }));
        output.result(letter, () => `Put ${letter.id} aside`);
      }),
    );
}

function addListCommand(parent: Command): void {
  addCommand(parent, 'list', 'Dead letters, newest first', ['dead-letter list', 'dead-letter list --state all --dataset web'])
    .option('--state <state>', 'open, replayed, discarded or all', choice('open', 'replayed', 'discarded', 'all'), 'open')
    .option('--dataset <name>', 'of this dataset only')
    .option('--start <n>', 'how many to skip', integer(0), 0)
    .option('--limit <n>', 'how many to show at most', integer(1), 50)
    .action(
      action<ListOptions>(async (output, _, { state, dataset, start, limit }) => {
        const query = { start, limit, ...(state !== 'all' && { state }), ...(dataset !== undefined && { dataset }) };
        const found = await withServer(({ client }) => client.call(routes.listDeadLetters, { query }));
        const rows = found.deadLetters.map((letter) => [String(letter.id), letter.state, letter.dataset, letter.source, reasonOf(letter)]);
        output.result(found, () => `${table(['id', 'state', 'dataset', 'source', 'reason'], rows)}\n${found.total} in all`);
      }),
    );
}

function addReplayCommands(parent: Command): void {
  addCommand(parent, 'fix', 'Send the corrected record; refused when it would fail again', [
    'dead-letter fix 17 --file corrected.json',
    './kindred dead-letter show 17 --json | jq .document > corrected.json',
  ])
    .argument('<id>', 'see kindred dead-letter list')
    .requiredOption('--file <file>', 'the corrected record as JSON; - reads standard input')
    .action(
      action<{ readonly file: string }>(async (output, [id], { file }) => {
        const document = await readRecord(file);
        const letter = await withServer(({ client }) =>
          client.call(routes.replayDeadLetter, { params: { id: idOf(id) }, body: { document } }),
        );
        output.result(letter, () => `Sent ${letter.id} again`);
      }),
    );
  addCommand(parent, 'replay', 'Send open dead letters again as they are: one, or all that would not fail again', [
    'dead-letter replay 17',
    'dead-letter replay --dataset web',
  ])
    .argument('[id]', 'all of them when left out')
    .option('--dataset <name>', 'of this dataset only')
    .action(
      action<{ readonly dataset?: string }>(async (output, [id], { dataset }) => {
        if (id !== undefined) {
          const params = { id: idOf(id) };
          const letter = await withServer(({ client }) => client.call(routes.replayDeadLetter, { params, body: {} }));
          return output.result(letter, () => `Sent ${letter.id} again`);
        }
        const body = dataset === undefined ? {} : { dataset };
        const result = await withServer(({ client }) => client.call(routes.replayDeadLetters, { body }));
        output.result(result, () => `Sent ${result.replayed} again, ${result.failing} would fail again`);
      }),
    );
}

function idOf(given: string | undefined): number {
  const id = Number(given);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new CommandError('invalid', `"${given ?? ''}" is no id of a dead letter`, 'See ./kindred dead-letter list.');
}

async function readRecord(file: string): Promise<Record<string, unknown>> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(() => {
    throw new CommandError('invalid', `cannot read the record ${file}`);
  });
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new CommandError('invalid', `the record ${file} is not JSON: ${(error as Error).message}`);
  }
  throw new CommandError('invalid', `the record ${file} is not a JSON object`);
}

function reasonOf({ problems: [first, ...more] }: StreamDeadLetter): string {
  const reason = first === undefined ? '' : `${first.field === '' ? '' : `${first.field}: `}${first.reason}`;
  return more.length === 0 ? reason : `${reason} (and ${more.length} more)`;
}

function describe(letter: StreamDeadLetter): string {
  const { id, state, kind, dataset, source, receivedAt, problems, document } = letter;
  const reasons = problems.map(({ field, reason }) => `  ${field === '' ? 'the record' : field}: ${reason}`);
  const head = `${id}: ${kind} of ${dataset}, by ${source}, received ${receivedAt}, ${state}`;
  return [head, ...reasons, JSON.stringify(document, null, 2)].join('\n');
}
