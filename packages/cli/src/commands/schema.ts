/** `kindred schema …`: a field group and a mapping proposed for a file, and a field group taken into the schema. */
import type { Client, SchemaProposal } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { action, addCommand, choice } from '../command.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { existing, readObject, sourceOf } from '../files.ts';

/** The server counts different values no further. */
const MOST_COUNTED = 1000;

interface InferOptions {
  readonly target?: 'event' | 'profile';
  readonly format?: 'csv' | 'json' | 'jsonl' | 'parquet';
  readonly delimiter?: string;
  readonly dataset?: string;
  readonly mapping?: string;
  readonly fieldGroup?: string;
}

export function addSchemaCommands(program: Command): void {
  const schema = program.command('schema').description('Schemas: propose fields for a file, and take them in');
  addCommand(schema, 'infer', 'Propose a field group and a mapping for a file, by its first 10,000 records', [
    'schema infer customers.csv',
    'schema infer orders.csv --target event --mapping orders.mapping.json --field-group orders.group.json',
  ])
    .argument('<file>', 'CSV, JSON, JSONL or Parquet')
    .option('--target <target>', 'event or profile; by the columns when left out', choice('event', 'profile'))
    .option('--format <format>', 'csv, json, jsonl or parquet; by the file name when left out', choice('csv', 'json', 'jsonl', 'parquet'))
    .option('--delimiter <character>', 'of CSV; a comma when left out')
    .option('--dataset <name>', 'by the file name when left out')
    .option('--mapping <file>', 'write the mapping there')
    .option('--field-group <file>', 'write the field group there')
    .action(
      action(async (output, [file = ''], { mapping, fieldGroup, ...options }: InferOptions) => {
        const path = await existing(file);
        const proposal = await withServer(async (connection) => {
          const body = { ...(await sourceOf(connection, path)), ...options };
          return connection.client.call(routes.inferSchema, { body });
        });
        if (mapping !== undefined) await writeJson(mapping, proposal.mapping);
        if (fieldGroup !== undefined && proposal.fieldGroup !== null) await writeJson(fieldGroup, proposal.fieldGroup);
        output.result(proposal, () => describeProposal(proposal));
      }),
    );
  addCommand(schema, 'add', 'Take the fields of a field group into the schema: imports and rules can use them at once', [
    'schema add orders.group.json',
  ])
    .argument('<file>', 'a field group, as schema infer --field-group writes it')
    .action(
      action(async (output, [file = '']) => {
        const group = await readObject(await existing(file), 'field group');
        const added = await withServer(async ({ client }) => await addFieldGroup(client, group));
        output.result(added, () => `${added.title}: its fields are in the schema`);
      }),
    );
}

/** A schema makes the fields count; it has no others, so that nothing else changes. Throws CommandError, ApiError. */
async function addFieldGroup(client: Client, group: Readonly<Record<string, unknown>>) {
  const [xdmClass] = [group['meta:intendedToExtend'] ?? []].flat();
  if (typeof xdmClass !== 'string') {
    throw new CommandError(
      'invalid',
      'the field group does not say which class it is for',
      'For example "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/profile"].',
    );
  }
  const { $id, title } = await client.call(routes.createSchemaResource, { params: { kind: 'fieldgroups' }, body: group });
  const allOf = [{ $ref: xdmClass }, { $ref: $id }];
  const body = { type: 'object', title, allOf, 'meta:immutableTags': ['union'] };
  const schema = await client.call(routes.createSchemaResource, { params: { kind: 'schemas' }, body });
  return { fieldGroup: $id, schema: schema.$id, title: String(title) };
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

function describeProposal({ rows, columns, target, fieldGroup, mapping, notes }: SchemaProposal): string {
  const width = Math.max(...columns.map(({ name }) => name.length), 6);
  const lines = columns.map(({ name, type, missing, distinct, values }) => {
    const share = rows === 0 ? '' : `${Math.round((missing / rows) * 100)} % missing`;
    return `  ${name.padEnd(width)}  ${type.padEnd(9)}  ${share.padEnd(13)}  ${distinct < MOST_COUNTED ? distinct : `${MOST_COUNTED} or more`} values: ${values.slice(0, 3).join(', ')}`;
  });
  return [
    `${rows} records become ${target}s`,
    ...lines,
    '',
    'mapping:',
    JSON.stringify(mapping, null, 2),
    ...(fieldGroup === null ? [] : ['', 'field group:', JSON.stringify(fieldGroup, null, 2)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `note: ${note}`)]),
  ].join('\n');
}
