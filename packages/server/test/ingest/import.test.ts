import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseMapping, runImport, xdmMapping } from '../../src/ingest/index.ts';
import type { DeadLetter, ImportOptions, ImportReport, Mapping } from '../../src/ingest/index.ts';
import { countEvents, readEvents, readProfile } from '../../src/profile/index.ts';
import { parseFieldGroup, unionSchema } from '../../src/schema/index.ts';
import type { Opened } from '../profile/open.ts';
import { openProfiles } from '../profile/open.ts';

const group = parseFieldGroup(
  {
    title: 'Shoes',
    'meta:intendedToExtend': ['https://ns.adobe.com/xdm/context/profile', 'https://ns.adobe.com/xdm/context/experienceevent'],
    properties: {
      _acme: {
        type: 'object',
        properties: { shoeSize: { type: 'number', minimum: 15, maximum: 55 }, tags: { type: 'array', items: { type: 'string' } } },
      },
    },
  },
  'acme',
  { source: 'shoes.json' },
);

let opened: Opened;
let files = 0;

beforeAll(async () => {
  opened = await openProfiles(unionSchema({ tenant: 'acme', fieldGroups: [group] }));
  await mkdir(join(opened.folder, 'in'));
});

afterAll(async () => {
  await opened.close();
});

let prefix = '';

beforeEach(() => {
  prefix = `t${files++}`;
});

/** Writes a file into the folder of the test. */
async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(opened.folder, 'in', `${prefix}-${name}`);
  await writeFile(path, content);
  return path;
}

async function run(path: string, mapping: Mapping, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  const deadLetterFile = join(opened.folder, 'dead', `${prefix}.jsonl`);
  return await runImport({ source: { kind: 'file', path }, mapping, tables: opened.tables, deadLetterFile, clock: () => 0, ...options });
}

async function letters(report: ImportReport): Promise<DeadLetter[]> {
  const text = await readFile(report.deadLetterFile ?? '', 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as DeadLetter);
}

const ordinalOf = (id: string): number => opened.identities.find({ namespace: 'CRMID', id }) ?? -1;

const views = (): Mapping =>
  parseMapping({
    version: 1,
    target: 'event',
    dataset: 'views',
    identity: { namespace: 'CRMID', column: 'who' },
    id: { template: `${prefix}-{n}` },
    timestamp: { column: 'at', zone: 'UTC' },
    eventType: { constant: 'commerce.productViews' },
    fields: { 'productListItems[0].SKU': 'sku', 'productListItems[0].priceTotal': 'price' },
  });

test('a CSV file with a byte order mark, CRLF, quotes and other alphabets is imported', async () => {
  const text =
    '\uFEFFn,who,at,sku,price\r\n1,Zoë,2026-01-01,"a ""b"", c",1.5\r\n2,Zoë,2026-01-02T10:00:00,"two\nlines",\r\n3,山田,2026-01-03,日本,0\r\n';
  const report = await run(await file('views.csv', text), views());
  expect(report).toEqual({
    rowsIn: 3,
    accepted: 3,
    duplicates: 0,
    rejected: 0,
    skipped: 0,
    skippedBy: {},
    droppedFields: {},
    profiles: 2,
    tookMs: 0,
    deadLetterFile: null,
  });
  const events = await readEvents(opened.tables, ordinalOf('Zoë'), { limit: 10 });
  expect(events.map((event) => event['productListItems'])).toEqual([[{ SKU: 'two\nlines' }], [{ SKU: 'a "b", c', priceTotal: 1.5 }]]);
});

