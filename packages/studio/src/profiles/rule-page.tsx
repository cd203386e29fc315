import { ApiError, routes } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { buildHref } from '../builder/proposal.ts';
import { RuleEditor } from '../builder/rule-editor.tsx';
import { useVocabulary } from '../editor/use-vocabulary.ts';
import { useStatus } from '../shell/status-context.tsx';
import { formatCount, formatCountOf, formatShare } from '../ui/format.ts';
import { Pager } from '../ui/pager.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { ProfileTable } from './profile-table.tsx';
import { ProfilesPage } from './profiles-page.tsx';
import styles from './search-page.module.css';
import { useQuiet } from '../ui/use-quiet.ts';

const PAGE_SIZE = 25;

/** Everybody for whom a rule holds, page by page; the rule is in the address, so that a link shows the same people. */
export function RulePage() {
  const [params, setParams] = useSearchParams();
  const [pql, setPql] = useState(params.get('pql') ?? '');
  const rule = useQuiet(pql.trim());
  const vocabulary = useVocabulary();
  const write = (next: string): void => {
    setPql(next);
    setParams(next.trim() === '' ? {} : { pql: next.trim() }, { replace: true });
  };
  return (
    <ProfilesPage>
      <RuleEditor label="Rule in PQL" value={pql} onChange={write} vocabulary={vocabulary} />
      <div className={styles.found}>{rule === '' ? <NoRule /> : <Found key={rule} rule={rule} />}</div>
    </ProfilesPage>
  );
}

function NoRule() {
  return (
    <Panel title="Found">
      <Empty title="Whom are you looking for?">
        Write a condition above, of what people are or of what they did. Fields, functions and values that occur are offered while you type.
      </Empty>
    </Panel>
  );
}

function Found({ rule }: { readonly rule: string }) {
  const [start, setStart] = useState(0);
  const found = useResource(
    `profiles by rule/${start}/${rule}`,
    (signal) => call(routes.findProfilesByRule, { body: { pql: rule, start, limit: PAGE_SIZE }, signal }),
    { refreshOn: useStatus().data?.revision },
  );
  const { total = 0, universe = 0, profiles } = found.data ?? {};
  // Where the mistake is and how to cure it stands at the editor.
  const mistaken = found.error instanceof ApiError && found.error.code === 'pql-invalid';
  return (
    <Panel
      title="Found"
      flush
      aside={
        profiles !== undefined &&
        !mistaken &&
        total > 0 && <Pager start={start} size={PAGE_SIZE} total={total} of="profiles" onGo={setStart} />
      }
    >
      {mistaken && <p className={styles.pad}>The rule has a mistake. Who fits it shows here once that is cured.</p>}
      {found.error && !mistaken && (
        <div className={styles.pad}>
          <Failure error={found.error} retry={found.reload} title="Profiles could not be searched" />
        </div>
      )}
      {profiles === undefined && found.loading && (
        <div className={styles.pad}>
          <Skeleton lines={10} height={28} label="Searching" />
        </div>
      )}
      {profiles !== undefined && !mistaken && (
        <>
          <p className={styles.count}>
            <span role="status">
              <strong>{formatCountOf(total, 'profile')}</strong> of {formatCount(universe)} ({formatShare(total, universe)})
            </span>
            <LinkButton size="S" variant="secondary" href={buildHref({ name: '', pql: rule })}>
              Make an audience of this
            </LinkButton>
          </p>
          {total === 0 ? (
            <Empty title="Nobody fits">The rule is right, and holds for none of the profiles.</Empty>
          ) : (
            <ProfileTable profiles={profiles} />
          )}
        </>
      )}
    </Panel>
  );
}
