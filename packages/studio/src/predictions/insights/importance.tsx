import type { PredictionModel } from '@kindred/contract';
import { Chart } from '../../ui/chart.tsx';
import styles from './insights.module.css';

type Features = PredictionModel['features'];

export const DIRECTIONS = { up: 'more raises the score', down: 'more lowers the score', mixed: 'neither way alone' } as const;
export const FEATURES_SHOWN = 15;

/** The features that move scores most, as bars. */
export function Importance({ features }: { readonly features: Features }) {
  const shown = features.slice(0, FEATURES_SHOWN);
  const most = Math.max(...shown.map(({ importance }) => importance), Number.MIN_VALUE);
  return (
    <Chart
      name="Influential factors"
      summary={`Factors by how much they move scores: ${shown
        .slice(0, 3)
        .map(({ label, importance }) => `${label} ${importance.toFixed(2)}`)
        .join(', ')}`}
      data={{
        columns: ['Factor', 'Importance', 'Direction', 'Family'],
        rows: features.map(({ label, importance, direction, family }) => [label, importance, DIRECTIONS[direction], family]),
      }}
    >
      <ol className={styles.bars}>
        {shown.map(({ code, label, importance }) => (
          <li key={code}>
            <span className={styles.label}>{label}</span>
            <span className={styles.track}>
              <span className={styles.fill} style={{ width: `${(importance / most) * 100}%` }} />
            </span>
            <span className={styles.number}>{importance.toFixed(2)}</span>
          </li>
        ))}
      </ol>
    </Chart>
  );
}
