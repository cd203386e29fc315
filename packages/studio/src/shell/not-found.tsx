import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { useRouteError } from 'react-router';
import { toError } from '../api/use-resource.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failure } from '../ui/states.tsx';

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty title="This address leads nowhere" action={<LinkButton href="/audiences">To the audiences</LinkButton>}>
        It may be mistyped, or what was here has been deleted.
      </Empty>
    </Page>
  );
}

/** A page that could not be drawn or whose code could not be loaded, for example after an update of the server. */
export function RouteFailure() {
  const error = toError(useRouteError());
  return (
    <Page title="This page failed">
      <Failure error={error} title="The studio could not show this page" retry={() => window.location.reload()} />
    </Page>
  );
}
