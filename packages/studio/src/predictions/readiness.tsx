import type { ErrorEntry, PredictionReadiness } from '@kindred/contract';
import { formatCount, formatCountOf, formatDate, formatShare } from '../ui/format.ts';
import { ShareBar } from '../ui/share-bar.tsx';
import styles from './readiness.module.css';
import { documentedCode } from './words.ts';

export interface ReadinessProps {
  readonly readiness: PredictionReadiness;
  /** Names of the goal events by condition. */
  readonly conditions: readonly { readonly name?: string | undefined; readonly condition: string }[];
}

/** Whether the data is enough, with the numbers and what to do. */
export function Readiness({ readiness, conditions }: ReadinessProps) {
  const { cutOff, eligible, positives, negatives, daysPresent, daysNeeded, events, ready, refusals, warnings } = readiness;
  const nameOf = (condition: string) => conditions.find((each) => each.condition === condition && each.name !== '')?.name ?? condition;
  return (
    <div className={styles.readiness}>
      <p className={ready ? styles.ready : styles.refused} role="status">
        {ready ? 'Enough data to train' : 'Not enough data to train'}
      </p>
      <dl className={styles.facts}>
        <div>
          <dt>Eligible people</dt>
          <dd data-eligible={eligible}>{formatCount(eligible)}</dd>
        </div>
        <div>
          <dt>With the outcome</dt>
          <dd data-positives={positives}>
            {formatCount(positives)} <span>{formatShare(positives, eligible)}</span>
          </dd>
        </div>
        <div>
          <dt>Without</dt>
          <dd>{formatCount(negatives)}</dd>
        </div>
      </dl>
      <p className={styles.note}>As of {formatDate(cutOff)}, the newest day whose outcome is known.</p>
      <div className={styles.history}>
        <span className={styles.label}>History</span>
        <ShareBar part={Math.min(daysPresent, daysNeeded)} total={daysNeeded} />
        <span className={styles.note}>
          {formatCountOf(daysPresent, 'day')} present, {formatCount(daysNeeded)} needed
        </span>
      </div>
      <ul className={styles.events}>
        {events.map(({ condition, people, events: matches }) => (
          <li key={condition}>
            <strong>{nameOf(condition)}</strong>: {formatCountOf(matches, 'event')} of {formatCountOf(people, 'person', 'people')} in the
            window
          </li>
        ))}
      </ul>
      {(refusals.length > 0 || warnings.length > 0) && (
        <ul className={styles.reasons}>
          {refusals.map((refusal) => (
            <Reason key={refusal.message} entry={refusal} severity="refusal" />
          ))}
          {warnings.map((warning) => (
            <Reason key={warning.message} entry={warning} severity="warning" />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Why something cannot be, or is weaker: in words, with the documented code. */
export function Reason({ entry, severity }: { readonly entry: ErrorEntry; readonly severity: 'refusal' | 'warning' }) {
  const code = documentedCode(entry);
  return (
    <li className={styles[severity]}>
      <p>{entry.message}</p>
      {entry.hint !== undefined && <p className={styles.note}>{entry.hint}</p>}
      {code !== null && <p className={styles.code}>{code}</p>}
    </li>
  );
}
