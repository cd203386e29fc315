/** `kindred composition …` */
import type { Client, Composition, CompositionBody, CompositionPreview } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { action, addCommand } from '../command.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { formatNumber, table } from '../output.ts';

export function addCompositionCommands(program: Command): void {
  const composition = program
    .command('composition')
    .description('Audiences made of blocks: create, list, show, change, preview, publish and delete compositions');
  addCreate(composition);
  addUpdate(composition);
  addList(composition);
  addShow(composition);
  addPreview(composition);
  addPublish(composition);
  addDelete(composition);
}

interface FileOptions {
  readonly file?: string;
  readonly description?: string;
}

function addCreate(parent: Command): void {
  addCommand(parent, 'create', 'Create a composition, as a draft', [
    'composition create "Spring campaign" --file spring.json',
    'composition create "Spring campaign"',
  ])
    .argument('<name>', 'unique name')
    .option('--file <path>', 'a JSON file with its blocks (docs/compositions.md); audiences by id or name')
    .option('--description <text>', 'what it is for')
    .action(
      action(async (output, [name = ''], { file, description }: FileOptions) => {
        const created = await withServer(async ({ client }) => {
          const body = file === undefined ? {} : { body: await bodyOf(client, file) };
          return client.call(routes.createComposition, { body: { name, ...body, ...(description !== undefined && { description }) } });
        });
        output.result(created, () => describe(created));
      }),
    );
}

function addUpdate(parent: Command): void {
  addCommand(parent, 'update', 'Change the draft of a composition', ['composition update "Spring campaign" --file spring.json'])
    .argument('<composition>', 'id or name')
    .requiredOption('--file <path>', 'a JSON file with its blocks')
    .action(
      action(async (output, [wanted = ''], { file = '' }: FileOptions) => {
        const changed = await withServer(async ({ client }) => {
          const { id, changes } = await findComposition(client, wanted);
          const body = { body: await bodyOf(client, file), ifChanges: changes };
          return client.call(routes.updateComposition, { params: { id }, body });
        });
        output.result(changed, () => describe(changed));
      }),
    );
}

function addList(parent: Command): void {
  addCommand(parent, 'list', 'All compositions with their audiences', ['composition list', 'composition list --json']).action(
    action(async (output) => {
      const { compositions } = await withServer(({ client }) => client.call(routes.listCompositions));
      const rows = compositions.map((each) => [
        each.id,
        each.name,
        each.state,
        each.outputs.map(({ name }) => name).join(', '),
        each.updatedAt,
      ]);
      output.result(compositions, () => table(['id', 'name', 'state', 'audiences', 'changed'], rows));
    }),
  );
}

function addShow(parent: Command): void {
  addCommand(parent, 'show', 'One composition with its blocks', ['composition show "Spring campaign"'])
    .argument('<composition>', 'id or name')
    .action(
      action(async (output, [wanted = '']) => {
        const found = await withServer(({ client }) => findComposition(client, wanted));
        output.result(found, () => describe(found));
      }),
    );
}

function addPreview(parent: Command): void {
  addCommand(parent, 'preview', 'Count every block of the draft, exactly', ['composition preview "Spring campaign"'])
    .argument('<composition>', 'id or name')
    .action(
      action(async (output, [wanted = '']) => {
        const { composition, preview } = await withServer(async ({ client }) => {
          const found = await findComposition(client, wanted);
          return { composition: found, preview: await client.call(routes.previewComposition, { params: { id: found.id }, body: {} }) };
        });
        output.result(preview, () => describePreview(composition.body, preview));
      }),
    );
}

function addPublish(parent: Command): void {
  addCommand(parent, 'publish', 'Make the paths of the draft audiences, and evaluate them', ['composition publish "Spring campaign"'])
    .argument('<composition>', 'id or name')
    .action(
      action(async (output, [wanted = '']) => {
        const published = await withServer(async ({ client }) => {
          const { id, changes } = await findComposition(client, wanted);
          return client.call(routes.publishComposition, { params: { id }, body: { ifChanges: changes } });
        });
        output.result(published, () => describe(published));
      }),
    );
}

function addDelete(parent: Command): void {
  addCommand(parent, 'delete', 'Delete a composition with its audiences', ['composition delete "Spring campaign"'])
    .argument('<composition>', 'id or name')
    .action(
      action(async (output, [wanted = '']) => {
        const deleted = await withServer(async ({ client }) => {
          const found = await findComposition(client, wanted);
          await client.call(routes.deleteComposition, { params: { id: found.id } });
          return found;
        });
        output.result({ id: deleted.id, deleted: true }, () => `Deleted ${deleted.name}`);
      }),
    );
}

