/** `kindred pql format`: needs no server. */
import { format, parse, readQuery, renderProblem } from '@kindred/pql';
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
        const problems = parse(text).problems.filter(({ severity }) => severity === 'error');
        if (problems.length > 0) throw new CommandError('invalid', problems.map((each) => renderProblem(text, each)).join('\n\n'));
        const formatted = format(text);
        output.result({ text: formatted }, () => formatted);
      }),
    );
}

function textOf(value: string): string {
  const { text, problems } = readQuery(value, 'pql/text');
  if (text !== null) return text;
  const lines = problems.map(({ code, message, hint }) => `error[${code}]: ${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`);
  throw new CommandError('invalid', lines.join('\n\n'));
}
