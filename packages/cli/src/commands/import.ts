/** `kindred import`: a file's data in. */
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { withServer } from '../connection.ts';
import { existing, readObject, sourceOf } from '../files.ts';
import { describeJob, followJob } from '../jobs.ts';
import { action, addCommand, choice } from '../command.ts';

interface ImportOptions {
  readonly mapping?: string;
  readonly target: 'event' | 'profile';
  readonly format?: 'csv' | 'json' | 'jsonl' | 'parquet';
  readonly dataset?: string;
}

export function addImportCommand(program: Command): void {
  addCommand(program, 'import', 'Import a file of events or profile records', [
    'import visits.jsonl',
    'import members.jsonl --target profile',
    'import orders.csv --mapping orders.mapping.json --dataset "web shop"',
  ])
    .argument('<file>', 'CSV, JSON, JSONL or Parquet; without a mapping its records are XDM documents')
    .option('--mapping <file>', 'a JSON file: source columns to XDM paths')
    .option('--target <target>', 'what XDM documents are: event or profile', choice('event', 'profile'), 'event')
    .option('--format <format>', 'csv, json, jsonl or parquet; by the file name when left out', choice('csv', 'json', 'jsonl', 'parquet'))
    .option('--dataset <name>', 'by the file name when left out')
    .action(
      action(async (output, [file = ''], options: ImportOptions) => {
        const path = await existing(file);
        const mapping = options.mapping === undefined ? undefined : await readObject(options.mapping, 'mapping');
        const { target, format, dataset } = options;
        const settings = { target, ...(mapping && { mapping }), ...(format && { format }), ...(dataset !== undefined && { dataset }) };
        const job = await withServer(async (connection) => {
          const body = { ...(await sourceOf(connection, path)), ...settings };
          return followJob(connection.client, await connection.client.call(routes.startImport, { body }));
        });
        output.result(job, () => describeJob(job));
      }),
    );
}
