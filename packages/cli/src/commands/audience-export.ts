/** `kindred audience export` */
import type { Client, ExportJobBody } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAudience } from '../audiences.ts';
import { action, addCommand, choice } from '../command.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { formatNumber } from '../output.ts';
import { createProgress } from '../progress.ts';

interface ExportOptions {
  readonly format: 'jsonl' | 'csv' | 'parquet';
  readonly fields?: string;
  readonly out?: string;
}

/** How often to ask, in ms. */
const INTERVAL = 100;

export function addExport(audience: Command): void {
  addCommand(audience, 'export', 'Write the members at the last evaluation into a file', [
    'audience export "Gold members" --format csv --out gold.csv',
    'audience export "Gold members" --fields person.name,personalEmail.address',
  ])
    .argument('<audience>', 'id or name')
    .option('--format <format>', 'jsonl, csv or parquet', choice('jsonl', 'csv', 'parquet'), 'jsonl')
    .option('--fields <paths>', 'attributes to write, comma-separated; all unless told')
    .option('--out <file>', 'the file to write; <name of the audience>.<format> unless told')
    .action(
      action(async (output, [wanted], options: ExportOptions) => {
        const written = await withServer(async ({ client }) => {
          const { id, name } = await findAudience(client, wanted ?? '');
          const out = options.out ?? `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.${options.format}`;
          const job = await exported(client, await start(client, id, options));
          await download(client, job, out);
          // The server keeps files of exports for whoever asks; this one has been fetched.
          await client.call(routes.deleteExportJob, { params: { id: job.id } });
          return { audience: id, file: out, rows: job.metrics.totalExportedProfileCounter, bytes: job.files[0]?.bytes ?? 0 };
        });
        output.result(written, () => `${written.file}: ${formatNumber(written.rows)} profiles, ${formatNumber(written.bytes)} bytes`);
      }),
    );
}

async function start(client: Client, segmentId: string, { fields = '', format }: ExportOptions): Promise<ExportJobBody> {
  return await client.call(routes.createExportJob, {
    body: {
      schema: { name: '_xdm.context.profile' },
      fields,
      filter: { segments: [{ segmentId }], emptyProfiles: true },
      destination: { format },
    },
  });
}

async function exported(client: Client, started: ExportJobBody): Promise<ExportJobBody> {
  const progress = createProgress();
  let job = started;
  try {
    while (job.status === 'NEW' || job.status === 'PROCESSING' || job.status === 'CANCELLING') {
      await sleep(INTERVAL);
      job = await client.call(routes.getExportJob, { params: { id: job.id } });
      progress.update(0, `${formatNumber(job.metrics.totalExportedProfileCounter)} profiles written`);
    }
  } finally {
    progress.end();
  }
  if (job.status === 'SUCCEEDED') return job;
  throw new CommandError('failure', `the export failed: ${job.errors[0]?.msg ?? job.status.toLowerCase()}`);
}

/** The file appears when it is whole. */
async function download(client: Client, { id, files: [file] }: ExportJobBody, out: string): Promise<void> {
  const { body } = await client.call(routes.downloadExport, { params: { id, name: file?.name ?? '' } });
  const part = `${out}.part`;
  try {
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(part));
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw new CommandError('invalid', `cannot write ${out}: ${(error as Error).message}`, 'Choose another file with --out.');
  }
}
