import { Chart } from '../chart.tsx';
import type { ChartData } from '../chart.tsx';
import styles from './charts.module.css';
import { Frame } from './frame.tsx';
import type { Axis } from './frame.tsx';
import { Legend, shadeClass } from './legend.tsx';
import type { LegendItem, Shade } from './legend.tsx';

export interface Bar {
  /** Where it begins and ends on the axis across. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly shade: Shade;
  readonly hollow?: boolean;
  /** Shown on top of it. */
  readonly label?: string;
}

export interface BarChartProps {
  readonly name: string;
  readonly summary: string;
  readonly data: ChartData;
  readonly x: Axis;
  readonly y: Axis;
  readonly bars: readonly Bar[];
  readonly legend?: readonly LegendItem[];
  readonly height?: number;
}

/** Bars over an axis of numbers. */
export function BarChart({ name, summary, data, x, y, bars, legend, height = 240 }: BarChartProps) {
  return (
    <Chart name={name} summary={summary} data={data}>
      <Frame x={x} y={y} height={height}>
        {(place) =>
          bars.map(({ from, to, value, shade, hollow = false, label }) => {
            const [left, right] = [place.x(from) + 1, place.x(to) - 1];
            const [zero, end] = [place.y(Math.max(0, y.domain[0])), place.y(value)];
            return (
              <g key={`${from} ${shade}`} className={shadeClass(shade)}>
                <rect
                  className={hollow ? styles.hollowBar : styles.bar}
                  x={left}
                  y={Math.min(zero, end)}
                  width={Math.max(1, right - left)}
                  height={Math.max(0, Math.abs(zero - end))}
                />
                {label !== undefined && (
                  <text x={(left + right) / 2} y={Math.min(zero, end) - 6} textAnchor="middle">
                    {label}
                  </text>
                )}
              </g>
            );
          })
        }
      </Frame>
      {legend !== undefined && <Legend items={legend} />}
    </Chart>
  );
}
