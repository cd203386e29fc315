/** `kindred source …`: where data is fetched from, again and again. */
import type { DataSourceBody } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { action, addCommand, choice, integer } from '../command.ts';
import type { Connection } from '../connection.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { readObject } from '../files.ts';
import { table } from '../output.ts';

interface AddOptions {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly dataset: string;
  readonly mapping?: string;
  readonly target: 'event' | 'profile';
  readonly interval: number;
  readonly paused?: boolean;
}

export function addSourceCommands(program: Command): void {
  const parent = program.command('source').description('Where data is fetched from: folders, databases, buckets');
  addCatalogCommand(parent);
  addAddCommand(parent);
  addCommand(parent, 'list', 'All sources, with what they brought and how they are', ['source list', 'source list --json']).action(
    action(async (output) => {
      const { sources } = await withServer(({ client }) => client.call(routes.listDataSources, {}));
      output.result(sources, () => table(['name', 'kind', 'dataset', 'state', 'stored', 'rejected', 'last run'], sources.map(rowOf)));
    }),
  );
  const change = (name: string, description: string, work: (connection: Connection, id: string) => Promise<DataSourceBody>): void => {
    addCommand(parent, name, description, [`source ${name} "Shop orders"`])
      .argument('<source>', 'its name or id')
      .action(
        action(async (output, [source = '']) => {
          const after = await withServer(async (connection) => await work(connection, (await find(connection, source)).id));
          output.result(after, () => describe(after));
        }),
      );
  };
  const set =
    (state: 'active' | 'paused') =>
    async ({ client }: Connection, id: string) =>
      await client.call(routes.updateDataSource, { params: { id }, body: { state } });
  change('show', 'One source', async ({ client }, id) => await client.call(routes.getDataSource, { params: { id } }));
  change(
    'run',
    'Run a source now, and wait for the end of the run',
    async ({ client }, id) => await client.call(routes.runDataSource, { params: { id } }),
  );
  change('pause', 'Fetch no more from a source until it goes on', set('paused'));
  change('resume', 'Let a source go on', set('active'));
  addCommand(parent, 'remove', 'Forget a source; what it brought stays', ['source remove "Shop orders"'])
    .argument('<source>', 'its name or id')
    .action(
      action(async (output, [source = '']) => {
        const { id, name } = await withServer(async (connection) => {
          const found = await find(connection, source);
          await connection.client.call(routes.deleteDataSource, { params: { id: found.id } });
          return found;
        });
        output.result({ id, removed: true }, () => `Removed ${name}`);
      }),
    );
}

function addCatalogCommand(parent: Command): void {
  addCommand(parent, 'catalog', 'The kinds of sources there are, and the settings of each', ['source catalog']).action(
    action(async (output) => {
      const { connectors } = await withServer(({ client }) => client.call(routes.listConnectors, {}));
      output.result(connectors, () =>
        connectors
          .map(({ kind, description, settings }) => {
            const { properties = {}, required = [] } = settings as {
              properties?: Record<string, { description?: string }>;
              required?: string[];
            };
            const rows = Object.entries(properties).map(([name, property]) => [
              name,
              required.includes(name) ? 'needed' : '',
              property.description ?? '',
            ]);
            return `${kind}: ${description}\n${table(['setting', '', 'what'], rows)}`;
          })
          .join('\n\n'),
      );
    }),
  );
}

function addAddCommand(parent: Command): void {
  addCommand(parent, 'add', 'Fetch data from somewhere, again and again', [
    'source add folder "Nightly files" --set path=/srv/drop --dataset visits',
    'source add postgresql "Shop orders" --set url=postgresql://reader:secret@db/shop --set table=orders --set cursorColumn=id --dataset orders --mapping orders.mapping.json',
  ])
    .argument('<kind>', 'see kindred source catalog')
    .argument('<name>', 'what you call it')
    .requiredOption('--dataset <name>', 'the dataset its records belong to')
    .option('--set <name=value>', 'a setting; may be given several times', setting)
    .option('--mapping <file>', 'a JSON file: source columns to XDM paths; without it records are XDM documents')
    .option('--target <target>', 'what XDM documents are: event or profile', choice('event', 'profile'), 'event')
    .option('--interval <seconds>', 'from the end of a run to the next one', integer(1), 60)
    .option('--paused', 'do not begin yet')
    .action(
      action<AddOptions>(async (output, [kind = '', name = ''], options) => {
        const { set: settings = {}, dataset, target, interval: intervalSeconds, paused } = options;
        const mapping = options.mapping === undefined ? undefined : await readObject(options.mapping, 'mapping');
        const body = { kind, name, settings, dataset, target, intervalSeconds, state: paused ? ('paused' as const) : ('active' as const) };
        const made = await withServer(({ client }) =>
          client.call(routes.createDataSource, { body: { ...body, ...(mapping && { mapping }) } }),
        );
        output.result(made, () => describe(made));
      }),
    );
}

/** Numbers, true and false are what they look like; everything else is text. */
function setting(text: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  const value = text.slice(at + 1);
  return { ...before, [text.slice(0, at)]: /^(true|false|\d{1,15}(\.\d+)?)$/.test(value) ? (JSON.parse(value) as unknown) : value };
}

/** By name or id. Throws CommandError. */
async function find({ client }: Connection, text: string): Promise<DataSourceBody> {
  const { sources } = await client.call(routes.listDataSources, {});
  const found = sources.find(({ name, id }) => name === text || id === text);
  if (found !== undefined) return found;
  throw new CommandError('notFound', `there is no source ${text}`, 'List them with ./kindred source list.');
}

function outcomeOf({ lastRun, running, failures }: DataSourceBody): string {
  if (running) return 'running';
  if (lastRun === null) return failures > 0 ? 'failed' : 'nothing yet';
  return lastRun.error === null ? lastRun.endedAt : `${lastRun.error.message} (${failures} in a row)`;
}

function rowOf(source: DataSourceBody): readonly string[] {
  const { name, kind, dataset, state, counts } = source;
  return [name, kind, dataset, state, String(counts.accepted), String(counts.rejected), outcomeOf(source)];
}

function describe(source: DataSourceBody): string {
  const { id, name, kind, dataset, state, nextRun, counts, lastRun } = source;
  const lines = [
    `${name} (${kind}, ${id}) → ${dataset}`,
    `${state}${nextRun === null ? '' : `, next run ${nextRun}`}; last run: ${outcomeOf(source)}`,
    `${counts.portions} portions, ${counts.accepted} stored, ${counts.duplicates} known already, ${counts.rejected} rejected, ${counts.skipped} left out`,
    ...(lastRun?.skipped ?? []).map((each) => `passed over ${each.name}: ${each.reason}`),
    ...(lastRun?.letterFiles ?? []).map((file) => `rejected records: ${file}`),
    ...(lastRun?.error === null || lastRun === null ? [] : [lastRun.error.hint]),
  ];
  return lines.join('\n');
}
