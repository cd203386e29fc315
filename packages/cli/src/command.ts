/** What all commands share: --json, examples in the help, option parsers. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Output } from './output.ts';
import { createOutput } from './output.ts';

/** What a command does: its positional arguments come as given. */
export type Action<Options> = (output: Output, args: readonly (string | undefined)[], options: Options) => Promise<void>;

/** Makes commander's handler of an action. */
export function action<Options = object>(run: Action<Options>): (...received: unknown[]) => Promise<void> {
  return async (...received) => {
    // Commander passes the arguments, then the options, then the command.
    const options = (received.at(-1) as Command).opts<Options & { readonly json?: boolean }>();
    await run(createOutput(options.json === true), received.slice(0, -2) as (string | undefined)[], options);
  };
}

/** A command with --json and examples in its help. */
export function addCommand(parent: Command, name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example.includes('./kindred') ? example : `./kindred ${example}`}`);
  return parent
    .command(name)
    .description(description)
    .option('--json', 'one JSON value on standard output')
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Parses an option that is a whole number. */
export function integer(smallest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= smallest) return value;
    throw new InvalidArgumentError(`It must be a whole number, ${smallest} or more.`);
  };
}

/** Parses an option that is one of some words. */
export function choice(...words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  };
}
