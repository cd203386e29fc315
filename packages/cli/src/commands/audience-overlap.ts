/** `kindred audience overlap`: how much audiences have in common. */
import type { Result, Routes } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { findAudience } from '../audiences.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { formatNumber, table } from '../output.ts';
import { action, addCommand } from '../command.ts';

type Overlap = Result<Routes['overlapAudiences']>;

export function addOverlap(audience: Command): void {
  addCommand(audience, 'overlap', 'How much audiences have in common, exact for their last evaluations', [
    'audience overlap "Gold members" "Berliners"',
    'audience overlap A B C --json',
  ])
    .argument('<audiences...>', 'ids or names, two at least')
    .action(
      action(async (output, [wanted]) => {
        // Commander gives the names of a variadic argument as one list.
        const names = [wanted].flat() as readonly string[];
        if (names.length < 2) throw new CommandError('usage', 'give two audiences at least');
        const overlap = await withServer(async ({ client }) => {
          const ids = new Set<string>();
          for (const name of names) ids.add((await findAudience(client, name)).id);
          if (ids.size < 2) throw new CommandError('usage', 'give two different audiences at least');
          return client.call(routes.overlapAudiences, { body: { ids: [...ids] } });
        });
        output.result(overlap, () => describeOverlap(overlap));
      }),
    );
}

function describeOverlap({ audiences, universe, union, common, intersections, jaccard, lift }: Overlap): string {
  const sizes = audiences.map(({ name, size, only }) => [name, size, only]);
  const pairs = audiences.flatMap((a, row) =>
    audiences.slice(row + 1).map((b, index) => {
      const column = row + 1 + index;
      return [a.name, b.name, intersections[row]?.[column] ?? 0, jaccard[row]?.[column] ?? null, lift[row]?.[column] ?? null];
    }),
  );
  return [
    table(['audience', 'size', 'in no other'], sizes),
    '',
    table(['audience', 'and', 'in both', 'jaccard', 'lift'], pairs),
    '',
    `${formatNumber(union)} of ${formatNumber(universe)} profiles are in one of them, ${formatNumber(common)} in all.`,
  ].join('\n');
}
