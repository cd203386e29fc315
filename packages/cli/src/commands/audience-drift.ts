/** `kindred audience drift`: whether live memberships agree with batch evaluation. */
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { action, addCommand } from '../command.ts';
import { withServer } from '../connection.ts';
import { formatNumber, table } from '../output.ts';

export function addDrift(audience: Command): void {
  addCommand(audience, 'drift', 'Compare live memberships with batch evaluation now, and put right what differs', [
    'audience drift',
  ]).action(
    action(async (output) => {
      const result = await withServer(async ({ client }) => {
        const check = await client.call(routes.checkDrift);
        const { cases } = await client.call(routes.getDrift);
        return { check, cases: cases.filter((each) => each.check === check.id) };
      });
      output.result(result, () => {
        const { audiences, profiles, disagreements } = result.check;
        const summary = `${formatNumber(audiences)} live audiences, ${formatNumber(profiles)} profiles: ${formatNumber(disagreements)} memberships did not agree`;
        if (result.cases.length === 0) return summary;
        const rows = result.cases.map(({ audience: { name }, identities: [person], live, batch, reference }) => {
          return [
            name,
            person === undefined ? null : `${person.namespace}:${person.id}`,
            word(live),
            word(batch),
            reference === null ? null : word(reference),
          ];
        });
        return `${summary}\n\n${table(['audience', 'profile', 'live', 'batch', 'reference'], rows)}`;
      });
    }),
  );
}

const word = (member: boolean): string => (member ? 'in' : 'out');
