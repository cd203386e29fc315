import { routes } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { SearchField } from '@react-spectrum/s2/SearchField';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { identityText, profileHref } from './describe.ts';
import { ProfileTable } from './profile-table.tsx';
import { ProfilesPage } from './profiles-page.tsx';
import { recentProfiles } from './recent.ts';
import styles from './search-page.module.css';
import { useQuiet } from '../ui/use-quiet.ts';

const FOUND_SHOWN = 50;

export function SearchPage() {
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get('q') ?? '');
  const search = useQuiet(text.trim());
  // The address follows at once: written later, it would break off the way to a profile chosen meanwhile.
  const type = (next: string): void => {
    setText(next);
    setParams(next.trim() === '' ? {} : { q: next.trim() }, { replace: true });
  };
  return (
    <ProfilesPage>
      <SearchField
        label="Find by identity"
        description="The beginning of an e-mail address, a customer number, a cookie id…"
        value={text}
        onChange={type}
        onClear={() => type('')}
        UNSAFE_style={{ width: 'min(100%, 480px)' }}
      />
      <div className={styles.columns}>
        <Found search={search} />
        <Recent />
      </div>
    </ProfilesPage>
  );
}

function Found({ search }: { readonly search: string }) {
  const found = useResource(
    `profiles/${search}`,
    (signal) => call(routes.findProfiles, { query: { limit: FOUND_SHOWN, ...(search === '' ? {} : { search }) }, signal }),
    {
      refreshOn: useStatus().data?.revision,
    },
  );
  const profiles = found.data?.profiles;
  return (
    <Panel
      title={search === '' ? 'Profiles' : 'Found'}
      aside={found.data?.more && `The first ${FOUND_SHOWN}; type more to narrow down`}
      flush
    >
      {found.error && (
        <div className={styles.pad}>
          <Failure error={found.error} retry={found.reload} title="Profiles could not be searched" />
        </div>
      )}
      {!profiles && found.loading && (
        <div className={styles.pad}>
          <Skeleton lines={10} height={28} label="Searching" />
        </div>
      )}
      {profiles?.length === 0 && <NothingFound search={search} />}
      {profiles && profiles.length > 0 && <ProfileTable profiles={profiles} />}
    </Panel>
  );
}

function NothingFound({ search }: { readonly search: string }) {
  if (search === '') {
    return (
      <Empty title="No profiles yet" action={<LinkButton href="/sources">Go to sources</LinkButton>}>
        Profiles appear with the first import.
      </Empty>
    );
  }
  return <Empty title="Nobody has this identity">No identity begins with “{search}”. Upper and lower case matter.</Empty>;
}

function Recent() {
  const [recent] = useState(recentProfiles);
  return (
    <Panel title="Recently opened">
      {recent.length === 0 ? (
        <p className={styles.faint}>Profiles you open are listed here, in this tab only.</p>
      ) : (
        <ul className={styles.recent}>
          {recent.map(({ title, identity }) => (
            <li key={identityText(identity)}>
              <Link to={profileHref(identity)}>{title}</Link>
              <span className={styles.faint}>{identityText(identity)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
