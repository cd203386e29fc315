import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { Outlet, useOutletContext, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Page } from '../ui/page.tsx';
import { PageTabs } from '../ui/page-tabs.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AudienceActions } from './audience-actions.tsx';

const PARENT = { title: 'Audiences', href: '/audiences' };

interface OpenAudience {
  readonly audience: Audience;
  readonly reload: () => void;
}

/** One audience: its title and what can be done with it, around the side that the address names. */
export function AudiencePage() {
  const { id = '' } = useParams();
  const {
    data: audience,
    error,
    reload,
  } = useResource(`audience/${id}`, (signal) => call(routes.getAudience, { params: { id }, signal }), {
    refreshOn: useStatus().data?.revision,
  });
  if (audience === undefined) {
    return (
      <Page wide title="Audience" parent={PARENT}>
        {error ? <Failure error={error} retry={reload} title="The audience could not be loaded" /> : <Skeleton lines={8} height={32} />}
      </Page>
    );
  }
  const { name, description } = audience;
  return (
    <Page
      wide
      title={name}
      parent={PARENT}
      subtitle={description === '' ? undefined : description}
      actions={<AudienceActions audience={audience} onChanged={reload} />}
    >
      <PageTabs label="Sides of the audience" tabs={tabsOf(audience)} />
      <Outlet key={id} context={{ audience, reload } satisfies OpenAudience} />
    </Page>
  );
}

function tabsOf({ id, kind }: Audience) {
  const at = `/audiences/${id}`;
  return [
    { title: 'Overview', href: at },
    { title: 'Overlap', href: `${at}/overlap` },
    { title: 'Connections', href: `${at}/connections` },
    ...(kind !== 'external' ? [{ title: 'Versions', href: `${at}/versions` }] : []),
    { title: 'Activity', href: `${at}/activity` },
  ];
}

/** The audience of the page around. */
export const useAudience = (): OpenAudience => useOutletContext<OpenAudience>();
