/** What is found out about the rule as it stands: how many, in words, and some of them. */
import { formatCount, formatCountOf, formatDuration, formatTime, formatUtc } from '../ui/format.ts';
import { ShareBar } from '../ui/share-bar.tsx';
import { Failure } from '../ui/states.tsx';
import { People } from './people.tsx';
import styles from './properties.module.css';
import type { Live } from './use-live.ts';

export interface FindingsProps {
  readonly live: Live;
  readonly pql: string;
  /** By which profiles are seen; null: the default one. */
  readonly mergePolicyId: string | null;
}

/** How many the rule finds, exactly once it is counted. */
export function Size({ live }: { readonly live: Live }) {
  const { total, current, working, error, check, checked } = live;
  if (error) return <Failure error={error} retry={live.retry} title="The size could not be counted" />;
  return (
    <section aria-label="Size" className={styles.part}>
      <h2>Estimated profiles</h2>
      <p
        className={[styles.number, !current && styles.stale].filter(Boolean).join(' ')}
        aria-live="polite"
        aria-atomic="true"
        aria-busy={working}
      >
        {total ? `${total.exact ? '' : '≈ '}${formatCount(total.size)}` : '–'}
        <span className={styles.unit}>{total?.size === 1 ? ' profile' : ' profiles'}</span>
      </p>
      {total ? (
        <ShareBar part={total.size} total={total.universe} label={`of ${formatCountOf(total.universe, 'profile')}`} />
      ) : (
        <ShareBar part={0} total={0} />
      )}
      <p className={styles.faint}>
        {check && !check.ok && checked !== '' ? (
          'The rule has a mistake: its size shows once that is cured.'
        ) : total === undefined ? (
          'The exact size shows with the first rule.'
        ) : current && total.evaluatedAt !== undefined ? (
          <>
            Exact at <time title={formatUtc(total.evaluatedAt)}>{formatTime(total.evaluatedAt)}</time>, counted in{' '}
            {formatDuration(total.tookMs)}
          </>
        ) : (
          'Counting…'
        )}
      </p>
    </section>
  );
}

export function InWords({ live }: { readonly live: Live }) {
  return (
    <div className={styles.part}>
      <h2>In words</h2>
      <p className={styles.sentence}>{sentenceOf(live)}</p>
    </div>
  );
}

function sentenceOf({ check, checked }: Live): string {
  if (checked === '' || check === undefined) return 'The rule appears here as a sentence.';
  return check.sentence ?? 'The rule cannot be read yet.';
}

export function WhoIsIn({ live, pql, mergePolicyId }: FindingsProps) {
  return (
    <div className={styles.members}>
      <h2>Who is in</h2>
      {live.members === undefined || live.members.length === 0 ? (
        <p className={styles.faint}>{live.members === undefined ? 'Members appear with the size.' : 'Nobody fits this rule.'}</p>
      ) : (
        <People members={live.members} pql={pql} mergePolicyId={mergePolicyId} />
      )}
    </div>
  );
}
