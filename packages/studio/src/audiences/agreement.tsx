import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { formatCount } from '../ui/format.ts';
import styles from './changes-panel.module.css';

/** Whether live memberships agreed with batch evaluation when they were last compared; nothing before the first time. */
export function Agreement() {
  const drift = useResource('drift', (signal) => call(routes.getDrift, { query: { limit: 1 }, signal }));
  const [check] = drift.data?.checks ?? [];
  if (check === undefined) return null;
  const { disagreements, audiences, checkedAt } = check;
  return (
    <p className={disagreements === 0 ? styles.agreement : styles.drift} role={disagreements === 0 ? undefined : 'alert'}>
      {disagreements === 0
        ? 'Live and batch agree'
        : `${formatCount(disagreements)} live memberships did not agree with batch and were put right`}
      : {formatCount(audiences)} audiences compared <Ago at={checkedAt} />
    </p>
  );
}
