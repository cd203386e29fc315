/** `kindred audience watch`: who enters and leaves, as it happens. */
import type { MembershipEntry } from '@kindred/contract';
import { routes, serverEvents } from '@kindred/contract';
import type { Command } from 'commander';
import { findAudience } from '../audiences.ts';
import { action, addCommand, integer } from '../command.ts';
import { withServer } from '../connection.ts';
import type { Output } from '../output.ts';

interface WatchOptions {
  readonly from?: number;
  readonly most: number;
}

export function addWatch(audience: Command): void {
  addCommand(audience, 'watch', 'Who enters and leaves, as it happens, until interrupted', [
    'audience watch "Gold members"',
    'audience watch --from 1 --most 5',
  ])
    .argument('[audience]', 'id or name; all audiences when left out')
    .option('--from <offset>', 'begin at this place of the log instead of now', integer(0))
    .option('--most <number>', 'end after so many; 0: never', integer(0), 0)
    .action(
      action(async (output, [wanted], { from, most }: WatchOptions) => {
        const stop = new AbortController();
        const onSignal = (): void => stop.abort();
        process.once('SIGINT', onSignal);
        try {
          await withServer(async ({ client }) => {
            const one = wanted === undefined ? undefined : (await findAudience(client, wanted)).id;
            const response = await client.call(routes.followMembershipLog, { query: { audience: one, from }, signal: stop.signal });
            let told = 0;
            for await (const { data } of serverEvents(response)) {
              tell(output, data as MembershipEntry);
              if (++told === most) break;
            }
          });
        } catch (error) {
          if (!stop.signal.aborted) throw error;
        } finally {
          process.off('SIGINT', onSignal);
          stop.abort();
        }
      }),
    );
}

/** One line each: JSON Lines with --json. */
function tell({ json }: Output, entry: MembershipEntry): void {
  const { offset, decidedAt, change, audience, identities, cause } = entry;
  const [person] = identities;
  const why = cause.event === null ? cause.kind : `${cause.kind} ${cause.event}`;
  const words = `${offset}  ${decidedAt}  ${change.padEnd(7)}  ${audience.name}  ${person?.namespace ?? ''}:${person?.id ?? ''}  (${why})`;
  process.stdout.write(`${json ? JSON.stringify(entry) : words}\n`);
}
