import type { PredictionScores } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { Chart } from '../../ui/chart.tsx';
import { formatMeasure } from '../metrics.ts';
import { DRIFT_STATES } from '../drift-states.ts';
import styles from './insights.module.css';

const SHOWN = 15;
const SCALE = 0.5;
const SCORES = {
  fine: 'lie as at the first scoring',
  warn: 'have moved since the first scoring: watch them',
  alert: 'lie elsewhere than at the first scoring: train anew',
} as const;

/** How far scores and features have moved since the model was made. */
export function Drift({ scores: { drift, scoreDrift } }: { readonly scores: PredictionScores }) {
  const features = drift.slice(0, SHOWN);
  return (
    <>
      <p className={styles.note}>
        The population stability index: below 0.1 a value lies as it did at the newest cut-off of training, from 0.25 it lies elsewhere;
        unless it moved as much between the cut-offs of training (the mark on the bar), which is ordinary for it.
      </p>
      {scoreDrift !== null && (
        <div className={styles.chosen}>
          <StatusLight variant={DRIFT_STATES[scoreDrift.state].variant}>
            Scores {SCORES[scoreDrift.state]} ({formatMeasure(scoreDrift.psi)})
          </StatusLight>
        </div>
      )}
      {drift[0] !== undefined && (
        <div className={styles.chosen}>
          <StatusLight variant={DRIFT_STATES[drift[0].state].variant}>
            {drift[0].state === 'fine' ? 'All features' : drift[0].label} {DRIFT_STATES[drift[0].state].text}
          </StatusLight>
        </div>
      )}
      <Chart
        name="Drift of features"
        summary={`How far features have moved. ${features
          .slice(0, 3)
          .map(({ label, psi, state }) => `${label} ${formatMeasure(psi)}, ${DRIFT_STATES[state].title.toLowerCase()}`)
          .join('; ')}`}
        data={{
          columns: ['Feature', 'PSI', 'Ordinary', 'State'],
          rows: drift.map(({ label, psi, ordinary, state }) => [label, psi, ordinary, DRIFT_STATES[state].title]),
        }}
      >
        <ol className={styles.bars}>
          {features.map(({ code, label, psi, ordinary, state }) => (
            <li key={code}>
              <span className={styles.label}>{label}</span>
              <span className={styles.track}>
                <span className={`${styles.fill} ${styles[state]}`} style={{ width: `${Math.min(1, psi / SCALE) * 100}%` }} />
                {ordinary > 0 && <span className={styles.mark} style={{ insetInlineStart: `${Math.min(1, ordinary / SCALE) * 100}%` }} />}
              </span>
              <span className={styles.number}>{formatMeasure(psi)}</span>
            </li>
          ))}
        </ol>
      </Chart>
    </>
  );
}
