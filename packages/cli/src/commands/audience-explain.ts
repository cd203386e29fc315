/** `kindred audience explain`: how an audience is kept right, and what that takes. */
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { findAudience } from '../audiences.ts';
import { action, addCommand } from '../command.ts';
import { withServer } from '../connection.ts';
import { table } from '../output.ts';

export function addExplain(audience: Command): void {
  addCommand(audience, 'explain', 'How an audience is kept right, and what that takes', ['audience explain "Gold members"'])
    .argument('<audience>', 'id or name')
    .action(
      action(async (output, [wanted]) => {
        const explained = await withServer(async ({ client }) => {
          const { id } = await findAudience(client, wanted ?? '');
          return client.call(routes.explainLive, { params: { id } });
        });
        output.result(explained, () => {
          const { mode, reason, leaves, people, bytesPerProfile, matchesPerEvent } = explained;
          const rows = leaves.map(({ kind, needs, readsClock, text }) => [kind, needs, readsClock ? 'yes' : 'no', text]);
          const number = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(value < 10 ? 2 : 0));
          const costs = `Tried on ${people} people: ${number(bytesPerProfile)} bytes of state for each, ${number(matchesPerEvent)} matches an event`;
          return `Kept by ${mode}. ${reason}\n${costs}\n\n${table(['leaf', 'needs', 'reads the clock', 'in words'], rows)}`;
        });
      }),
    );
}
