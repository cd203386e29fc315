import { ProgressCircle } from '@react-spectrum/s2/ProgressCircle';
import { MemberList } from '../profiles/member-list.tsx';
import { formatCount, formatCountOf, formatDuration, formatTime, formatUtc } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { Failure } from '../ui/states.tsx';
import styles from './estimate-panel.module.css';
import type { Draft } from './use-draft.ts';

/** The size of the rule in the editor, exact, and some of whom it finds. */
export function EstimatePanel({ draft }: { readonly draft: Draft }) {
  return (
    <>
      <Panel title="Size" aside={draft.working && <ProgressCircle isIndeterminate size="S" aria-label="Counting" />}>
        <Size draft={draft} />
      </Panel>
      <Panel
        title="Who is in"
        aside={
          draft.estimate && draft.estimate.sample.length > 0 && `${draft.estimate.sample.length} of ${formatCount(draft.estimate.size)}`
        }
        flush
      >
        <Sample draft={draft} />
      </Panel>
    </>
  );
}

function Size({ draft }: { readonly draft: Draft }) {
  const { estimate, error } = draft;
  if (error) return <Failure error={error} title="The size could not be counted" />;
  return (
    <div className={[styles.size, !draft.current && styles.stale].filter(Boolean).join(' ')}>
      <p className={styles.number} aria-live="polite" aria-atomic="true" aria-busy={draft.working}>
        {estimate ? formatCount(estimate.size) : '–'}
        <span className={styles.unit}>{estimate?.size === 1 ? ' profile' : ' profiles'}</span>
      </p>
      {estimate ? (
        <ShareBar part={estimate.size} total={estimate.universe} label={`of ${formatCountOf(estimate.universe, 'profile')}`} />
      ) : (
        <ShareBar part={0} total={0} />
      )}
      <p className={styles.facts}>{factsOf(draft)}</p>
    </div>
  );
}

function factsOf({ estimate, current, check, checked }: Draft) {
  if (check && !check.ok) return 'The rule has a mistake: its size shows once that is cured.';
  if (checked === '' || estimate === undefined) return 'Write a rule, and its exact size shows here.';
  if (!current) return 'Counting…';
  return (
    <>
      Exact at <time title={formatUtc(estimate.evaluatedAt)}>{formatTime(estimate.evaluatedAt)}</time>, counted in{' '}
      {formatDuration(estimate.tookMs)}
    </>
  );
}

function Sample({ draft: { estimate, current } }: { readonly draft: Draft }) {
  if (estimate === undefined) return <p className={styles.none}>Members appear with the size.</p>;
  if (estimate.sample.length === 0) return <p className={styles.none}>Nobody fits this rule.</p>;
  return (
    <div className={current ? undefined : styles.stale}>
      <MemberList members={estimate.sample} newTab />
    </div>
  );
}
