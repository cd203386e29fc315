/**
 * Importing events: JSON Lines and CSV through Kindred (parse, map, check against the schema, number identities, leave out
 * what is known, store durably) against ClickHouse alone, which inserts the same rows from a Parquet file into
 * an equal table, and against ClickHouse reading the very same text file without any of that.
 * BENCH_EVENTS sets the number of events.
 */
import { join } from 'node:path';
import { parseMapping, runImport, xdmMapping } from '../packages/server/src/ingest/index.ts';
import type { Mapping } from '../packages/server/src/ingest/index.ts';
import { literal } from '../packages/server/src/store/index.ts';
import { CSV_MAPPING, writeCsv, writeJsonl } from './_events.ts';
import { measure, row, sizeSetting } from './_measure.ts';
import type { Cost, Row, RunOptions } from './_measure.ts';
import { inFolder, withStores } from './_stores.ts';
import type { Bed } from './_stores.ts';

interface Format {
  readonly name: string;
  readonly file: string;
  readonly mapping: Mapping;
  readonly write: (path: string, events: number) => Promise<void>;
  /** ClickHouse's own reading of the text file: the table it goes into, and what is selected from the file. */
  readonly plain: { readonly table: string; readonly select: (path: string) => string };
}

const FORMATS: readonly Format[] = [
  {
    name: 'JSON Lines',
    file: 'events.jsonl',
    mapping: xdmMapping('event', 'bench'),
    write: writeJsonl,
    plain: {
      table: 'CREATE TABLE plain (xdm JSON) ENGINE = MergeTree ORDER BY ()',
      select: (path) => `SELECT json FROM file(${path}, 'JSONAsObject', 'json JSON')`,
    },
  },
  {
    name: 'CSV',
    file: 'events.csv',
    mapping: parseMapping(CSV_MAPPING),
    write: writeCsv,
    plain: {
      table: `CREATE TABLE plain (id String, time DateTime64(3, 'UTC'), type String, person String, device String, country String, city String,
        page String, section String, search String, cart String, \`order\` String, total Nullable(Float64), currency String, campaign String)
        ENGINE = MergeTree ORDER BY (type, person, time)`,
      select: (path) => `SELECT * FROM file(${path}, 'CSVWithNames') SETTINGS date_time_input_format = 'best_effort'`,
    },
  },
];

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const events = sizeSetting('BENCH_EVENTS', 500_000);
  return inFolder(async (folder) => {
    const rows: Row[] = [];
    for (const format of FORMATS) {
      note(`${format.name}: writing ${events} events`);
      const path = join(folder, format.file);
      await format.write(path, events);
      rows.push(...(await withStores(folder, (bed) => compare(format, { bed, folder, path, events, note }))));
    }
    return rows;
  });
}

interface Task {
  readonly bed: Bed;
  readonly folder: string;
  readonly path: string;
  readonly events: number;
  readonly note: RunOptions['note'];
}

async function compare(format: Format, { bed, folder, path, events, note }: Task): Promise<readonly Row[]> {
  const { tables, stores } = bed;
  const { clickhouse } = stores;
  note(`${format.name}: importing`);
  const ours = await measure(async () => {
    const deadLetterFile = join(folder, 'dead-letters.jsonl');
    const report = await runImport({
      source: { kind: 'file', path },
      mapping: format.mapping,
      tables,
      deadLetterFile,
      clock: () => performance.now(),
    });
    if (report.accepted !== events) throw new Error(`${report.accepted} of ${events} events were imported; see ${deadLetterFile}`);
  });
  const parquet = literal(join(folder, `${format.file}.parquet`));
  await clickhouse.command(`INSERT INTO FUNCTION file(${parquet}, 'Parquet') SELECT * FROM events`);
  note(`${format.name}: the same rows from Parquet by ClickHouse`);
  await clickhouse.command('CREATE TABLE same AS events');
  const peer = await measure(() => clickhouse.command(`INSERT INTO same SELECT * FROM file(${parquet}, 'Parquet')`));
  note(`${format.name}: the same file by ClickHouse`);
  await clickhouse.command(format.plain.table);
  const plain = await measure(() => clickhouse.command(`INSERT INTO plain ${format.plain.select(literal(path))}`));
  return [
    ...costs(`${format.name}, ${events} events`, events, {
      ours,
      peer,
      peerName: 'ClickHouse: INSERT SELECT of the same rows from Parquet',
    }),
    ...costs(`${format.name}, ${events} events`, events, {
      ours,
      peer: plain,
      peerName: 'ClickHouse: INSERT SELECT of the same file, unchecked',
    }),
  ];
}

interface Costs {
  readonly ours: Cost;
  readonly peer: Cost;
  readonly peerName: string;
}

function costs(name: string, events: number, { ours, peer, peerName }: Costs): readonly Row[] {
  const perSecond = ({ wall }: Cost): number => (events / wall) * 1000;
  const perRow = ({ cpu }: Cost): number => (cpu / events) * 1000;
  return [
    row({ case: name, metric: 'speed', unit: 'rows/s', value: perSecond(ours), peer: peerName, peerValue: perSecond(peer) }),
    row({ case: name, metric: 'processor time', unit: 'µs/row', value: perRow(ours), peer: peerName, peerValue: perRow(peer) }),
  ];
}

export default {
  name: 'import',
  describe: 'JSON Lines and CSV events through the import, against ClickHouse inserting the same rows',
  run,
};
