import type { Result, Routes } from '@kindred/contract';
import { Chart } from '../ui/chart.tsx';
import { formatCompact, formatCount, formatCountOf } from '../ui/format.ts';
import styles from './overlap.module.css';

export type Overlap = Result<Routes['overlapAudiences']>;

const SHOWN = 24;
const LETTERS = 34;
const NAMES = 240;
const SIZES = 90;
const BARS = 170;
const ROW = 30;
const STEP = 36;
const GAP = 22;

type Combination = NonNullable<Overlap['combinations']>[number];

interface Frame {
  readonly audiences: Overlap['audiences'];
  readonly shown: readonly Combination[];
  readonly names: (places: readonly number[]) => string;
  readonly width: number;
  readonly height: number;
  /** Middles of the columns and rows. */
  readonly x: (column: number) => number;
  readonly y: (row: number) => number;
}

/** People by the exact set of audiences they are in: a bar for each set, dots below it for its audiences. */
export function UpsetPlot({ overlap: { audiences, combinations } }: { readonly overlap: Overlap }) {
  if (combinations === null) return <p className={styles.faint}>Of more than 12 audiences only pairs are compared, below.</p>;
  if (combinations.length === 0) return <p className={styles.faint}>Nobody is in any of these audiences.</p>;
  const frame = frameOf(audiences, combinations.slice(0, SHOWN));
  const { names, width, height, shown } = frame;
  const most = shown
    .slice(0, 5)
    .map(({ audiences: places, size }) => `Only in ${names(places)}: ${formatCountOf(size, 'person', 'people')}`)
    .join('; ');
  return (
    <Chart
      name="Overlap"
      summary={`People by the audiences they are in. ${most}`}
      data={{ columns: ['In these and no other', 'Profiles'], rows: combinations.map((each) => [names(each.audiences), each.size]) }}
    >
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} className={styles.upset}>
        <Rows frame={frame} />
        <Bars frame={frame} />
      </svg>
      {combinations.length > shown.length && <p className={styles.faint}>The {SHOWN} largest; the table has all of them.</p>}
    </Chart>
  );
}

function frameOf(audiences: Frame['audiences'], shown: Frame['shown']): Frame {
  const left = NAMES + SIZES + 24;
  const top = BARS + GAP;
  return {
    audiences,
    shown,
    names: (places) => places.map((place) => audiences[place]?.name ?? '').join(' and '),
    width: left + shown.length * STEP + 20,
    height: top + audiences.length * ROW,
    x: (column) => left + column * STEP + STEP / 2,
    y: (row) => top + row * ROW + ROW / 2,
  };
}

/** The audiences with their sizes, and a place for each of them in each set. */
function Rows({ frame: { audiences, shown, width, x, y } }: { readonly frame: Frame }) {
  const largest = Math.max(1, ...audiences.map(({ size }) => size));
  return audiences.map(({ id, name, size }, row) => {
    const length = (size / largest) * SIZES;
    return (
      <g key={id}>
        {row % 2 === 0 && <rect className={styles.stripe} x={0} y={y(row) - ROW / 2} width={width} height={ROW} />}
        <text x={8} y={y(row)} dy="0.35em">
          {name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name}
          <title>{`${name}: ${formatCount(size)}`}</title>
        </text>
        <rect className={styles.size} x={NAMES + SIZES - length} y={y(row) - 6} width={length} height={12} />
        {shown.map((_, column) => (
          <circle key={column} className={styles.out} cx={x(column)} cy={y(row)} r={5} />
        ))}
      </g>
    );
  });
}

/** Above, how many are in a set; below, of which audiences it is. */
function Bars({ frame: { shown, names, x, y } }: { readonly frame: Frame }) {
  const most = shown[0]?.size ?? 1;
  return shown.map(({ audiences: places, size }, column) => {
    const height = (size / most) * (BARS - 20);
    return (
      <g key={places.join()}>
        <title>{`Only in ${names(places)}: ${formatCount(size)}`}</title>
        <rect className={styles.bar} x={x(column) - 10} y={BARS - height} width={20} height={height} />
        <text className={styles.count} x={x(column)} y={BARS - height - 5} textAnchor="middle">
          {formatCompact(size)}
        </text>
        <line className={styles.link} x1={x(column)} x2={x(column)} y1={y(Math.min(...places))} y2={y(Math.max(...places))} />
        {places.map((place) => (
          <circle key={place} className={styles.in} cx={x(column)} cy={y(place)} r={6} />
        ))}
      </g>
    );
  });
}
