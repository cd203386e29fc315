import { routes } from '@kindred/contract';
import type { Identity, ProfileBody } from '@kindred/contract';
import { useEffect, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { ProfilePredictions } from '../predictions/profile-predictions.tsx';
import { useStatus } from '../shell/status-context.tsx';
import { formatCount, formatCountOf, formatDate } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Columns } from '../ui/columns.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { AttributeTree } from './attribute-tree.tsx';
import { AudiencesPanel } from './audiences-panel.tsx';
import { detailsOf, eventTitle, identityText, nameOf, profileHref } from './describe.ts';
import { IdentityGraph } from './identity-graph.tsx';
import { originsOf } from './origins.ts';
import styles from './profile-page.module.css';
import { rememberProfile } from './recent.ts';
import { SourcesPanel } from './sources-panel.tsx';
import { Timeline } from './timeline.tsx';
import type { Spot } from './timeline.tsx';

const PARENT = { title: 'Profiles', href: '/profiles' };

export function ProfilePage() {
  const { namespace = '', id = '' } = useParams();
  const identity = { namespace, id };
  const profile = useResource(`profile/${identityText(identity)}`, (signal) => call(routes.getProfile, { params: identity, signal }), {
    refreshOn: useStatus().data?.revision,
  });
  if (profile.data) return <Loaded key={identityText(identity)} identity={identity} profile={profile.data} />;
  return (
    <Page wide title={id} parent={PARENT}>
      {profile.error ? (
        <Failure error={profile.error} retry={profile.reload} title="The profile could not be loaded" />
      ) : (
        <Skeleton lines={10} height={32} />
      )}
    </Page>
  );
}

function Loaded({ identity, profile }: { readonly identity: Identity; readonly profile: ProfileBody }) {
  const [spot, setSpot] = useState<Spot | null>(null);
  const records = useResource(
    `records/${identityText(identity)}`,
    (signal) => call(routes.listProfileRecords, { params: identity, signal }),
    {
      refreshOn: useStatus().data?.revision,
    },
  ).data;
  // Of one source there is nothing to tell.
  const origins = useMemo(
    () => (records === undefined || new Set(records.records.map(({ dataset }) => dataset)).size < 2 ? null : originsOf(records.records)),
    [records],
  );
  const title = nameOf(profile.attributes) ?? identity.id;
  const events = profile.eventCounts.reduce((sum, each) => sum + each.events, 0);
  useEffect(
    () => rememberProfile({ title, identity: { namespace: identity.namespace, id: identity.id } }),
    [title, identity.namespace, identity.id],
  );
  return (
    <Page wide title={title} parent={PARENT} subtitle={[identityText(identity), ...detailsOf(profile.attributes)].join(' · ')}>
      <Columns
        rail={
          <>
            <Panel title="Attributes">
              <AttributeTree document={profile.attributes} origins={origins} />
            </Panel>
            {records !== undefined && <SourcesPanel records={records.records} more={records.more} />}
            <Panel title="Identities" aside={formatCount(profile.identities.length)}>
              <Identities identities={profile.identities} shown={identity} />
            </Panel>
            <IdentityGraph identity={identity} />
            <Panel title="Event types" flush>
              <EventCounts counts={profile.eventCounts} />
            </Panel>
          </>
        }
      >
        <AudiencesPanel identity={identity} audiences={profile.audiences} onShow={(event) => setSpot({ event })} />
        <ProfilePredictions identity={identity} />
        <Panel title="Timeline" aside={formatCountOf(events, 'event')} flush>
          <Timeline identity={identity} spot={spot} />
        </Panel>
      </Columns>
    </Page>
  );
}

function Identities({ identities, shown }: { readonly identities: readonly Identity[]; readonly shown: Identity }) {
  return (
    <ul className={styles.identities}>
      {identities.map((identity) => (
        <li key={identityText(identity)}>
          <span className={styles.namespace}>{identity.namespace}</span>
          {identityText(identity) === identityText(shown) ? (
            <span className={styles.value}>{identity.id}</span>
          ) : (
            <Link to={profileHref(identity)}>{identity.id}</Link>
          )}
        </li>
      ))}
    </ul>
  );
}

function EventCounts({ counts }: { readonly counts: ProfileBody['eventCounts'] }) {
  if (counts.length === 0) return <p className={table.none}>No events.</p>;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col" className={table.number}>
            Events
          </th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        {counts.map(({ eventType, events, last }) => (
          <tr key={eventType}>
            <th scope="row" title={eventType}>
              {eventTitle(eventType)}
            </th>
            <td className={table.number}>{formatCount(events)}</td>
            <td>{formatDate(last)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