test('bad lines go to the dead letters with line, field, reason and record, and the good ones are imported', async () => {
  const rows = [
    'n,who,at,sku,price',
    '1,a,2026-01-01,x,1',
    '2,a,2026-13-01,x,1',
    '3,a,2026-01-01,x',
    '4,a,2026-01-01,"x,1',
    '5,,2026-01-01,x,cheap',
    '6,a,1850-01-01,x,1',
    '7,a,2026-01-01,x,2',
  ];
  const report = await run(await file('bad.csv', rows.join('\n')), views());
  expect(report).toMatchObject({ rowsIn: 7, accepted: 2, rejected: 5 });
  expect((await letters(report)).toSorted((one, other) => one.line - other.line)).toEqual([
    {
      line: 3,
      field: 'timestamp',
      reason: 'expected a time in the format iso, found "2026-13-01"',
      record: { n: '2', who: 'a', at: '2026-13-01', sku: 'x', price: '1' },
    },
    { line: 4, field: '', reason: 'expected 5 values, found 4', malformed: true, record: '3,a,2026-01-01,x' },
    { line: 5, field: '', reason: 'a quote is opened and never closed', malformed: true, record: '4,a,2026-01-01,"x,1' },
    {
      line: 6,
      field: 'identityMap',
      reason: 'the record has no CRMID',
      more: [{ field: 'productListItems[0].priceTotal', reason: 'expected a number, found "cheap"' }],
      record: { n: '5', who: '', at: '2026-01-01', sku: 'x', price: 'cheap' },
    },
    {
      line: 7,
      field: 'timestamp',
      reason: 'only times from 1900 to 2299 can be stored',
      record: { n: '6', who: 'a', at: '1850-01-01', sku: 'x', price: '1' },
    },
  ]);
});

test('an import again changes nothing', async () => {
  const path = await file('again.csv.gz', gzipSync('n,who,at,sku,price\n1,a,2026-01-01,x,1\n2,b,2026-01-01,x,1\n2,b,2026-01-01,x,1\n'));
  expect(await run(path, views())).toMatchObject({ accepted: 2, duplicates: 1 });
  const [events, revision] = [await countEvents(opened.tables), opened.tables.currentRevision()];
  expect(await run(path, views())).toMatchObject({ rowsIn: 3, accepted: 0, duplicates: 3, profiles: 2 });
  expect([await countEvents(opened.tables), opened.tables.currentRevision()]).toEqual([events, revision]);
});

const IDENTITY = { identityMap: { CRMID: [{ id: 'jay', primary: true }] } };
const event = (changes: object): string => JSON.stringify({ _id: prefix, timestamp: '2026-02-01T00:00:00Z', ...IDENTITY, ...changes });

test('XDM events of a JSON Lines file are checked value by value', async () => {
  const lines = [
    event({ web: { webPageDetails: { name: 'home', pageViews: { value: 1 } } } }),
    '{"_id": ',
    '',
    event({ web: { webPageDetails: { nmae: 'home' } } }),
    event({ commerce: { order: { currencyCode: 'euro', orderType: 'gift', priceTotal: '12' } } }),
    event({ productListItems: { SKU: 'x' } }),
    event({ productListItems: [{ quantity: 1.5 }] }),
    event({ _acme: { shoeSize: 80, tags: ['a', 1] } }),
    event({ device: { screenHeight: 2 ** 60 }, commerce: { order: { createdDate: 'today' } } }),
    '[1]',
    event({ siteSearch: { query: 'x'.repeat(10_000_000) } }),
  ];
  const report = await run(await file('events.jsonl', lines.join('\n')), xdmMapping('event', 'web'));
  expect(report).toMatchObject({ rowsIn: 10, accepted: 1, rejected: 9 });
  const all = (await letters(report)).flatMap(({ line, field, reason, more = [] }) => [
    { line, field, reason },
    ...more.map((problem) => ({ line, ...problem })),
  ]);
  expect(all.map(({ line, field, reason }) => `${line} ${field}: ${reason}`)).toEqual([
    expect.stringMatching(/^2 : the line is no JSON: /),
    '4 web.webPageDetails.nmae: the schema has no such field; did you mean name?',
    '5 commerce.order.currencyCode: "euro" does not match the pattern ^[A-Z]{3}$',
    '5 commerce.order.orderType: "gift" is not one of checkout, instant_purchase',
    '5 commerce.order.priceTotal: expected a number, found "12"',
    '6 productListItems: expected an array, found an object',
    '7 productListItems[].quantity: 1.5 is no whole number within ±(2^53 − 1)',
    '8 _acme.shoeSize: 80 is outside of 15 … 55',
    '8 _acme.tags[]: expected text, found 1',
    '9 device.screenHeight: 1152921504606847000 is no whole number within ±(2^53 − 1)',
    '9 commerce.order.createdDate: expected a time with zone such as 2026-01-31T09:30:00Z, found "today"',
    '10 : a record is a JSON object, found [1]',
    '11 siteSearch.query: the text has 10000000 characters, at most 1048576 are allowed',
  ]);
});

