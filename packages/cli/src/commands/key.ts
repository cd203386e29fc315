/** `kindred key …` */
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { withServer } from '../connection.ts';
import { table } from '../output.ts';
import { action, addCommand, choice } from '../command.ts';

interface CreateOptions {
  readonly role: 'viewer' | 'editor' | 'admin';
}

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('API keys: needed beyond this machine');
  addCommand(key, 'create', 'Create an API key; its secret is shown this once', ['key create "nightly import"'])
    .argument('<name>', 'what it is for')
    .option('--role <role>', 'viewer reads, editor also changes, admin also manages keys', choice('viewer', 'editor', 'admin'), 'editor')
    .action(
      action<CreateOptions>(async (output, [name], { role }) => {
        const created = await withServer(({ client }) => client.call(routes.createKey, { body: { name: name ?? '', role } }));
        output.note(`Created ${created.name} (${created.id}). Keep the secret: it is not stored and not shown again.`);
        output.result(created, () => created.key);
      }),
    );
  addCommand(key, 'list', 'API keys, without their secrets', ['key list', 'key list --json']).action(
    action(async (output) => {
      const { keys } = await withServer(({ client }) => client.call(routes.listKeys));
      const rows = keys.map((each) => [
        each.id,
        each.name,
        each.role,
        each.prefix,
        each.createdAt,
        each.lastUsedAt ?? 'never',
        each.revokedAt ?? 'no',
      ]);
      output.result(keys, () => table(['id', 'name', 'role', 'prefix', 'created', 'last used', 'revoked'], rows));
    }),
  );
  addCommand(key, 'revoke', 'Revoke an API key, at once and for good', ['key revoke 3f9c…'])
    .argument('<id>', 'see kindred key list')
    .action(
      action(async (output, [id = '']) => {
        await withServer(({ client }) => client.call(routes.revokeKey, { params: { id } }));
        output.result({ id, revoked: true }, () => `Revoked ${id}`);
      }),
    );
}
