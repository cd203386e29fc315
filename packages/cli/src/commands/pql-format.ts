/** `kindred pql format` and `kindred pql describe`: need no server. */
import { anySchema, compile, describe, format, parse, readQuery, renderProblem } from '@kindred/pql';
import type { Problem } from '@kindred/pql';
import type { Command } from 'commander';
import { text as readAll } from 'node:stream/consumers';
import { action, addCommand } from '../command.ts';
import { CommandError } from '../exit-codes.ts';

export function addFormat(pql: Command): void {
  addCommand(pql, 'format', 'Lay a query out, as canonical text; pql/json becomes text. Exit code 4 when it cannot be read', [
    `pql format 'a=1 AND NOT(b)'`,
    'pql format - < sneakers.pql',
  ])
    .argument('<text>', 'the query, text or pql/json, or - to read it from standard input')
    .action(
      action(async (output, [given = '']) => {
        const text = textOf(given === '-' ? await readAll(process.stdin) : given);
        refuse(text, parse(text).problems);
        const formatted = format(text);
        output.result({ text: formatted }, () => formatted);
      }),
    );
}

export function addDescribe(pql: Command): void {
  addCommand(pql, 'describe', 'Say in one English sentence whom a query means. Exit code 4 when it has errors', [
    `pql describe 'loyalty.level = "gold" and xEvent[timestamp occurs <= 7 days before now]'`,
    'pql describe - < sneakers.pql',
  ])
    .argument('<text>', 'the query, text or pql/json, or - to read it from standard input')
    .action(
      action(async (output, [given = '']) => {
        const text = textOf(given === '-' ? await readAll(process.stdin) : given);
        const { plan, problems } = compile(text, anySchema);
        refuse(text, problems);
        const sentence = plan === null ? '' : describe(plan);
        output.result({ sentence }, () => sentence);
      }),
    );
}

/** Throws CommandError when there are errors among the problems. */
function refuse(text: string, problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CommandError('invalid', errors.map((each) => renderProblem(text, each)).join('\n\n'));
}

function textOf(value: string): string {
  const { text, problems } = readQuery(value, 'pql/text');
  if (text !== null) return text;
  const lines = problems.map(({ code, message, hint }) => `error[${code}]: ${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`);
  throw new CommandError('invalid', lines.join('\n\n'));
}
