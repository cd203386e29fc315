import type { PredictionModel } from '@kindred/contract';
import { Chart } from '../../ui/chart.tsx';
import { FEATURES_SHOWN } from './importance.tsx';
import styles from './insights.module.css';

type Feature = PredictionModel['features'][number];

/** Contributions by value, one lane a feature: low values are blue, high ones red, categories and missing values grey. */
export function Swarm({ features }: { readonly features: readonly Feature[] }) {
  const shown = features.slice(0, FEATURES_SHOWN);
  const reach = Math.max(
    Number.MIN_VALUE,
    ...shown.flatMap(({ dependence }) => dependence.map(({ contribution }) => Math.abs(contribution))),
  );
  return (
    <Chart
      name="Contributions by value"
      summary={`How the values of ${shown.length} factors move scores, in log odds from −${reach.toFixed(1)} to ${reach.toFixed(1)}`}
      data={{
        columns: ['Factor', 'Value', 'Contribution', 'People'],
        rows: shown.flatMap(({ label, dependence }) => dependence.map((part) => [label, part.label, part.contribution, part.rows])),
      }}
    >
      <ol className={styles.swarm}>
        {shown.map((feature) => (
          <li key={feature.code}>
            <span className={styles.label}>{feature.label}</span>
            <span className={styles.lane}>{dotsOf(feature, reach)}</span>
          </li>
        ))}
      </ol>
      <p className={styles.ends}>
        <span />
        <span>
          <span>lowers, −{reach.toFixed(1)}</span>
          <span>blue: low values, red: high values</span>
          <span>raises, +{reach.toFixed(1)}</span>
        </span>
      </p>
    </Chart>
  );
}

const SMALLEST = 7;
const LARGEST = 20;

function dotsOf({ kind, dependence }: Feature, reach: number) {
  const most = Math.max(1, ...dependence.map(({ rows }) => rows));
  const values = dependence.filter(({ value }) => value !== null);
  // The large ones first, so that the small ones stay visible.
  return dependence
    .map((part) => ({
      ...part,
      rank: part.value === null || kind === 'categorical' ? null : values.indexOf(part) / Math.max(1, values.length - 1),
    }))
    .toSorted((a, b) => b.rows - a.rows)
    .map(({ label, contribution, rows, rank }) => {
      const size = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(rows / most);
      return (
        <span
          key={label}
          title={`${label}: ${contribution.toFixed(2)}`}
          style={{ left: `${50 + (contribution / reach) * 48}%`, width: size, height: size, background: shadeOf(rank) }}
        />
      );
    });
}

/** @param rank from 0 for the lowest value to 1 for the highest; null: values have no order */
function shadeOf(rank: number | null): string {
  return rank === null ? 'var(--text-faint)' : `color-mix(in oklch, var(--negative) ${Math.round(rank * 100)}%, var(--accent-fill))`;
}
