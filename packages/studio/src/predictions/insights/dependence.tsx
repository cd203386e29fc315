import type { PredictionModel } from '@kindred/contract';
import { formatCountOf } from '../../ui/format.ts';
import { BarChart } from '../../ui/charts/bar-chart.tsx';
import type { Bar } from '../../ui/charts/bar-chart.tsx';

type Feature = PredictionModel['features'][number];

/** Where the value of one feature moves scores, and how far. */
export function Dependence({ feature: { label, dependence } }: { readonly feature: Feature }) {
  const contributions = dependence.map(({ contribution }) => contribution);
  const [low, high] = [Math.min(0, ...contributions), Math.max(0, ...contributions)];
  const spare = (high - low) * 0.12 || 0.1;
  const bars = dependence.map(({ contribution }, index): Bar => ({
    from: index + 0.1,
    to: index + 0.9,
    value: contribution,
    shade: contribution < 0 ? 'second' : 'first',
  }));
  const strongest = dependence.toSorted((a, b) => b.contribution - a.contribution)[0];
  return (
    <BarChart
      name={`How ${label} moves scores`}
      summary={
        strongest === undefined
          ? `${label} has no values.`
          : `How the values of ${label} move scores. The most at ${strongest.label}, by ${strongest.contribution.toFixed(2)} log odds for ${formatCountOf(strongest.rows, 'person', 'people')}.`
      }
      data={{
        columns: ['Value', 'Contribution in log odds', 'People'],
        rows: dependence.map((part) => [part.label, part.contribution, part.rows]),
      }}
      x={{
        title: label,
        domain: [0, dependence.length],
        ticks: dependence.map((_, index) => index + 0.5),
        format: (place) => dependence[Math.floor(place)]?.label ?? '',
      }}
      y={{ title: 'Log odds', domain: [low - spare, high + spare], format: (value) => value.toFixed(2) }}
      bars={bars}
      height={280}
    />
  );
}
