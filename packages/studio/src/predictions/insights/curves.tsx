import type { Prediction, PredictionModel } from '@kindred/contract';
import { formatShare } from '../../ui/format.ts';
import { BUCKETS, bucketShade } from '../buckets.ts';
import { shareAxis } from '../../ui/charts/axes.ts';
import { BarChart } from '../../ui/charts/bar-chart.tsx';
import type { Bar } from '../../ui/charts/bar-chart.tsx';
import type { Shade } from '../../ui/charts/legend.tsx';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { measured } from '../metrics.ts';

interface Titled {
  readonly title: string;
  readonly model: PredictionModel;
}

const SHADES: readonly Shade[] = ['first', 'second'];

/** Nobody is taken, nobody is found. */
export const ORIGIN = { x: 0, y: 0 };

/** How many with the outcome are found, for how many without are taken in their stead. */
export function Roc({ models }: { readonly models: readonly Titled[] }) {
  return (
    <LineChart
      name="ROC curve"
      summary={`True against false positives. ${models.map(({ title, model }) => `${title}: AUC ${measured(model.metrics.auc).value}`).join('; ')}`}
      x={shareAxis('Of those without the outcome')}
      y={shareAxis('Of those with it')}
      series={[
        ...models.map(({ title, model }, index) => ({
          title,
          shade: SHADES[index] ?? 'third',
          points: [ORIGIN, ...model.curve.map(({ fallOut, recall }) => ({ x: fallOut, y: recall }))],
        })),
        { title: 'Chance', shade: 'faint', dashed: true, points: [0, 1].map((each) => ({ x: each, y: each })) },
      ]}
      height={260}
    />
  );
}

export function PrecisionRecall({ model: { curve, metrics } }: { readonly model: PredictionModel }) {
  const most = Math.max(...curve.map(({ precision }) => precision), metrics.baseRate);
  return (
    <LineChart
      name="Precision and recall"
      summary={`Precision against recall; area ${measured(metrics.prAuc).value}, by chance ${formatShare(metrics.baseRate, 1)}`}
      x={shareAxis('Recall')}
      y={shareAxis('Precision', [0, Math.min(1, most * 1.1)])}
      series={[
        {
          title: 'Model',
          shade: 'first',
          points: curve.filter(({ share }) => share > 0).map(({ recall, precision }) => ({ x: recall, y: precision })),
        },
        { title: 'Chance', shade: 'faint', dashed: true, points: [0, 1].map((x) => ({ x, y: metrics.baseRate })) },
      ]}
      height={260}
    />
  );
}

/** Each tenth of the people, the highest scores first, against all of them. */
export function Lift({ model: { gains } }: { readonly model: PredictionModel }) {
  const parts = gains.filter(({ share }) => share > 0);
  const most = Math.max(1, ...parts.map(({ liftOfPart }) => liftOfPart));
  const first = parts[0];
  return (
    <BarChart
      name="Lift per tenth of the people"
      summary={`Outcomes per tenth against the mean of all.${first === undefined ? '' : ` The first tenth has ${first.liftOfPart.toFixed(1)} times as many.`}`}
      data={{
        columns: ['Up to the share of', 'Lift of this part', 'Lift so far'],
        rows: parts.map((part) => [part.share, part.liftOfPart, part.lift]),
      }}
      x={{
        title: 'Tenths of the people, highest scores first',
        domain: [0, parts.length],
        ticks: parts.map((_, index) => index + 0.5),
        format: (at) => String(Math.floor(at) + 1),
      }}
      y={{ title: 'Times the mean', domain: [0, most * 1.1], format: (value) => value.toFixed(1) }}
      bars={parts.map(({ liftOfPart }, index): Bar => ({
        from: index + 0.1,
        to: index + 0.9,
        value: liftOfPart,
        shade: 'first',
        label: liftOfPart.toFixed(1),
      }))}
      height={260}
    />
  );
}

/** What was said of the people in each bucket, and what came. */
export function BucketRates({ model: { buckets }, kind }: { readonly model: PredictionModel; readonly kind: Prediction['kind'] }) {
  const shown = BUCKETS.toReversed().flatMap((name) => buckets.filter(({ bucket }) => bucket === name));
  const most = Math.max(0.01, ...shown.flatMap(({ actualRate, predictedRate }) => [actualRate, predictedRate]));
  return (
    <BarChart
      name="Actual rate per bucket"
      summary={`Said and actual rates: ${shown.map(({ bucket, actualRate, predictedRate }) => `${bucket} ${formatShare(predictedRate, 1)} said, ${formatShare(actualRate, 1)} came`).join('; ')}`}
      data={{
        columns: ['Bucket', 'Said', 'Came', 'Share of people'],
        rows: shown.map((each) => [each.bucket, each.predictedRate, each.actualRate, each.share]),
      }}
      x={{
        title: 'Bucket',
        domain: [0, shown.length],
        ticks: shown.map((_, index) => index + 0.5),
        format: (at) => shown[Math.floor(at)]?.bucket ?? '',
      }}
      y={shareAxis('With the outcome', [0, Math.min(1, most * 1.12)])}
      bars={shown.flatMap(({ bucket, actualRate, predictedRate }, index): Bar[] => [
        {
          from: index + 0.15,
          to: index + 0.5,
          value: predictedRate,
          shade: bucketShade(kind, bucket),
          hollow: true,
          label: formatShare(predictedRate, 1),
        },
        { from: index + 0.5, to: index + 0.85, value: actualRate, shade: bucketShade(kind, bucket), label: formatShare(actualRate, 1) },
      ])}
      legend={[
        { title: 'Said', shade: 'faint', dashed: true },
        { title: 'Came', shade: 'faint' },
      ]}
      height={260}
    />
  );
}
