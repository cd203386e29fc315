import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectType, ScalarType, Type } from '@kindred/pql';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addColumns,
  Bytes,
  blockHead,
  columnWriter,
  documentReader,
  ensureTables,
  loadLayout,
  readColumns,
  Shredder,
  unionSchema,
} from '../../src/schema/index.ts';
import type { Column, ColumnWriter, Document, Row, Table } from '../../src/schema/index.ts';
import type { ClickHouse } from '../../src/store/index.ts';
import { openClickHouse } from '../../src/store/index.ts';

let folder: string;
let clickhouse: ClickHouse;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-schema-'));
  clickhouse = await openClickHouse({ path: folder, url: undefined, database: 'kindred', slots: 2 });
  await ensureTables(clickhouse);
});

afterAll(async () => {
  await clickhouse.close();
  await rm(folder, { recursive: true, force: true });
});

const schema = unionSchema({ tenant: 'acme' });

/** Some text that meets the limits of a field, or null when the field is better left out. */
function text(type: ScalarType): fc.Arbitrary<string | null> {
  if (type.enum) return fc.constantFrom(...type.enum);
  if ('limits' in type) return fc.constant(null);
  return fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(...(type.suggested ?? ['', 'a\tb\n', "it's", 'ß'.repeat(70)])),
  );
}

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'string':
      return text(type);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return 'limits' in type ? fc.integer({ min: 1, max: 100 }) : fc.maxSafeInteger();
    case 'number':
      return 'limits' in type ? fc.constant(0.5) : fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case 'date':
      return fc.date(RANGE).map((date) => date.toISOString().slice(0, 10));
    case 'datetime':
      return fc.date(RANGE).map((date) => date.toISOString());
  }
}

const RANGE = { min: new Date('1900-01-01T00:00:00Z'), max: new Date('2299-12-31T23:59:59.999Z'), noInvalidDate: true };

/** Documents of a type in canonical form: what is empty or null is left out, but members of arrays stay. */
function documents(type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'object': {
      const names = Object.keys(type.fields);
      return fc
        .subarray(names, { maxLength: Math.min(4, names.length) })
        .chain((chosen) =>
          fc
            .record(Object.fromEntries(chosen.map((name) => [name, documents(type.fields[name]?.type as Type)])))
            .map((document) => Object.fromEntries(Object.entries(document).filter(([, value]) => !isEmpty(value)))),
        );
    }
    case 'array':
      return fc.array(documents(type.items), { maxLength: 3 });
    case 'map':
      return fc
        .dictionary(
          fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
          documents(type.values).filter((value) => value !== null),
          { maxKeys: 3 },
        )
        .map((map) => ({ ...map }));
    case 'unknown':
      return fc.constant(null);
    default:
      return scalar(type);
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Writes documents as an import does and reads them back, from the table and from what was written into it. */
async function throughTable(table: Table, type: ObjectType, sent: readonly Document[]): Promise<Document[]> {
  const shredder = new Shredder(table, type, 'reject');
  const writers = new Map<Column, ColumnWriter>();
  for (const [row, document] of sent.entries()) {
    expect(shredder.shred(document), JSON.stringify(shredder.problems)).toBe(true);
    for (let index = 0; index < shredder.count; index++) {
      const column = shredder.columns[shredder.slots[index] ?? -1] as Column;
      const writer = writers.get(column) ?? columnWriter(column);
      writers.set(column, writer);
      writer.set(row, shredder.cells[index] ?? null);
    }
  }
  const key: ColumnWriter = columnWriter({ name: 'version', chType: 'Int64' });
  for (const row of sent.keys()) key.set(row, row);
  const bytes = new Bytes(1024);
  bytes.append(blockHead(writers.size + 1, sent.length));
  key.write(sent.length, bytes);
  const head = bytes.size;
  for (const writer of writers.values()) writer.write(sent.length, bytes);
  await clickhouse.command(`DROP TABLE IF EXISTS copy`);
  const columns = [...writers.keys()];
  await clickhouse.command(
    `CREATE TABLE copy (version UInt64${columns.map((column) => `, \`${column.name}\` ${column.chType}`).join('')}) ENGINE = Memory`,
  );
  await clickhouse.insert('copy', ['version', ...columns.map((column) => column.name)], 'Native', bytes.take());
  const document = documentReader(type, columns);
  const stored = (await clickhouse.query<Row>('SELECT * FROM copy ORDER BY version')).map(document);
  const written = [...readColumns(bytes.take().subarray(head), columns, sent.length)];
  expect(sent.map((_, row) => document(Object.fromEntries(written.map(([name, values]) => [name, values[row]]))))).toEqual(stored);
  return stored;
}

/** The type without the fields that are no columns. */
function shreddable(type: ObjectType): ObjectType {
  const elsewhere = ['identityMap', 'segmentMembership', '_id', 'timestamp', 'eventType'];
  return { kind: 'object', fields: Object.fromEntries(Object.entries(type.fields).filter(([name]) => !elsewhere.includes(name))) };
}

test.each(['profiles', 'events'] as const)('any documents of the %s schema come back from columns as they went in', async (table) => {
  const type = table === 'profiles' ? schema.profile : schema.event;
  await fc.assert(
    fc.asyncProperty(fc.array(documents(shreddable(type)) as fc.Arbitrary<Document>, { minLength: 1, maxLength: 12 }), async (sent) => {
      expect(await throughTable(table, type, sent)).toEqual(sent);
    }),
    { numRuns: 60 },
  );
});

test('a null, an empty text and a text in a dictionary column stay three different things', async () => {
  const sent = [{ emailFormat: 'html' }, {}, { emailFormat: '' }, { emailFormat: 'html' }, {}];
  expect(await throughTable('profiles', schema.profile, sent)).toEqual(sent);
});

test('columns are added once, seen by the next layout, and rows from before are empty there', async () => {
  let layout = await loadLayout(clickhouse, 'profiles', schema.profile);
  expect(layout.columns.size).toBe(0);
  await clickhouse.command('INSERT INTO profiles (profile, version) VALUES (1, 1)');
  const columns = new Shredder('profiles', schema.profile, 'reject').columns.filter((column) => column.name.startsWith('loyalty/'));
  layout = await addColumns(clickhouse, layout, columns);
  layout = await addColumns(clickhouse, layout, columns);
  const loaded = await loadLayout(clickhouse, 'profiles', schema.profile);
  expect([...loaded.columns.values()]).toEqual([...layout.columns.values()]);
  expect(loaded.has('loyalty/points')).toBe(true);
  expect((await clickhouse.query<Row>('SELECT * FROM profiles')).map(documentReader(schema.profile, columns))).toEqual([{}]);
});

test('a field whose stored values are of another type is refused with a way out', async () => {
  await clickhouse.command('ALTER TABLE profiles ADD COLUMN `timeZone` Nullable(Float64)');
  await expect(loadLayout(clickhouse, 'profiles', schema.profile)).rejects.toMatchObject({
    code: 'SCHEMA_TYPE_CHANGED',
    hint: expect.stringContaining('another name') as string,
  });
});
