import type { MembershipCause } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Agreement } from './agreement.tsx';
import { useLastChange } from './use-last-change.ts';
import { profileHref, titleOf } from '../profiles/describe.ts';
import { Ago } from '../ui/ago.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './changes-panel.module.css';

const FEW = 8;
const MANY = 100;

const CAUSES: Readonly<Record<MembershipCause['kind'], string>> = {
  event: 'by an event',
  attributes: 'by an attribute',
  time: 'by time',
  identity: 'joined or parted',
  rule: 'by a new rule',
  evaluation: 'by an evaluation',
  list: 'by a list',
  removal: 'deleted',
};

/** Who entered and left, newest first, while it happens. */
export function ChangesPanel({ id, evaluated }: { readonly id: string; readonly evaluated: string | null }) {
  const [limit, setLimit] = useState(FEW);
  const last = useLastChange(id);
  const changes = useResource(
    `changes/${id}/${limit}`,
    (signal) => call(routes.listChanges, { params: { id }, query: { limit }, signal }),
    { refreshOn: `${evaluated} ${last}` },
  );
  return (
    <Panel title="Entered and left" flush>
      <div className={styles.body}>
        {changes.error && <Failure error={changes.error} retry={changes.reload} title="The changes could not be loaded" />}
        {!changes.data && changes.loading && <Skeleton lines={FEW} height={26} label="Loading changes" />}
        {changes.data?.changes.length === 0 && <p className={styles.none}>Nobody has entered yet.</p>}
        <ul>
          {changes.data?.changes.map(({ at, change, cause, member }) => (
            <li key={`${at} ${change} ${member.profile}`} className={styles.change}>
              <span className={styles[change]}>{change === 'entered' ? 'Entered' : 'Left'}</span>
              <Link to={profileHref(member.identity)} className={styles.who}>
                {titleOf(member)}
              </Link>
              <span className={styles.cause} title={cause.event ?? undefined}>
                {CAUSES[cause.kind]}
              </span>
              <span className={styles.when}>
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ul>
        {changes.data?.next !== null && limit === FEW && changes.data !== undefined && (
          <div className={styles.more}>
            <ActionButton size="S" onPress={() => setLimit(MANY)}>
              Show more
            </ActionButton>
          </div>
        )}
        <Agreement />
      </div>
    </Panel>
  );
}
