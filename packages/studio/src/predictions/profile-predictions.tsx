import { routes } from '@kindred/contract';
import type { Identity, PredictionFactor, Result, Routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Ago } from '../ui/ago.tsx';
import { formatShare } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import { bucketShade } from './buckets.ts';
import { shadeClass } from '../ui/charts/legend.tsx';
import styles from './profile-predictions.module.css';
import { ScoreChange } from './score-change.tsx';
import { WhatIf } from './what-if.tsx';

/** The scores of a person, and in plain words what moves each; nothing where nobody is scored. */
export function ProfilePredictions({ identity }: { readonly identity: Identity }) {
  const { namespace, id } = identity;
  const found = useResource(
    `predictions of ${namespace} ${id}`,
    (signal) => call(routes.getProfilePredictions, { params: { namespace, id }, signal }),
    { refreshOn: useStatus().data?.revision },
  );
  if (found.error) {
    return (
      <Panel title="Predictions">
        <Failure error={found.error} retry={found.reload} title="The scores could not be loaded" />
      </Panel>
    );
  }
  if (found.data === undefined || found.data.predictions.length === 0) return null;
  return (
    <Panel title="Predictions" flush>
      <ul>
        {found.data.predictions.map((each) => (
          <li key={each.prediction.id} className={styles.prediction}>
            <Score score={each} identity={identity} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type ScoreOf = Result<Routes['getProfilePredictions']>['predictions'][number];

interface ScoreProps {
  readonly score: ScoreOf;
  readonly identity: Identity;
}

function Score({ score: { prediction, score, probability, percentile, bucket, scoredAt, factors, previous }, identity }: ScoreProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className={styles.head}>
        <h3>
          <Link to={`/predictions/${prediction.id}`}>{prediction.name}</Link>
        </h3>
        <span className={styles.when}>
          <Ago at={scoredAt} />
        </span>
      </div>
      <p className={styles.score}>
        <strong data-score={score}>{score}</strong>
        <span className={styles.bucket}>
          <span className={`${styles.swatch} ${shadeClass(bucketShade(prediction.kind, bucket))}`} /> {bucket}
        </span>
        <span>
          {formatShare(probability, 1)} likely, above {formatShare((percentile - 1) / 100, 1)} of the people
        </span>
      </p>
      <ul className={styles.factors}>
        {factors.map((factor) => (
          <Factor key={factor.code} factor={factor} />
        ))}
      </ul>
      {previous !== null && <ScoreChange score={score} previous={previous} />}
      <ActionButton size="S" aria-expanded={asking} onPress={() => setAsking(!asking)}>
        What if …
      </ActionButton>
      {asking && <WhatIf identity={identity} prediction={prediction} />}
    </>
  );
}

const STRENGTHS = { low: 'a little', medium: 'clearly', high: 'strongly' } as const;

function Factor({ factor: { label, value, direction, importance, contribution } }: { readonly factor: PredictionFactor }) {
  return (
    <li className={styles[direction]} title={`${contribution.toFixed(2)} log odds`}>
      <span className={styles.arrow} aria-hidden="true">
        {direction === 'up' ? '↑' : '↓'}
      </span>
      <span className={styles.words}>
        {label}: <strong>{value}</strong>
      </span>
      <span className={styles.strength}>
        {direction === 'up' ? 'raises' : 'lowers'} it {STRENGTHS[importance]}
      </span>
    </li>
  );
}
