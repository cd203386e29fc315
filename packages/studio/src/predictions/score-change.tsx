import type { PersonPredictionChange } from '@kindred/contract';
import { Ago } from '../ui/ago.tsx';
import { formatDifference } from './metrics.ts';
import styles from './profile-predictions.module.css';

export interface ScoreChangeProps {
  readonly score: number;
  readonly previous: PersonPredictionChange;
}

/** What a score was at the scoring of everybody before, and what moved it since. */
export function ScoreChange({ score, previous: { score: before, bucket, scoredAt, modelVersion, factors } }: ScoreChangeProps) {
  const difference = score - before;
  return (
    <details className={styles.change}>
      <summary>
        <strong data-change={difference}>{difference === 0 ? 'The same' : formatDifference(difference, 0)}</strong> since{' '}
        <Ago at={scoredAt} />: {before}, {bucket}
      </summary>
      {factors === null && <p>Version {modelVersion} of the model scored then. What two models say of their factors is not comparable.</p>}
      {factors?.length === 0 && <p>None of the factors has moved.</p>}
      {factors !== null && factors.length > 0 && (
        <ul className={styles.factors} aria-label="What moved it since">
          {factors.map((factor) => (
            <Moved key={`${factor.before?.code} ${factor.now?.code}`} factor={factor} />
          ))}
        </ul>
      )}
    </details>
  );
}

type Factor = NonNullable<PersonPredictionChange['factors']>[number];

function Moved({ factor: { before, now, difference } }: { readonly factor: Factor }) {
  const up = difference === null ? null : difference > 0;
  return (
    <li
      className={styles[up === false ? 'down' : 'up']}
      {...(difference !== null && { title: `${formatDifference(difference, 2)} log odds` })}
    >
      <span className={styles.arrow} aria-hidden="true">
        {up === null ? '·' : up ? '↑' : '↓'}
      </span>
      <span className={styles.words}>
        {before !== null && now !== null && before.code === now.code ? (
          <>
            {now.label}: {before.value === now.value ? '' : `${before.value} → `}
            <strong>{now.value}</strong>
          </>
        ) : (
          [before, now].flatMap((then) => (then === null ? [] : [`${then.label}: ${then.value}`])).join(' → ')
        )}
      </span>
      <span className={styles.strength}>{wordsOf(up, now !== null)}</span>
    </li>
  );
}

function wordsOf(up: boolean | null, isNow: boolean): string {
  if (up === null) return isNow ? 'not among the strongest before' : 'no longer among the strongest';
  return up ? 'raises it' : 'lowers it';
}
