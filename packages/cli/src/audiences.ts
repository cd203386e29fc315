/** Audiences as commands name and show them. */
import type { Audience, Client } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { CommandError } from './exit-codes.ts';
import { formatDuration, formatNumber } from './output.ts';

/** An id wins over a name. */
export async function findAudience(client: Client, wanted: string): Promise<Audience> {
  const { audiences } = await client.call(routes.listAudiences);
  const found = audiences.find(({ id }) => id === wanted) ?? audiences.find(({ name }) => name === wanted);
  if (found) return found;
  throw new CommandError('notFound', `there is no audience "${wanted}"`, 'See ./kindred audience list.');
}

export function describe(audience: Audience): string {
  const evaluated = audience.lastEvaluated === null ? 'never' : `${audience.lastEvaluated}, in ${formatDuration(audience.tookMs ?? 0)}`;
  return [
    `${audience.name}  (${audience.id}, version ${audience.version}, ${audience.lifecycleState}, ${audience.evaluation})`,
    ...(audience.description === '' ? [] : [audience.description]),
    `Size       ${audience.size === null ? 'not evaluated yet' : formatNumber(audience.size)}`,
    `Evaluated  ${evaluated}`,
    ...(audience.composition === null ? [] : [`Composed   ${audience.composition.choice ?? 'all for whom the query holds'}`]),
    ...(audience.external === null ? [`Query      ${audience.pql.trim().replaceAll('\n', '\n           ')}`] : [listOf(audience.external)]),
  ].join('\n');
}

function listOf({ audienceId, namespace, expiresAt, expired }: NonNullable<Audience['external']>): string {
  const until = expiresAt === null ? 'no list yet' : `${expired ? 'expired' : 'expires'} ${expiresAt}`;
  return `List       ${namespace} ${audienceId}, ${until}`;
}
