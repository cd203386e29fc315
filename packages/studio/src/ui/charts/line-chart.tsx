import { Chart } from '../chart.tsx';
import type { ChartValue } from '../chart.tsx';
import styles from './charts.module.css';
import { Frame } from './frame.tsx';
import type { Axis, Place } from './frame.tsx';
import { Legend, shadeClass } from './legend.tsx';
import type { LegendItem } from './legend.tsx';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series extends LegendItem {
  readonly points: readonly Point[];
  /** Each point is marked: there are few of them. */
  readonly dots?: boolean;
}

export interface LineChartProps {
  readonly name: string;
  readonly summary: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A point that is chosen. */
  readonly chosen?: Point;
  readonly height?: number;
  /** How the table shows values across; as they are when left out. */
  readonly cell?: (x: number) => ChartValue;
}

/** Lines over a common axis: curves, and numbers over time. */
export function LineChart({ name, summary, x, y, series, chosen, height = 240, cell = (value) => value }: LineChartProps) {
  const several = series.length > 1;
  const rows = series.flatMap(({ title, points }) =>
    points.map((point): readonly ChartValue[] => (several ? [title, cell(point.x), point.y] : [cell(point.x), point.y])),
  );
  return (
    <Chart name={name} summary={summary} data={{ columns: [...(several ? ['Line'] : []), x.title, y.title], rows }}>
      <Frame x={x} y={y} height={height}>
        {(place) => (
          <>
            {series.map((each) => (
              <Line key={each.title} series={each} place={place} />
            ))}
            {chosen !== undefined && <Chosen point={chosen} place={place} />}
          </>
        )}
      </Frame>
      {several && <Legend items={series} />}
    </Chart>
  );
}

function Line({ series: { points, shade, dashed = false, dots = false }, place }: { readonly series: Series; readonly place: Place }) {
  return (
    <g className={shadeClass(shade)}>
      <polyline
        className={dashed ? styles.dashed : styles.line}
        points={points.map(({ x, y }) => `${place.x(x).toFixed(1)},${place.y(y).toFixed(1)}`).join(' ')}
      />
      {dots && points.map(({ x, y }) => <circle key={x} className={styles.dot} cx={place.x(x)} cy={place.y(y)} r={4} />)}
    </g>
  );
}

function Chosen({ point, place }: { readonly point: Point; readonly place: Place }) {
  return (
    <g className={styles.chosen}>
      <line x1={place.x(point.x)} x2={place.x(point.x)} y1={place.top} y2={place.bottom} />
      <circle cx={place.x(point.x)} cy={place.y(point.y)} r={6} />
    </g>
  );
}