test('a JSON file holds one document or an array of them', async () => {
  const visit = (id: string) => ({ _id: `${prefix}-${id}`, timestamp: '2026-01-01T00:00:00Z', identityMap: { CRMID: [{ id: 'j1' }] } });
  const many = await run(await file('many.json', JSON.stringify([visit('1'), visit('2')], null, 2)), xdmMapping('event', 'json'));
  expect(many).toMatchObject({ rowsIn: 2, accepted: 2, rejected: 0 });
  const one = await run(await file('one.json', JSON.stringify(visit('3'))), xdmMapping('event', 'json'));
  expect(one).toMatchObject({ rowsIn: 1, accepted: 1, rejected: 0 });
});

test('unknown fields can be dropped and are counted', async () => {
  const mapping = parseMapping({ version: 1, target: 'event', dataset: 'web', unknownFields: 'drop' });
  const path = await file('drop.jsonl', [event({ mood: 'good', web: { mood: 1 } }), event({ _id: `${prefix}b`, mood: 'bad' })].join('\n'));
  expect(await run(path, mapping)).toMatchObject({ accepted: 2, rejected: 0, droppedFields: { mood: 2, 'web.mood': 1 } });
});

test('profile records of a Parquet file become profiles, by mapping and as XDM', async () => {
  const columns = [
    { name: 'id', data: ['p1', 'p2', ''], type: 'STRING' as const },
    { name: 'size', data: [41.5, 44, 40], type: 'DOUBLE' as const },
    { name: 'points', data: [10n, 20n, 30n], type: 'INT64' as const },
    { name: 'joined', data: [new Date('2025-05-01T00:00:00Z'), new Date('2025-06-01T12:00:00Z'), new Date(0)], type: 'TIMESTAMP' as const },
  ];
  const path = await file('profiles.parquet', new Uint8Array(parquetWriteBuffer({ columnData: columns })));
  const mapping = parseMapping({
    version: 1,
    target: 'profile',
    dataset: 'crm',
    identity: { namespace: 'CRMID', column: 'id' },
    skipWhen: [{ when: { column: 'id', empty: true }, reason: 'nobody' }],
    timestamp: 'joined',
    fields: { '_acme.shoeSize': 'size', 'loyalty.points': 'points', 'loyalty.joinDate': 'joined' },
  });
  expect(await run(path, mapping)).toMatchObject({ rowsIn: 3, accepted: 2, skipped: 1, skippedBy: { nobody: 1 } });
  expect(await readProfile(opened.tables, ordinalOf('p2'))).toEqual({
    identityMap: { CRMID: [{ id: 'p2', primary: true }] },
    _acme: { shoeSize: 44 },
    loyalty: { points: 20, joinDate: '2025-06-01T12:00:00.000Z' },
  });
  expect(await run(path, mapping)).toMatchObject({ accepted: 0, duplicates: 2 });
});

test('the demo shop brings profiles and events in one import', async () => {
  const options = { end: Date.UTC(2026, 0, 1), profiles: 60, days: 30 };
  const deadLetterFile = join(opened.folder, 'dead', 'demo.jsonl');
  const report = await runImport({
    source: { kind: 'demo-shop', options },
    mapping: xdmMapping('event', 'demo'),
    tables: opened.tables,
    deadLetterFile,
    clock: () => 0,
    chunkRows: 500,
  });
  expect(report).toMatchObject({ rejected: 0, duplicates: 0, deadLetterFile: null });
  expect(report.accepted).toBeGreaterThan(500);
});

test('progress tells how far it is, and a stop keeps what is stored', async () => {
  const path = await file(
    'long.csv',
    `n,who,at,sku,price\n${Array.from({ length: 4000 }, (_, n) => `${n},w${n % 7},2026-01-01,x,1`).join('\n')}`,
  );
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress: ImportOptions['onProgress'] = ({ accepted, done }) => {
    expect(done).toBe(1);
    seen.push(accepted);
    if (seen.length === 2) stop.abort();
  };
  await expect(run(path, views(), { chunkRows: 1000, onProgress, signal: stop.signal })).rejects.toMatchObject({
    code: 'IMPORT_STOPPED',
    message: 'the import was stopped; 2000 records are stored and stay',
  });
  expect(seen).toEqual([1000, 2000]);
  expect(await run(path, views())).toMatchObject({ accepted: 2000, duplicates: 2000 });
});

