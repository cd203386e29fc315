/** `kindred audience …` */
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { describe, findAudience } from '../audiences.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { describeMembers } from '../members.ts';
import { formatNumber, table } from '../output.ts';
import { explained } from '../problems.ts';
import { action, addCommand, integer } from '../command.ts';
import { addAudienceImport } from './audience-import.ts';
import { addExport } from './audience-export.ts';
import { addOverlap } from './audience-overlap.ts';
import { addRollback, addVersions } from './audience-versions.ts';
import { addDrift } from './audience-drift.ts';
import { addExplain } from './audience-explain.ts';
import { addWatch } from './audience-watch.ts';

export function addAudienceCommands(program: Command): void {
  const audience = program.command('audience').description('Create, list, show, evaluate, compare, export and delete audiences');
  addCreate(audience);
  addList(audience);
  addShow(audience);
  addEvaluate(audience);
  addChanges(audience);
  addWatch(audience);
  addDrift(audience);
  addExplain(audience);
  addMembers(audience);
  addExport(audience);
  addDelete(audience);
  addAudienceImport(audience);
  addOverlap(audience);
  addVersions(audience);
  addRollback(audience);
}

interface CreateOptions {
  readonly pql?: string;
  readonly file?: string;
  readonly description?: string;
  readonly evaluation?: string;
}

const METHODS = ['batch', 'streaming', 'edge'] as const;

function addCreate(audience: Command): void {
  addCommand(audience, 'create', 'Create an audience from a query and evaluate it', [
    `audience create "Gold members" --pql 'loyalty.tier.equals("gold", false)'`,
    'audience create "Forgot their sneakers" --file sneakers.pql',
  ])
    .argument('<name>', 'unique name')
    .option('--pql <text>', 'the query')
    .option('--file <path>', 'a file that holds the query')
    .option('--description <text>', 'what it is for')
    .option('--evaluation <method>', `${METHODS.join(', ')}; batch when left out`)
    .action(
      action(async (output, [name], options: CreateOptions) => {
        const pql = await queryOf(options);
        const evaluation = methodOf(options.evaluation);
        const created = await withServer(({ client }) =>
          explained(pql, () =>
            client.call(routes.createAudience, {
              body: {
                name: name ?? '',
                pql,
                ...(options.description !== undefined && { description: options.description }),
                ...(evaluation !== undefined && { evaluation }),
              },
            }),
          ),
        );
        output.result(created, () => describe(created));
      }),
    );
}

function methodOf(text: string | undefined): (typeof METHODS)[number] | undefined {
  const method = METHODS.find((each) => each === text);
  if (text !== undefined && method === undefined) throw new CommandError('usage', `--evaluation is one of ${METHODS.join(', ')}`);
  return method;
}

async function queryOf({ pql, file }: CreateOptions): Promise<string> {
  if ((pql === undefined) === (file === undefined)) throw new CommandError('usage', 'give the query with either --pql or --file');
  if (pql !== undefined) return pql;
  try {
    return await readFile(file ?? '', 'utf8');
  } catch {
    throw new CommandError('invalid', `cannot read the query from ${file}`);
  }
}

function addList(audience: Command): void {
  addCommand(audience, 'list', 'All audiences with their sizes', ['audience list', 'audience list --json']).action(
    action(async (output) => {
      const { audiences } = await withServer(({ client }) => client.call(routes.listAudiences));
      const rows = audiences.map((each) => [each.id, each.name, each.size, each.evaluation, each.lifecycleState, each.lastEvaluated]);
      output.result(audiences, () => table(['id', 'name', 'size', 'evaluation', 'state', 'last evaluated'], rows));
    }),
  );
}

function addShow(audience: Command): void {
  addCommand(audience, 'show', 'One audience with its query', ['audience show "Gold members"'])
    .argument('<audience>', 'id or name')
    .action(
      action(async (output, [wanted]) => {
        const found = await withServer(({ client }) => findAudience(client, wanted ?? ''));
        output.result(found, () => describe(found));
      }),
    );
}

function addEvaluate(audience: Command): void {
  addCommand(audience, 'evaluate', 'Evaluate an audience now', ['audience evaluate "Gold members"'])
    .argument('<audience>', 'id or name')
    .action(
      action(async (output, [wanted]) => {
        const evaluated = await withServer(async ({ client }) => {
          const { id } = await findAudience(client, wanted ?? '');
          return client.call(routes.evaluateAudience, { params: { id } });
        });
        output.result(evaluated, () => describe(evaluated));
      }),
    );
}

interface MembersOptions {
  readonly start: number;
  readonly limit: number;
}

function addMembers(audience: Command): void {
  addCommand(audience, 'members', 'Members at the last evaluation', ['audience members "Gold members" --limit 5'])
    .argument('<audience>', 'id or name')
    .option('--start <number>', 'how many to skip', integer(0), 0)
    .option('--limit <number>', 'how many to show, 1000 at most', integer(1), 20)
    .action(
      action(async (output, [wanted], query: MembersOptions) => {
        const found = await withServer(async ({ client }) => {
          const { id } = await findAudience(client, wanted ?? '');
          return client.call(routes.listMembers, { params: { id }, query: { start: query.start, limit: query.limit } });
        });
        output.result(found, () => `${describeMembers(found.members)}\n\n${found.members.length} of ${formatNumber(found.total)}`);
      }),
    );
}

function addChanges(audience: Command): void {
  addCommand(audience, 'changes', 'Who entered and left, newest first', ['audience changes "Gold members" --limit 5'])
    .argument('<audience>', 'id or name')
    .option('--limit <number>', 'how many to show, 1000 at most', integer(1), 20)
    .action(
      action(async (output, [wanted], { limit }: { readonly limit: number }) => {
        const found = await withServer(async ({ client }) => {
          const { id } = await findAudience(client, wanted ?? '');
          return client.call(routes.listChanges, { params: { id }, query: { limit } });
        });
        const rows = found.changes.map(({ at, change, cause: { kind, event }, member: { identity } }) => {
          return [at, change, `${identity.namespace}:${identity.id}`, event === null ? kind : `${kind} ${event}`];
        });
        output.result(found, () => table(['at', 'change', 'profile', 'cause'], rows));
      }),
    );
}

function addDelete(audience: Command): void {
  addCommand(audience, 'delete', 'Delete an audience', ['audience delete "Gold members"'])
    .argument('<audience>', 'id or name')
    .action(
      action(async (output, [wanted]) => {
        const deleted = await withServer(async ({ client }) => {
          const found = await findAudience(client, wanted ?? '');
          await client.call(routes.deleteAudience, { params: { id: found.id } });
          return found;
        });
        output.result({ id: deleted.id, deleted: true }, () => `Deleted ${deleted.name}`);
      }),
    );
}
