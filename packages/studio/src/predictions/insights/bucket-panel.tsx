import type { Prediction, PredictionScores } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { formatCount, formatCountOf, formatShare } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { bucketShade } from '../buckets.ts';
import { shadeClass } from '../../ui/charts/legend.tsx';
import { bucketHref, factorHref } from '../rules.ts';
import styles from './insights.module.css';

type Bucket = PredictionScores['buckets'][number];

export interface BucketPanelProps {
  readonly prediction: Prediction;
  readonly bucket: Bucket;
  /** In all buckets. */
  readonly people: number;
  /** Of those that the model put there on days it had not seen; null: not known. */
  readonly actualRate: number | null;
}

/** One bucket: how many people, how likely they are, what moves them, and the way to an audience of them. */
export function BucketPanel({ prediction, bucket, people, actualRate }: BucketPanelProps) {
  const { bucket: name, profiles, meanProbability, from, to, factors } = bucket;
  return (
    <Panel
      title={`${name} bucket`}
      aside={<span className={`${styles.swatch} ${shadeClass(bucketShade(prediction.kind, name))}`} style={{ display: 'block' }} />}
    >
      <p className={styles.big} data-bucket={name} data-profiles={profiles}>
        {formatCount(profiles)} <span>{formatShare(profiles, people)} of the people</span>
      </p>
      <p className={styles.bucketFacts}>
        Scores {from} to {to}. {formatShare(meanProbability, 1)} are expected to reach the goal
        {actualRate !== null && `; of such people in the past ${formatShare(actualRate, 1)} did`}.
      </p>
      <LinkButton
        variant="secondary"
        size="S"
        href={bucketHref(prediction, name)}
        aria-label={`Create audience of the ${name.toLowerCase()} bucket`}
      >
        Create audience
      </LinkButton>
      <h3 className={styles.heading}>Influential factors</h3>
      {factors.length === 0 && <p className={styles.note}>None stands out.</p>}
      <ul className={styles.factors}>
        {factors.map((factor) => (
          <li key={`${factor.code} ${factor.direction}`} className={styles.factor}>
            <span className={styles.factorText}>
              {factor.label}
              <small>
                {factor.direction === 'up' ? 'Raises' : 'Lowers'} the score of {formatCountOf(factor.profiles, 'person', 'people')},{' '}
                {formatShare(factor.profiles, profiles)}
              </small>
            </span>
            <LinkButton
              variant="secondary"
              fillStyle="outline"
              size="S"
              href={factorHref(prediction, { ...factor, bucket: name })}
              aria-label={`Create audience: ${name.toLowerCase()}, ${factor.direction === 'up' ? 'raised' : 'lowered'} by ${factor.label}`}
            >
              Audience
            </LinkButton>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