/** An id wins over a name. */
async function findComposition(client: Client, wanted: string): Promise<Composition> {
  const { compositions } = await client.call(routes.listCompositions);
  const found = compositions.find(({ id }) => id === wanted) ?? compositions.find(({ name }) => name === wanted);
  if (found) return found;
  throw new CommandError('notFound', `there is no composition "${wanted}"`, 'See ./kindred composition list.');
}

/** Audiences may be named in the file; the server wants their ids. */
async function bodyOf(client: Client, file: string): Promise<CompositionBody> {
  const body = await readBody(file);
  const { audiences } = await client.call(routes.listAudiences);
  const ids = new Map(audiences.map(({ id, name }) => [name, id]));
  const idOf = (wanted: string): string => ids.get(wanted) ?? wanted;
  const { audience, exclude } = body;
  return {
    ...body,
    audience: audience.kind === 'audiences' ? { ...audience, ids: audience.ids.map(idOf) } : audience,
    exclude: exclude.map((each) => (each.kind === 'audience' ? { ...each, id: idOf(each.id) } : each)),
  };
}

async function readBody(file: string): Promise<CompositionBody> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError('invalid', `cannot read the blocks from ${file}`);
  });
  const parsed = bodySchema.safeParse(jsonOf(text, file));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new CommandError(
    'invalid',
    `${file}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'no composition'}`,
    'See docs/compositions.md for the blocks.',
  );
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError('invalid', `${file} is not JSON: ${(error as Error).message}`);
  }
}

const bodySchema = routes.updateComposition.body.shape.body.unwrap();

function describe({ id, name, description, state, version, body, outputs }: Composition): string {
  return [
    `${name}  (${id}, ${state}, published ${version === 1 ? 'once' : `${version} times`})`,
    ...(description === '' ? [] : [description]),
    ...describeBlocks(body),
    ...outputs.map(({ name: audience, size }) => `Audience   ${audience}: ${size === null ? 'not evaluated yet' : formatNumber(size)}`),
  ].join('\n');
}

function describeBlocks({ audience, exclude, enrich, rank, split, paths }: CompositionBody): readonly string[] {
  return [
    `Audience   ${audience.kind === 'rule' ? audience.pql : `${audience.merge} of ${audience.ids.length === 0 ? 'nothing yet' : audience.ids.join(', ')}`}`,
    ...exclude.map((each) => `Exclude    ${each.kind === 'rule' ? each.pql : each.id}`),
    ...(enrich === undefined ? [] : [`Enrich     ${enrich.fields.join(', ')} of ${enrich.entity} by ${enrich.by}`]),
    ...(rank === null
      ? []
      : [`Rank       ${rank.by}, ${rank.order}, ${rank.limit === null ? 'all' : `the first ${formatNumber(rank.limit)}`}`]),
    ...(split === null ? [] : [`Split      by ${split.by === 'percentage' ? 'percentage' : split.attribute}`]),
    ...paths.map(({ name, percent, values }) => {
      const what =
        percent !== undefined ? `${percent} %` : values !== undefined ? values.join(', ') : split === null ? 'all' : 'other profiles';
      return `Path       ${name}: ${what}`;
    }),
  ];
}

function describePreview({ exclude, paths }: CompositionBody, { counts, problems }: CompositionPreview): string {
  const rows = [
    ['Audience', counts?.audience ?? null],
    ...(counts?.exclude ?? []).map(({ removes }, index) => [`Exclude ${labelOf(exclude[index])}`, -removes]),
    ...(counts?.remaining === undefined ? [] : [['Left', counts.remaining]]),
    ...(counts?.enriched === undefined ? [] : [['With a record', counts.enriched]]),
    ...(counts?.paths ?? []).map((size, index) => [`Path ${paths[index]?.name ?? ''}`, size]),
    ...(counts?.unassigned === undefined ? [] : [['In no path', counts.unassigned]]),
  ] as const;
  const lacking = problems.map(({ block, message, hint }) => `${block}: ${message} ${hint}`);
  return [table(['block', 'people'], rows), ...lacking].join('\n');
}

function labelOf(exclusion: CompositionBody['exclude'][number] | undefined): string {
  if (exclusion === undefined) return '';
  return exclusion.kind === 'rule' ? exclusion.pql : exclusion.id;
}
