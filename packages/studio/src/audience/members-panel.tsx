import { routes } from '@kindred/contract';
import { SearchField } from '@react-spectrum/s2/SearchField';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { MemberList } from '../profiles/member-list.tsx';
import { Pager } from '../ui/pager.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './members-panel.module.css';

const PAGE_SIZE = 12;

/** Members at the last evaluation, page by page. */
export function MembersPanel({ id, evaluated }: { readonly id: string; readonly evaluated: string | null }) {
  const [start, setStart] = useState(0);
  const [search, setSearch] = useState('');
  const members = useResource(
    `members/${id}/${start}/${search}`,
    (signal) => call(routes.listMembers, { params: { id }, query: { start, limit: PAGE_SIZE, search }, signal }),
    { refreshOn: evaluated },
  );
  const total = members.data?.total ?? 0;
  return (
    <Panel title="Members" flush aside={total > 0 && <Pager start={start} size={PAGE_SIZE} total={total} of="members" onGo={setStart} />}>
      {evaluated !== null && (
        <div className={styles.search}>
          <SearchField
            aria-label="Search members"
            placeholder="Name, e-mail, city or identity"
            onSubmit={(text) => {
              setStart(0);
              setSearch(text.trim());
            }}
            onClear={() => setSearch('')}
            UNSAFE_style={{ width: '100%' }}
          />
        </div>
      )}
      <div className={total > PAGE_SIZE ? styles.pages : styles.body}>
        {members.error && <Failure error={members.error} retry={members.reload} title="The members could not be loaded" />}
        {!members.data && members.loading && <Skeleton lines={PAGE_SIZE} height={34} label="Loading members" />}
        {members.data?.total === 0 && <p className={styles.none}>{emptiness(evaluated, search)}</p>}
        {members.data && <MemberList members={members.data.members} />}
      </div>
    </Panel>
  );
}

function emptiness(evaluated: string | null, search: string): string {
  if (evaluated === null) return 'Evaluate the audience to see its members.';
  return search === '' ? 'Nobody is in this audience.' : `No member is found by “${search}”.`;
}
