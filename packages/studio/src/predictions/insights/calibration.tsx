import type { PredictionModel } from '@kindred/contract';
import { formatShare } from '../../ui/format.ts';
import { shareAxis } from '../../ui/charts/axes.ts';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { measured } from '../metrics.ts';
import styles from './insights.module.css';

/** Probabilities that were said against rates that came. */
export function Calibration({ model: { calibration, metrics } }: { readonly model: PredictionModel }) {
  const most = Math.max(0.01, ...calibration.flatMap(({ predicted, actual }) => [predicted, actual]));
  const top = Math.min(1, most * 1.05);
  const last = calibration.at(-1);
  return (
    <>
      <p className={styles.note}>
        People grouped by the probability that was said, and how many of each group had the outcome. On the dashed line both are the same.
      </p>
      <LineChart
        name="Calibration"
        summary={`Said against actual rates; calibration error ${measured(metrics.ece).value}.${
          last === undefined ? '' : ` Where ${formatShare(last.predicted, 1)} was said, ${formatShare(last.actual, 1)} came.`
        }`}
        x={shareAxis('Said', [0, top])}
        y={shareAxis('Came', [0, top])}
        series={[
          { title: 'Model', shade: 'first', dots: true, points: calibration.map(({ predicted, actual }) => ({ x: predicted, y: actual })) },
          { title: 'Both the same', shade: 'faint', dashed: true, points: [0, top].map((each) => ({ x: each, y: each })) },
        ]}
        height={260}
      />
    </>
  );
}
