/** `kindred demo`: the demo shop's data in. */
import type { Client, ImportJob } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { action, addCommand, integer } from '../command.ts';
import { withServer } from '../connection.ts';
import { describeJob, followJob } from '../jobs.ts';

interface DemoOptions {
  readonly profiles: number;
  readonly seed: number;
  readonly scale: number;
}

export const DEMO_PROFILES = 50_000;
/** What import jobs of the demo shop call their source. */
export const DEMO_SOURCE = 'Demo shop';

export function addDemoCommand(program: Command): void {
  addCommand(program, 'demo', 'Generate the demo shop: visitors and their events, ending now', ['demo', 'demo --scale 20 --seed 7'])
    .option('--profiles <number>', 'how many visitors', integer(1), DEMO_PROFILES)
    .option('--seed <number>', 'another seed is another shop', integer(0), 1)
    .option('--scale <number>', 'that many times as many visitors', integer(1), 1)
    .action(
      action(async (output, _, options: DemoOptions) => {
        const body = { profiles: options.profiles * options.scale, seed: options.seed };
        const job = await withServer((connection) => runDemo(connection, body));
        output.result(job, () => describeJob(job));
      }),
    );
}

export async function runDemo(
  { client }: { readonly client: Client },
  body: { readonly profiles: number; readonly seed: number; readonly end?: string },
): Promise<ImportJob> {
  return followJob(client, await client.call(routes.startDemo, { body }));
}
