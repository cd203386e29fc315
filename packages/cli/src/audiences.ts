/** Audiences as people name them. */
import type { Audience, Client } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { CommandError } from './exit-codes.ts';

/** An id wins over a name. */
export async function findAudience(client: Client, wanted: string): Promise<Audience> {
  const { audiences } = await client.call(routes.listAudiences);
  const found = audiences.find(({ id }) => id === wanted) ?? audiences.find(({ name }) => name === wanted);
  if (found) return found;
  throw new CommandError('notFound', `there is no audience "${wanted}"`, 'See ./kindred audience list.');
}
