import { Chart } from './chart.tsx';
import { useWidth } from './charts/use-width.ts';
import { formatCompact, formatCount, formatDate, formatDateTime, formatTime, formatUtc } from './format.ts';
import styles from './size-chart.module.css';

export interface Point {
  /** RFC 3339 instant. */
  readonly at: string;
  readonly value: number;
}

const HEIGHT = 180;
const MARGIN = { top: 12, right: 12, bottom: 26, left: 52 };
/** The last ones, where there are more. */
export const POINTS_SHOWN = 200;

/** What the chart is of. */
export interface ChartWords {
  /** What stands there without points. */
  readonly none: string;
  /** Of the values. */
  readonly value: string;
  /** Of the instants. */
  readonly time: string;
  /** What the points are, in the plural. */
  readonly points: string;
}

const SIZES: ChartWords = { none: 'Every evaluation adds a point here.', value: 'Size', time: 'Evaluated', points: 'evaluations' };

/** A number over time, as a line. */
export function SizeChart({ points, words = SIZES }: { readonly points: readonly Point[]; readonly words?: ChartWords }) {
  if (points.length === 0) return <p className={styles.none}>{words.none}</p>;
  const shown = points.slice(-POINTS_SHOWN);
  const rows = shown.toReversed().map(({ at, value }) => [{ at }, value] as const);
  return (
    <Chart name={words.value} summary={summaryOf(shown, words)} data={{ columns: [words.time, words.value], rows }}>
      <Drawing points={shown} />
    </Chart>
  );
}

/** As wide as there is room, so that letters are as large as elsewhere. */
function Drawing({ points }: { readonly points: readonly Point[] }) {
  const [element, width] = useWidth();
  return (
    <div ref={element} className={styles.chart}>
      {width > 0 && <Lines points={points} width={width} />}
    </div>
  );
}

function Lines({ points, width }: { readonly points: readonly Point[]; readonly width: number }) {
  const { x, y, ticks } = scalesOf(points, width);
  const corners = points.map((point) => `${x(point).toFixed(1)},${y(point.value).toFixed(1)}`);
  const bottom = HEIGHT - MARGIN.bottom;
  const [first, last] = [points[0], points.at(-1)];
  const label = labelOf(first, last);
  return (
    <svg width={width} height={HEIGHT}>
      {ticks.map((tick) => (
        <g key={tick} className={styles.tick}>
          <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
          <text x={MARGIN.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
            {formatCompact(tick)}
          </text>
        </g>
      ))}
      {first && last && (
        <g className={styles.dates}>
          {points.length > 1 && (
            <text x={x(first)} y={HEIGHT - 6}>
              {label(first.at)}
            </text>
          )}
          <text x={x(last)} y={HEIGHT - 6} textAnchor={points.length > 1 ? 'end' : 'middle'}>
            {label(last.at)}
          </text>
        </g>
      )}
      {points.length > 1 && <path className={styles.area} d={`M${corners[0]?.split(',')[0]},${bottom}L${corners.join('L')}V${bottom}Z`} />}
      <polyline className={styles.line} points={corners.join(' ')} />
      {points.map((point) => (
        <circle key={point.at} cx={x(point)} cy={y(point.value)} r={points.length > 40 ? 2 : 3.5} className={styles.dot}>
          <title>{`${formatCount(point.value)} · ${formatUtc(point.at)}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** Whatever tells the ends apart: days, or times of a day. */
function labelOf(first: Point | undefined, last: Point | undefined): (at: string) => string {
  if (first === undefined || last === undefined || first === last) return formatDateTime;
  return formatDate(first.at) === formatDate(last.at) ? formatTime : formatDate;
}

/** Time across, the value upwards from zero to a round number. */
function scalesOf(points: readonly Point[], width: number) {
  const times = points.map((point) => Date.parse(point.at));
  const [from, to] = [times[0] ?? 0, times.at(-1) ?? 0];
  const step = roundStep(Math.max(1, ...points.map((point) => point.value)) / 3);
  const top = step * Math.ceil(Math.max(1, ...points.map((point) => point.value)) / step);
  const inner = width - MARGIN.left - MARGIN.right;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    x: (point: Point) => MARGIN.left + (to === from ? inner / 2 : ((Date.parse(point.at) - from) / (to - from)) * inner),
    y: (value: number) => MARGIN.top + height - (value / top) * height,
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step),
  };
}

/** 1, 2 or 5 times a power of ten, at least 1: people are counted whole. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return Math.max(1, factor * power);
}

function summaryOf(points: readonly Point[], words: ChartWords): string {
  const last = points.at(-1);
  if (last === undefined) return words.none;
  const values = points.map((point) => point.value);
  return `${words.value} over ${points.length} ${words.points}: ${formatCount(last.value)} at the last one, between ${formatCount(Math.min(...values))} and ${formatCount(Math.max(...values))}`;
}
