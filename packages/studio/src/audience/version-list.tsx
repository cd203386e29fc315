import { routes } from '@kindred/contract';
import type { AudienceVersion } from '@kindred/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { VersionDifference } from './version-difference.tsx';
import styles from './version-list.module.css';

export interface VersionListProps {
  /** Of the audience. */
  readonly id: string;
  /** The one in force. */
  readonly current: number;
  /** What can be done with an earlier one. */
  readonly action: (version: AudienceVersion) => ReactNode;
}

/** Every rule that an audience has had, and what parts each of them from the one in force. */
export function VersionList({ id, current, action }: VersionListProps) {
  const list = useResource(`versions/${id}`, (signal) => call(routes.listVersions, { params: { id }, signal }), { refreshOn: current });
  const [shown, setShown] = useState<number | null>(null);
  if (list.error) return <Failure error={list.error} retry={list.reload} title="The versions could not be loaded" />;
  if (!list.data) return <Skeleton lines={2} height={40} label="Loading versions" />;
  return (
    <ol className={styles.list} aria-label="Versions">
      {list.data.versions.map((version) => (
        <li key={version.version} className={styles.version}>
          <div className={styles.head}>
            <div>
              <strong>Version {version.version}</strong>
              {version.version === current && <span className={styles.current}>in force</span>}
              <p className={styles.by}>
                {version.createdBy}, <Ago at={version.createdAt} />
                {version.restoredFrom !== null && <>; brought back from version {version.restoredFrom}</>}
              </p>
            </div>
            {version.version !== current && action(version)}
          </div>
          {(version.version !== current || version.version > 1) && (
            <button
              type="button"
              className={styles.compare}
              aria-expanded={shown === version.version}
              onClick={() => setShown(shown === version.version ? null : version.version)}
            >
              {version.version === current ? 'What it changed' : 'Compare with the one in force'}
            </button>
          )}
          {shown === version.version && <Difference id={id} version={version} current={current} all={list.data?.versions ?? []} />}
        </li>
      ))}
    </ol>
  );
}

interface DifferenceProps {
  readonly id: string;
  readonly version: AudienceVersion;
  readonly current: number;
  readonly all: readonly AudienceVersion[];
}

/** Of the one in force from the one before it; of an earlier one to the one in force. */
function Difference({ id, version: { version }, current, all }: DifferenceProps) {
  const before = all.find((each) => each.version < current)?.version ?? current;
  const a = version === current ? before : version;
  return <VersionDifference id={id} a={a} b={current} />;
}
