/** `kindred serve` and `kindred start`: the server in this process. */
import type { Client } from '@kindred/contract';
import { createClient, routes } from '@kindred/contract';
import type { RunningServer } from '@kindred/server';
import type { Command } from 'commander';
import { closeOnSignals, serverEnvironment } from '../connection.ts';
import type { Output } from '../output.ts';
import { action, addCommand } from '../command.ts';
import { DEMO_PROFILES, DEMO_SOURCE, runDemo } from './demo.ts';

export function addServeCommands(program: Command): void {
  addCommand(program, 'start', 'Start the server, and fill an empty data folder with the demo shop', ['start']).action(
    action(async (output) => {
      const server = await serve(output);
      await fillWithDemo(server, output);
      ready(server, output);
      await server.closed;
    }),
  );
  addCommand(program, 'serve', 'Start the server', ['serve', 'PORT=9000 KINDRED_DATA=/var/lib/kindred ./kindred serve']).action(
    action(async (output) => {
      const server = await serve(output);
      ready(server, output);
      await server.closed;
    }),
  );
}

async function serve(output: Output): Promise<RunningServer> {
  await buildStudio();
  const { readSettings, startServer } = await import('@kindred/server');
  const settings = readSettings(serverEnvironment());
  output.note(`Opening the data folder ${settings.dataFolder} …`);
  const server = await startServer(settings);
  closeOnSignals(() => server.close());
  return server;
}

function ready({ url }: RunningServer, output: Output): void {
  output.result({ url }, () => `Kindred is ready at ${url}`);
}

/** Does nothing when the sources did not change. */
async function buildStudio(): Promise<void> {
  const script = new URL('../../../../scripts/build-studio.mjs', import.meta.url);
  const { buildStudio: build } = (await import(script.href)) as { readonly buildStudio: () => Promise<boolean> };
  await build();
}

/** Fills an empty data folder; goes on where a start before was stopped in the middle of that. */
async function fillWithDemo({ url }: RunningServer, output: Output): Promise<void> {
  const key = process.env['KINDRED_KEY'];
  const client = createClient({ baseUrl: url, ...(key !== undefined && { key }) });
  const demo = { profiles: DEMO_PROFILES, seed: 1 };
  const { profiles } = await client.call(routes.getStatus);
  const begun = profiles === 0 ? null : await unfinishedDemo(client);
  if (profiles > 0 && begun === null) return;
  output.note(
    begun === null
      ? `The data folder is empty: generating the demo shop, ${DEMO_PROFILES.toLocaleString('en-US')} visitors of the last year …`
      : 'The demo shop was not finished: going on with it …',
  );
  // The same year again: what is stored already is known by its ids.
  await runDemo({ client }, begun === null ? demo : { ...demo, end: begun });
}

/** When the demo shop was begun that never came to its end; null when there is none. */
async function unfinishedDemo(client: Client): Promise<string | null> {
  const { imports } = await client.call(routes.listImports);
  const jobs = imports.filter(({ source }) => source === DEMO_SOURCE);
  if (jobs.some(({ state }) => state === 'succeeded')) return null;
  return jobs.at(-1)?.createdAt ?? null;
}