test.each([
  ['missing.csv', null, 'SOURCE_NOT_FOUND', 'there is no file'],
  ['empty.jsonl', '', 'SOURCE_EMPTY', 'is empty'],
  ['broken.json', '[{"_id": "a"},', 'SOURCE_UNREADABLE', 'is no JSON that can be read'],
  ['table.xlsx', 'PK', 'SOURCE_FORMAT_UNKNOWN', 'is not known'],
  ['twice.csv', 'a,b,a\n1,2,3\n', 'SOURCE_HEADER_INVALID', 'two columns called "a"'],
  ['broken.parquet', 'PAR1 no', 'SOURCE_UNREADABLE', 'cannot be read'],
  ['cut.csv.gz', gzipSync('n,who,at,sku,price\n1,a,2026-01-01,x,1\n').subarray(0, 30), 'SOURCE_UNREADABLE', 'cannot be read to its end'],
  ['mac.csv', 'n,who,at,sku,price\r1,a,2026-01-01,x,1\r2,a,2026-01-01,x,1\r', 'SOURCE_HEADER_INVALID', 'carriage returns alone'],
  ['wide.csv', Buffer.from('n,who,at,sku,price\n', 'utf16le'), 'SOURCE_HEADER_INVALID', 'NUL'],
  ['semicolons.csv', 'n;who;at;sku;price\n1;a;2026-01-01;x;1\n', 'MAPPING_COLUMN_UNKNOWN', 'the source has no column'],
  ['columns.csv', 'n,who,when,sku,price\n1,a,2026-01-01,x,1\n', 'MAPPING_COLUMN_UNKNOWN', 'the source has no column "at"'],
] as const)('the source %s is refused as a whole', async (name, content, code, message) => {
  const path = content === null ? join(opened.folder, name) : await file(name, content);
  await expect(run(path, views())).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
    hint: expect.stringMatching(/\w/) as string,
  });
});

test('a record that is nested beyond all measure is a dead letter, and no other record is lost over it', async () => {
  const eventText = (id: string, rest = ''): string =>
    `{"_id":"${id}","timestamp":"2026-01-05T10:11:12Z","identityMap":{"CRMID":[{"id":"${prefix}"}]}${rest}}`;
  const deep = (levels: number): string => eventText(`${prefix}d`, `,"x":${'['.repeat(levels)}${']'.repeat(levels)}`);
  const path = await file('deep.jsonl', [deep(5000), deep(200_000), eventText(`${prefix}a`)].join('\n'));
  const report = await run(path, xdmMapping('event', 'web'));
  expect(report).toMatchObject({ rowsIn: 3, accepted: 1, rejected: 2 });
  expect(await letters(report)).toMatchObject([{ line: 1, field: 'x', record: { _id: `${prefix}d` } }, { line: 2 }]);
});

test('a replacement character that stands in a file as such is text', async () => {
  const rows = `n,who,at,sku,price\n1,\uFFFD${prefix},2026-01-01,\uFFFD,1\n`;
  expect(await run(await file('replaced.csv', rows), views())).toMatchObject({ accepted: 1, rejected: 0 });
  const replaced = `{"_id":"${prefix}","timestamp":"2026-01-05T10:11:12Z","identityMap":{"CRMID":[{"id":"\uFFFD"}]}}`;
  const path = await file(
    'replaced.jsonl',
    Buffer.concat([Buffer.from(`${replaced}\n`), Buffer.from(replaced.replace('\uFFFD', '\xEB'), 'latin1')]),
  );
  const report = await run(path, xdmMapping('event', 'web'));
  expect([report.accepted, await letters(report)]).toMatchObject([1, [{ line: 2, reason: 'the line is no UTF-8 text' }]]);
});

test('a file in another encoding is dead letters that say how to name it', async () => {
  const latin = Buffer.from('n,who,at,sku,price\n1,Zo\xeb,2026-01-01,x,1\n2,Ann,2026-01-01,x,1\n', 'latin1');
  const report = await run(await file('latin.csv', latin), views());
  expect(report).toMatchObject({ accepted: 1, rejected: 1 });
  expect((await letters(report))[0]).toMatchObject({ line: 2, reason: expect.stringContaining('"windows-1252"') as string });
  const mapping = { ...views(), csv: { encoding: 'windows-1252' } };
  expect(await run(await file('latin.csv', latin), mapping)).toMatchObject({ accepted: 1, duplicates: 1, rejected: 0 });
});
