/** `kindred identity …`: who is one person, why, and what to do when that is wrong. */
import type { AmendedLinks, Identity, IdentityGraphViewBody } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { action, addCommand } from '../command.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { formatNumber, table } from '../output.ts';

export function addIdentityCommands(program: Command): void {
  const parent = program.command('identity').description('Who is one person, and why');
  addLookCommands(parent);
  addRuleCommands(parent);
  addAmendCommand(parent, 'unlink', 'Remove a link, or all links of an identity; they stay removed whatever records come');
  addAmendCommand(parent, 'restore', 'Bring removed links back');
  addCommand(parent, 'removed', 'Links that were removed by hand', ['identity removed']).action(
    action(async (output) => {
      const found = await withServer(({ client }) => client.call(routes.listRemovedLinks, { query: { limit: 1000 } }));
      const rows = found.links.map(({ one, other, removed }) => [nameOf(one), nameOf(other), instant(removed)]);
      output.result(found, () => `${table(['one', 'other', 'removed'], rows)}\n${found.total} in all`);
    }),
  );
  addCommand(parent, 'repair', 'Sort everybody anew from all links there are', ['identity repair']).action(
    action(async (output) => {
      const repaired = await withServer(({ client }) => client.call(routes.repairIdentityGraph));
      output.result(repaired, () => `${formatNumber(repaired.profiles)} people`);
    }),
  );
}

function addLookCommands(parent: Command): void {
  addCommand(parent, 'graph', 'The identities of a person, the links among them, and those that do not count', [
    'identity graph CRMID:C0000001',
    'identity graph CRMID:C0000001 --json',
  ])
    .argument('<identity>', 'namespace:id')
    .action(
      action(async (output, [identity]) => {
        const graph = await withServer(({ client }) => client.call(routes.getIdentityGraph, { query: identityOf(identity) }));
        output.result(graph, () => describe(graph));
      }),
    );
  addCommand(parent, 'statistics', 'How many people, identities and links there are', ['identity statistics --json']).action(
    action(async (output) => {
      const found = await withServer(({ client }) => client.call(routes.getIdentityStatistics));
      const { people, identities, links, removedLinks } = found;
      output.result(found, () =>
        [
          table(['people', 'identities', 'links', 'removed links'], [[people, identities, links, removedLinks]]),
          table(
            ['namespace', 'identities', 'people'],
            found.namespaces.map((each) => [each.namespace, each.identities, each.people]),
          ),
          table(
            ['identities of a person', 'people'],
            found.sizes.map((each) => [each.identities, each.people]),
          ),
        ].join('\n\n'),
      );
    }),
  );
}

function addRuleCommands(parent: Command): void {
  addCommand(parent, 'rules', 'The rules by which people are told apart; with --set, other ones: everybody is sorted anew', [
    'identity rules',
    'identity rules --set rules.json',
  ])
    .option('--set <file>', 'JSON: {"unique": ["CRMID"], "priority": ["CRMID", "Email"]}; - reads standard input')
    .action(
      action<{ readonly set?: string }>(async (output, _, { set }) => {
        const body = set === undefined ? undefined : await readJson(set);
        const rules = await withServer(async ({ client }) =>
          body === undefined
            ? await client.call(routes.getLinkingRules)
            : await client.call(routes.setLinkingRules, { body: body as object }),
        );
        output.result(rules, () => `unique: ${rules.unique.join(', ') || 'none'}\npriority: ${rules.priority.join(', ') || 'by type'}`);
      }),
    );
  addCommand(parent, 'simulate', 'The people that rules would make of some records; nothing is stored', [
    'identity simulate records.json',
    'identity simulate records.json --rules rules.json',
  ])
    .argument('<file>', 'JSON: [{"identities": [{"namespace", "id"}], "timestamp"}]; - reads standard input')
    .option('--rules <file>', 'JSON as for kindred identity rules; those in force when left out')
    .action(
      action<{ readonly rules?: string }>(async (output, [file = ''], { rules }) => {
        const body = { records: await readJson(file), ...(rules !== undefined && { rules: await readJson(rules) }) };
        const found = await withServer(({ client }) => client.call(routes.simulateLinking, { body: body as never }));
        output.result(found, () => peopleText(found.people));
      }),
    );
}

function addAmendCommand(parent: Command, name: 'unlink' | 'restore', description: string): void {
  addCommand(parent, name, description, [`identity ${name} CRMID:C1 --from ECID:4186…`, `identity ${name} ECID:4186…`])
    .argument('<identity>', 'namespace:id')
    .option('--from <identity>', 'the other end of the link; all links when left out')
    .action(
      action<{ readonly from?: string }>(async (output, [identity], { from }) => {
        const body = { identity: identityOf(identity), ...(from !== undefined && { from: identityOf(from) }) };
        const route = name === 'unlink' ? routes.unlinkIdentities : routes.restoreLinks;
        const amended: AmendedLinks = await withServer(({ client }) => client.call(route, { body }));
        const { length } = amended.links;
        const done = `${name === 'unlink' ? 'Removed' : 'Brought back'} ${length} ${length === 1 ? 'link' : 'links'}; who is one person now:`;
        output.result(amended, () => `${done}\n${peopleText(amended.people)}`);
      }),
    );
}

function identityOf(given = ''): Identity {
  const colon = given.indexOf(':');
  if (colon > 0 && colon < given.length - 1) return { namespace: given.slice(0, colon), id: given.slice(colon + 1) };
  throw new CommandError('invalid', `"${given}" is no identity`, 'Write namespace:id, for example Email:anna@example.com.');
}

async function readJson(file: string): Promise<unknown> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(() => {
    throw new CommandError('invalid', `cannot read ${file}`);
  });
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new CommandError('invalid', `${file} is not JSON: ${(error as Error).message}`);
  }
}

function nameOf({ namespace, id }: Identity): string {
  return `${namespace}:${id}`;
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function peopleText(people: readonly { readonly identities: readonly Identity[] }[]): string {
  return people.map(({ identities }) => identities.map(nameOf).join(' ')).join('\n');
}

function describe({ identities, links, outside }: IdentityGraphViewBody): string {
  const seen = identities.map((each) => [
    nameOf(each),
    each.idType,
    each.primary ? 'primary' : '',
    each.last === null ? null : instant(each.last),
  ]);
  const row = ({ one, other, first, last, datasets }: IdentityGraphViewBody['links'][number]) => [
    nameOf(one),
    nameOf(other),
    instant(first),
    instant(last),
    datasets.join(', '),
  ];
  const header = ['one', 'other', 'first', 'last', 'datasets'];
  return [
    table(['identity', 'type', '', 'last together'], seen),
    table(header, links.map(row)),
    ...(outside.total === 0
      ? []
      : [
          `${formatNumber(outside.total)} links that do not count:\n${table(
            [...header, 'why'],
            outside.links.map((link) => [...row(link), link.reason]),
          )}`,
        ]),
  ].join('\n\n');
}
