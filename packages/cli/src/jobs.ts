/** Following a job of the server until it ends. */
import type { Client, ImportJob } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './exit-codes.ts';
import { formatNumber, table } from './output.ts';
import { createProgress, rows } from './progress.ts';

/** How often to ask, in ms. */
const INTERVAL = 250;

/** Shows progress on standard error; throws CommandError when the job fails or is cancelled. */
export async function followJob(client: Client, started: ImportJob): Promise<ImportJob> {
  const progress = createProgress();
  let job = started;
  try {
    while (job.state === 'queued' || job.state === 'running') {
      await sleep(INTERVAL);
      job = await client.call(routes.getImport, { params: { id: job.id } });
      progress.update(job.done, `${job.source}: ${rows(job.rowsIn)}`);
    }
  } finally {
    progress.end();
  }
  if (job.state === 'succeeded') return job;
  const reason = job.error?.message ?? `the job was ${job.state}`;
  throw new CommandError(job.state === 'cancelled' ? 'failure' : 'invalid', `${job.source}: ${reason}`, job.error?.hint);
}

export function describeJob(job: ImportJob): string {
  const counts = [
    `${formatNumber(job.rowsIn)} in`,
    `${formatNumber(job.rowsOut)} stored`,
    `${formatNumber(job.duplicates)} known already`,
    ...(job.skipped === 0 ? [] : [`${formatNumber(job.skipped)} skipped`]),
    `${formatNumber(job.rejected)} rejected`,
  ];
  const summary = `${job.source} → ${job.dataset}: ${counts.join(', ')}`;
  if (job.rejected === 0) return summary;
  const letters = table(
    ['line', 'field', 'reason'],
    job.deadLetters.slice(0, 5).map((each) => [each.line, each.field, each.reason]),
  );
  return `${summary}\n\n${letters}\n\nAll rejected records: ${job.deadLetterFile ?? '(on the server)'}`;
}
