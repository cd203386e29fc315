/** `kindred profile …` */
import type { Client, Identity, ProfileBody } from '@kindred/contract';
import { ApiError, routes } from '@kindred/contract';
import { findAudience } from '../audiences.ts';
import { describeWhy } from '../why.ts';
import type { Command } from 'commander';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { leavesOf } from '../members.ts';
import { formatNumber, table } from '../output.ts';
import { action, addCommand } from '../command.ts';

export function addProfileCommands(program: Command): void {
  const profile = program.command('profile').description('Look at one person');
  addCommand(profile, 'show', 'Identities, attributes, audiences and event counts of one profile', [
    'profile show CRMID:C0000001',
    'profile show anna@example.com',
    'profile show CRMID:C0000001 --as-of 2026-11-01T00:00:00Z',
  ])
    .argument('<identity>', 'namespace:id, or an id of any namespace')
    .option('--as-of <instant>', 'as it was then, RFC 3339')
    .action(
      action(async (output, [identity], { asOf }: { readonly asOf?: string }) => {
        if (asOf !== undefined && Number.isNaN(Date.parse(asOf)))
          throw new CommandError('usage', `--as-of ${asOf} is no instant`, 'Write it as 2026-11-01T00:00:00Z.');
        const at = asOf === undefined ? undefined : new Date(asOf).toISOString();
        const found = await withServer(({ client }) => findProfile(client, identity ?? '', at));
        output.result(found, () => describe(found));
      }),
    );
  addCommand(profile, 'why', 'Why a profile is in an audience or not: every part, until when it holds, and what is missing', [
    'profile why CRMID:C0000001 "Gold members"',
    'profile why anna@example.com 5f0c… --json',
  ])
    .argument('<identity>', 'namespace:id, or an id of any namespace')
    .argument('<audience>', 'its id or name')
    .action(
      action(async (output, [wanted = '', named = '']) => {
        const why = await withServer(async ({ client }) => {
          const { id: audienceId } = await findAudience(client, named);
          const { identities } = await findProfile(client, wanted, undefined);
          const [identity] = identities;
          if (identity === undefined) throw new CommandError('notFound', `the profile "${wanted}" has no identity`, 'Try again.');
          return await client.call(routes.explainMembership, { params: { ...identity, audienceId } });
        });
        output.result(why, () => describeWhy(why));
      }),
    );
}

/** A colon may also be part of a bare id. */
async function findProfile(client: Client, wanted: string, asOf: string | undefined): Promise<ProfileBody> {
  const colon = wanted.indexOf(':');
  const exact = colon > 0 ? await get(client, { namespace: wanted.slice(0, colon), id: wanted.slice(colon + 1) }, asOf) : null;
  const found = exact ?? (await findBare(client, wanted, asOf));
  if (found) return found;
  throw new CommandError('notFound', `there is no profile "${wanted}"`, 'Write namespace:id, for example Email:anna@example.com.');
}

async function findBare(client: Client, id: string, asOf: string | undefined): Promise<ProfileBody | null> {
  const { profiles } = await client.call(routes.findProfiles, { query: { search: id, limit: 100 } });
  const identity = profiles.flatMap(({ identities }) => identities).find((each) => each.id === id);
  return identity ? get(client, identity, asOf) : null;
}

async function get(client: Client, params: Identity, asOf: string | undefined): Promise<ProfileBody | null> {
  try {
    return await client.call(routes.getProfile, { params, ...(asOf !== undefined && { query: { asOf } }) });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

function describe(profile: ProfileBody): string {
  const identities = profile.identities.map(({ namespace, id }) => [namespace, id]);
  const audiences = profile.audiences.map(({ name, since }) => [name, since]);
  const events = profile.eventCounts.map((each) => [each.eventType === '' ? '(none)' : each.eventType, each.events, each.first, each.last]);
  const total = profile.eventCounts.reduce((sum, each) => sum + each.events, 0);
  return [
    table(['namespace', 'id'], identities),
    table(['attribute', 'value'], leavesOf(profile.attributes, '')),
    table(['audience', 'since'], audiences),
    `${table(['event type', 'events', 'first', 'last'], events)}\n${formatNumber(total)} events`,
  ].join('\n\n');
}
