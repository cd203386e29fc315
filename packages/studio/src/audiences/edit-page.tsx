import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { useNavigate, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Page } from '../ui/page.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AudienceForm } from './audience-form.tsx';
import type { AudienceText } from './audience-form.tsx';

const PARENT = { title: 'Audiences', href: '/audiences' };

export function CreatePage() {
  const navigate = useNavigate();
  return (
    <AudienceForm
      title="Create audience"
      parent={PARENT}
      initial={{ name: '', description: '', pql: '' }}
      save={async (body) => (await call(routes.createAudience, { body })).id}
      onCancel={() => void navigate('/audiences')}
    />
  );
}

export function EditPage() {
  const { id = '' } = useParams();
  const audience = useResource(`audience/${id}`, (signal) => call(routes.getAudience, { params: { id }, signal }));
  if (audience.data) return <EditForm key={id} audience={audience.data} />;
  return (
    <Page title="Edit audience" parent={PARENT}>
      {audience.error ? (
        <Failure error={audience.error} retry={audience.reload} title="The audience could not be loaded" />
      ) : (
        <Skeleton lines={8} height={32} />
      )}
    </Page>
  );
}

function EditForm({ audience }: { readonly audience: Audience }) {
  const navigate = useNavigate();
  const { id, name, description, pql } = audience;
  return (
    <AudienceForm
      title={`Edit ${name}`}
      parent={{ title: name, href: `/audiences/${id}` }}
      initial={{ name, description, pql }}
      save={async (body: AudienceText) => {
        await call(routes.updateAudience, { params: { id }, body: changed(audience, body) });
        return id;
      }}
      onCancel={() => void navigate(`/audiences/${id}`)}
    />
  );
}

/** Only what differs: an unchanged rule need not be evaluated again. */
function changed(before: AudienceText, after: AudienceText): Partial<AudienceText> {
  return {
    ...(before.name === after.name ? {} : { name: after.name }),
    ...(before.description === after.description ? {} : { description: after.description }),
    ...(before.pql === after.pql ? {} : { pql: after.pql }),
  };
}
