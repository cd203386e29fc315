import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { SearchField } from '@react-spectrum/s2/SearchField';
import { useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { formatCountOf } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { AudienceTable } from './audience-table.tsx';
import styles from './list-page.module.css';

export function ListPage() {
  const status = useStatus();
  const list = useResource('audiences', (signal) => call(routes.listAudiences, { signal }), { refreshOn: status.data?.revision });
  const [params, setParams] = useSearchParams();
  const search = params.get('q') ?? '';
  const all = list.data?.audiences;
  const found = all === undefined ? [] : matching(all, search);
  const change = (text: string) => setParams(text === '' ? {} : { q: text }, { replace: true });
  const subtitle = all && all.length > 0 ? foundText(found.length, all.length, search) : 'Groups of people by rule, exact at any moment.';
  return (
    <Page wide title="Audiences" subtitle={subtitle} actions={<CreateButton />}>
      {list.error && <Failure error={list.error} retry={list.reload} title="The audiences could not be loaded" />}
      {all === undefined && list.loading && <Skeleton lines={8} height={32} label="Loading audiences" />}
      {all?.length === 0 && <FirstAudience />}
      {all !== undefined && all.length > 0 && (
        <>
          <div className={styles.tools}>
            <SearchField
              aria-label="Search audiences"
              placeholder="Search by name, description or rule"
              value={search}
              onChange={change}
              UNSAFE_className={styles.search ?? ''}
            />
          </div>
          {found.length > 0 ? (
            <AudienceTable audiences={found} universe={status.data?.profiles} />
          ) : (
            <Empty title="No audience matches">Nothing contains “{search}” in its name, description or rule.</Empty>
          )}
        </>
      )}
    </Page>
  );
}

function matching(audiences: readonly Audience[], search: string): readonly Audience[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return audiences.filter(({ name, description, pql }) => {
    const text = `${name}\n${description}\n${pql}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function foundText(found: number, all: number, search: string): string {
  return search === '' ? formatCountOf(all, 'audience') : `${found} of ${formatCountOf(all, 'audience')}`;
}

function CreateButton() {
  return (
    <>
      <LinkButton variant="secondary" href="/audiences/import">
        Import audience
      </LinkButton>
      <LinkButton variant="secondary" href="/audiences/new">
        Write PQL
      </LinkButton>
      <LinkButton variant="accent" href="/audiences/build">
        Create audience
      </LinkButton>
    </>
  );
}

function FirstAudience() {
  const { data } = useStatus();
  if (data?.profiles === 0) {
    return (
      <Empty title="No data yet" action={<LinkButton href="/sources">Go to sources</LinkButton>}>
        An audience is a group of profiles. Import customer data first, or generate the demo shop, and profiles appear here.
      </Empty>
    );
  }
  return (
    <Empty title="Write your first audience" action={<CreateButton />}>
      <p>
        A rule in Profile Query Language says who belongs: what people are, and what they did. Its exact size shows while you type, and
        every member can be asked why.
      </p>
      <p className={styles.example}>
        <code>person.name.lastName.isNotNull()</code>
      </p>
    </Empty>
  );
}
