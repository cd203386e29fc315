/** `kindred audience import`: a list of identities becomes an audience, or its members. */
import type { Audience, Client, Ingestion } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAudience } from '../audiences.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { existing, sourceOf } from '../files.ts';
import { formatNumber, table } from '../output.ts';
import { action, addCommand, integer } from '../command.ts';

interface ImportOptions {
  readonly identity: { readonly column: string; readonly namespace: string };
  readonly name: string;
  readonly id?: string;
  readonly days: number;
  readonly add?: boolean;
  readonly description?: string;
}

/** How often to ask, in ms. */
const INTERVAL = 250;

export function addAudienceImport(audience: Command): void {
  addCommand(audience, 'import', 'Make an audience of a CSV list of identities, or take in another list of it', [
    'audience import readers.csv --identity email:Email --name "Readers"',
    'audience import more.csv --identity email:Email --name "Readers" --add',
  ])
    .argument('<file>', 'CSV with the names of its columns in the first line, 25 at most')
    .requiredOption('--identity <column:namespace>', 'the column that identifies people, and the namespace of its identities', identity)
    .requiredOption('--name <name>', 'of the audience; one that exists gets the list as its new members')
    .option('--id <id>', 'an id of your own, for segmentMembership.get("CustomerAudienceUpload")')
    .option('--days <number>', 'how long the members stay, 1 to 90', integer(1), 30)
    .option('--add', 'adds to the members instead of replacing them')
    .option('--description <text>', 'what it is for')
    .action(
      action(async (output, [file = ''], options: ImportOptions) => {
        const path = await existing(file);
        const result = await withServer(async (connection) => {
          const { client } = connection;
          const list = await sourceOf(connection, path);
          const known = await named(client, options.name);
          const started = known === null ? await create(client, options, list) : await refresh(client, known, options, list);
          const ingestion = await followed(client, started);
          return { audience: await client.call(routes.getAudience, { params: { id: ingestion.audienceId } }), ingestion };
        });
        output.result(result, () => describeIngestion(result.audience, result.ingestion));
      }),
    );
}

function identity(text: string): ImportOptions['identity'] {
  const at = text.lastIndexOf(':');
  if (at > 0 && at < text.length - 1) return { column: text.slice(0, at), namespace: text.slice(at + 1) };
  throw new InvalidArgumentError('It must be column:namespace, for example email:Email.');
}

type List = { readonly path: string } | { readonly upload: string };

async function named(client: Client, name: string): Promise<Audience | null> {
  try {
    return await findAudience(client, name);
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
}

async function create(client: Client, options: ImportOptions, list: List): Promise<Ingestion> {
  const { name, identity: who, id, days, description } = options;
  const more = { ...(id !== undefined && { audienceId: id }), ...(description !== undefined && { description }) };
  const { ingestion } = await client.call(routes.createExternalAudience, {
    body: { name, identity: who, ttlInDays: days, ...more, ...list },
  });
  if (ingestion === null) throw new Error('a list that was named is taken in');
  return ingestion;
}

async function refresh(client: Client, audience: Audience, { identity: who, add }: ImportOptions, list: List): Promise<Ingestion> {
  const { id, name, external } = audience;
  const known = external?.identity;
  if (known && (known.column !== who.column || known.namespace.toLowerCase() !== who.namespace.toLowerCase())) {
    throw new CommandError(
      'invalid',
      `${name} takes lists identified by ${known.column}:${known.namespace}`,
      'Give another --name for another list.',
    );
  }
  return await client.call(routes.ingestAudience, { params: { id }, body: { ...list, mode: add === true ? 'add' : 'replace' } });
}

/** Throws CommandError when the list was not taken in. */
async function followed(client: Client, { audienceId: id, id: ingestionId, ...started }: Ingestion): Promise<Ingestion> {
  let ingestion: Ingestion = { audienceId: id, id: ingestionId, ...started };
  while (ingestion.status === 'PROCESSING') {
    await sleep(INTERVAL);
    ingestion = await client.call(routes.getIngestion, { params: { id, ingestionId } });
  }
  if (ingestion.status === 'SUCCESS') return ingestion;
  const { error, problems } = ingestion;
  const shown = problems.length === 0 ? '' : `\n${problemTable(problems)}`;
  throw new CommandError('invalid', `${ingestion.source}: ${error?.message ?? 'it was not taken in'}${shown}`, error?.hint);
}

function describeIngestion({ name, id, size, external }: Audience, ingestion: Ingestion): string {
  const { source, recordsIn, failed, newProfiles, knownProfiles, problems } = ingestion;
  const counts = [
    `${formatNumber(recordsIn)} in`,
    `${formatNumber(knownProfiles)} known profiles`,
    `${formatNumber(newProfiles)} new profiles`,
    `${formatNumber(failed)} failed`,
  ];
  return [
    `${source} → ${name}: ${counts.join(', ')}`,
    `${formatNumber(size ?? 0)} members until ${external?.expiresAt ?? 'a list comes'}  (${id})`,
    ...(problems.length === 0 ? [] : ['', problemTable(problems)]),
  ].join('\n');
}

function problemTable(problems: Ingestion['problems']): string {
  return table(
    ['line', 'column', 'reason'],
    problems.slice(0, 5).map((each) => [each.line, each.field, each.reason]),
  );
}
