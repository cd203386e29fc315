import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCount, formatCountOf } from '../ui/format.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './version-list.module.css';

export interface VersionDifferenceProps {
  readonly id: string;
  /** From this version of the rule to that. */
  readonly a: number;
  readonly b: number;
}

/** From one rule to another: the words, and who would come and go. */
export function VersionDifference({ id, a, b }: VersionDifferenceProps) {
  const diff = useResource(`diff/${id}/${a}/${b}`, (signal) => call(routes.diffVersions, { params: { id, a, b }, signal }));
  if (diff.error) return <Failure error={diff.error} retry={diff.reload} title="The versions could not be compared" />;
  if (!diff.data) return <Skeleton lines={2} height={20} label="Comparing" />;
  const { text, members, problem } = diff.data;
  return (
    <section aria-label={`From version ${a} to version ${b}`} className={styles.difference}>
      <p className={styles.text}>
        {text.map(({ op, text: words }, index) =>
          op === 'added' ? (
            <ins key={index}>{words}</ins>
          ) : op === 'removed' ? (
            <del key={index}>{words}</del>
          ) : (
            <span key={index}>{words}</span>
          ),
        )}
      </p>
      {members === null ? (
        <p>The members cannot be compared: {problem}</p>
      ) : (
        <ul className={styles.members}>
          <li>
            Version {a}: {formatCountOf(members.a, 'profile')}, version {b}: {formatCountOf(members.b, 'profile')}
          </li>
          <li>
            <span className={styles.enter}>+{formatCount(members.entering)} entered</span>{' '}
            <span className={styles.leave}>−{formatCount(members.leaving)} left</span>, {formatCount(members.staying)} in both
          </li>
        </ul>
      )}
    </section>
  );
}
