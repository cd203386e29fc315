import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import styles from './chart.module.css';
import type { CsvValue } from './csv.ts';
import { csvOf, download } from './csv.ts';
import { formatCount } from './format.ts';
import { Instant } from './instant.tsx';

/** An instant is shown in the reader's zone, and kept as it is in a file. */
export type ChartValue = string | number | null | { readonly at: string };

export interface ChartData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ChartValue[])[];
}

export interface ChartProps {
  /** Of the table, and of the file. */
  readonly name: string;
  /** What the picture says, for those who do not see it. */
  readonly summary: string;
  readonly data: ChartData;
  /** The picture; nothing in it can be operated. */
  readonly children: ReactNode;
}

/** Every chart: a picture with its meaning in words, the same as a table, and as a file. */
export function Chart({ name, summary, data, children }: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <div>
      <div id={id} className={styles.figure}>
        {asTable ? (
          <ChartTable name={name} data={data} />
        ) : (
          <div role="img" aria-label={summary}>
            {children}
          </div>
        )}
      </div>
      <div className={styles.ways}>
        <button type="button" className={styles.way} aria-expanded={asTable} aria-controls={id} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
        <button type="button" className={styles.way} onClick={() => save(name, data)}>
          Download<span className="visually-hidden"> {name} as CSV</span>
        </button>
      </div>
    </div>
  );
}

function ChartTable({ name, data: { columns, rows } }: Pick<ChartProps, 'name' | 'data'>) {
  const isNumber = (column: number): boolean => rows.every((row) => typeof row[column] === 'number' || row[column] === null);
  const align = columns.map((_, column) => (isNumber(column) ? styles.number : undefined));
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${name} as a table`}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column} scope="col" className={align[index]}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={columns[column]} className={align[column]}>
                  <Value value={value} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ value }: { readonly value: ChartValue }) {
  if (value === null) return '–';
  if (typeof value === 'object') return <Instant at={value.at} />;
  return typeof value === 'number' ? formatCount(value) : value;
}

function save(name: string, { columns, rows }: ChartData): void {
  const plain = (value: ChartValue): CsvValue => (typeof value === 'object' && value !== null ? value.at : value);
  const file = name.toLowerCase().replaceAll(/[^\p{L}\d]+/gu, '-');
  download(
    `${file}.csv`,
    csvOf(
      columns,
      rows.map((row) => row.map(plain)),
    ),
  );
}
