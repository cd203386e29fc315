/** `kindred`: the command line. */
import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { describeError, note } from './output.ts';
import { createProgram } from './program.ts';

// `kindred audience list | head` closes the pipe early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failure));

try {
  await createProgram().parseAsync();
} catch (error) {
  // Commander has told what it has to tell: help, or what is wrong with the arguments.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    note(describeError(error));
    process.exitCode = exitCodeOf(error);
  }
}
