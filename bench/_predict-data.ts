/** What the learning kernel is measured on: public data with its known tasks (../shared/data), and rows made up for speed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import { seededRandom } from '../packages/propensity/src/index.ts';
import type { Column, LabelledTable } from '../packages/propensity/src/index.ts';
import { RETAIL_COLUMNS, retailSnapshot } from './_predict-retail.ts';

/** Train on one, judge on the other; `newest` are the rows of training that come last, to choose by. */
export interface Split {
  readonly train: LabelledTable;
  readonly newest: LabelledTable;
  readonly test: LabelledTable;
}

export interface Task {
  readonly name: string;
  readonly splits: readonly Split[];
}

/** A task that is also gone through from its file on. */
export const RETAIL = 'online retail, buys again within 60 days';

export const datasets = process.env['KINDRED_DATASETS'] ?? join(import.meta.dirname, '../../shared/data');

/** The tasks whose data is here. */
export function tasks(note: (text: string) => void): readonly Task[] {
  return [retail, telco].flatMap((make) => {
    try {
      return [make()];
    } catch (error) {
      if (!(error instanceof MissingData)) throw error;
      note(error.message);
      return [];
    }
  });
}

class MissingData extends Error {}

type Line = Readonly<Record<string, string>>;

function read(name: string): readonly Line[] {
  const path = join(datasets, name);
  if (!existsSync(path)) throw new MissingData(`${name} left out: there is no ${path}; set KINDRED_DATASETS (docs/import.md)`);
  const [head, ...lines] = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const names = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, at) => [names[at]!, value])));
}

/** Whose customer buys again within 60 days: five monthly snapshots to learn from, one two months later to judge by. */
function retail(): Task {
  const lines = read('online_retail/lines.csv.gz')
    .filter((line) => line['customer_id'] !== '')
    .map((line) => ({
      at: Date.parse(`${line['ts']!.replace(' ', 'T')}:00Z`),
      value: Number(line['quantity']) * Number(line['unit_price']),
      customer: line['customer_id']!,
      invoice: line['invoice']!,
      item: line['stock_code']!,
      country: line['country']!,
    }));
  const snapshot = (day: string) => retailSnapshot(lines, Date.parse(`${day}T00:00Z`));
  const days = ['2011-04-12', '2011-05-12', '2011-06-11', '2011-07-11', '2011-08-10'].map(snapshot);
  const test = snapshot('2011-10-09');
  const known = new Map(read('online_retail/test_labels.csv.gz').map((line) => [line['customer_id']!, Number(line['label'])]));
  if (test.length !== known.size || test.some(({ customer, label }) => known.get(customer) !== label))
    throw new Error('online retail: the outcomes at the test cut-off are not those of test_labels.csv.gz');
  const table = (rows: readonly (typeof test)[number][]) => labelled(RETAIL_COLUMNS, rows);
  return {
    name: RETAIL,
    splits: [{ train: table(days.slice(0, -1).flat()), newest: table(days.at(-1)!), test: table(test) }],
  };
}

const TELCO_NUMBERS = new Set(['tenure', 'MonthlyCharges', 'TotalCharges']);

/** Whose contract ends: five folds by the checksum of the customer, judged together. */
function telco(): Task {
  const lines = read('telco_churn/telco.csv.gz');
  const names = Object.keys(lines[0]!).filter((name) => name !== 'customerID' && name !== 'Churn');
  const columns = names.map((name) => ({ name, kind: TELCO_NUMBERS.has(name) ? 'numeric' : 'categorical' }) as const);
  const rows = lines.map((line) => ({
    checksum: crc32(line['customerID']!),
    label: line['Churn'] === 'Yes' ? 1 : 0,
    values: columns.map(({ name, kind }) =>
      kind === 'categorical' ? line[name]! : (line[name] ?? '').trim() === '' ? Number.NaN : Number(line[name]),
    ),
  }));
  const splits = [0, 1, 2, 3, 4].map((fold) => {
    const rest = rows.filter(({ checksum }) => checksum % 5 !== fold);
    const isKept = ({ checksum }: { checksum: number }): boolean => Math.floor(checksum / 5) % 5 === 0;
    const [train, newest] = [rest.filter((row) => !isKept(row)), rest.filter(isKept)];
    return {
      train: labelled(columns, train),
      newest: labelled(columns, newest),
      test: labelled(
        columns,
        rows.filter(({ checksum }) => checksum % 5 === fold),
      ),
    };
  });
  return { name: 'telco, contract ends', splits };
}

export interface ColumnName {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
}

export interface Row {
  readonly label: number;
  readonly values: readonly (number | string)[];
}

export function labelled(names: readonly ColumnName[], rows: readonly Row[]): LabelledTable {
  const columns = names.map(({ name, kind }, at): Column => {
    if (kind === 'numeric') return { kind, name, values: Float64Array.from(rows, ({ values }) => values[at] as number) };
    const categories = [...new Set(rows.map(({ values }) => values[at] as string))].toSorted((one, other) => (one < other ? -1 : 1));
    const codes = new Map(categories.map((category, code) => [category, code]));
    return { kind, name, categories, codes: Int32Array.from(rows, ({ values }) => codes.get(values[at] as string)!) };
  });
  return { table: { rows: rows.length, columns }, labels: Uint8Array.from(rows, ({ label }) => label) };
}

const MADE_UP_COLUMNS = 60;

/** Counts, measures with missing values and noise; a fifth more rows than asked for, to judge by. */
export function madeUpSplit(rows: number): Pick<Split, 'train' | 'test'> {
  const random = seededRandom(5);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const all = Math.round(rows * 1.2);
  const columns = Array.from({ length: MADE_UP_COLUMNS }, () => new Float64Array(all));
  const labels = new Uint8Array(all);
  for (let row = 0; row < all; row += 1) {
    const taste = normal();
    let margin = 0.5 * taste - 2.2;
    for (const [at, values] of columns.entries()) {
      const value =
        at < 20
          ? Math.floor(Math.exp(normal() + 0.5 * taste))
          : at < 40
            ? random() < 0.1
              ? Number.NaN
              : normal() + 0.4 * taste
            : random();
      values[row] = value;
      if (at < 30) margin += 0.12 * Math.sin(at) * (Number.isNaN(value) ? 0.3 : Math.min(value, 4));
    }
    labels[row] = random() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  const part = (from: number, to: number): LabelledTable => ({
    table: {
      rows: to - from,
      columns: columns.map((values, at) => ({ kind: 'numeric', name: `x${at}`, values: values.subarray(from, to) })),
    },
    labels: labels.subarray(from, to),
  });
  return { train: part(0, rows), test: part(rows, all) };
}
