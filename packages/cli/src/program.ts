/** The tree of commands. */
import { Command } from 'commander';
import { addAudienceCommands } from './commands/audience.ts';
import { addBenchCommand } from './commands/bench.ts';
import { addCompositionCommands } from './commands/composition.ts';
import { addDeadLetterCommands } from './commands/dead-letter.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addIdentityCommands } from './commands/identity.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeyCommands } from './commands/key.ts';
import { addPqlCommands } from './commands/pql.ts';
import { addPredictCommands } from './commands/predict.ts';
import { addProfileCommands } from './commands/profile.ts';
import { addSchemaCommands } from './commands/schema.ts';
import { addServeCommands } from './commands/serve.ts';
import { addSourceCommands } from './commands/source.ts';

/** Wrong usage and help end with a CommanderError instead of the process. */
export function createProgram(): Command {
  const program = new Command('kindred')
    .description('Real-time customer data platform centred on segmentation')
    .addHelpText('after', ENVIRONMENT);
  addServeCommands(program);
  addImportCommand(program);
  addSchemaCommands(program);
  addSourceCommands(program);
  addDemoCommand(program);
  addAudienceCommands(program);
  addCompositionCommands(program);
  addPredictCommands(program);
  addProfileCommands(program);
  addIdentityCommands(program);
  addPqlCommands(program);
  addBenchCommand(program);
  addKeyCommands(program);
  addDeadLetterCommands(program);
  // Options belong to the command they stand behind: `demo` and `demo traffic` both have --json.
  for (const command of everyCommand(program))
    command.enablePositionalOptions().exitOverride().showHelpAfterError('(add --help for the usage)');
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

const ENVIRONMENT = `
Environment:
  PORT, KINDRED_DATA, …   settings of the server: docs/settings.md
  KINDRED_URL             a server to talk to; else the one on the data folder, else one is started for the command
  KINDRED_KEY             its API key

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 invalid input, 5 unavailable, 6 refused, 130 interrupted`;
