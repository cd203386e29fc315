/** One dataset: what it is, how long its events are kept, and the batches that came in. */
import { routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Link, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { useSchemas } from '../schema/use-schemas.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Ago } from '../ui/ago.tsx';
import { Columns } from '../ui/columns.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { formatCount } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { Batches } from './batches.tsx';
import type { DatasetView } from './catalog.ts';
import { datasetsOf } from './catalog.ts';
import { Retention } from './retention.tsx';

const PARENT = { title: 'Datasets', href: '/datasets' };

export function DatasetPage() {
  const { id = '' } = useParams();
  const found = useResource(`dataset ${id}`, async (signal) => datasetsOf(await call(routes.getDataset, { params: { id }, signal }))[0]);
  if (found.data !== undefined) return <Dataset dataset={found.data} onChanged={found.reload} />;
  return (
    <Page title="Dataset" parent={PARENT}>
      {found.error ? (
        <Failure error={found.error} retry={found.reload} title="The dataset could not be loaded" />
      ) : (
        <Skeleton lines={6} height={32} />
      )}
    </Page>
  );
}

interface DatasetProps {
  readonly dataset: DatasetView;
  readonly onChanged: () => void;
}

function Dataset({ dataset, onChanged }: DatasetProps) {
  const { id, name, schema, events } = dataset;
  return (
    <Page wide title={name} parent={PARENT} {...(id !== name && { subtitle: <code>{id}</code> })}>
      <Columns
        rail={
          <>
            <About dataset={dataset} onChanged={onChanged} />
            {schema !== null && events && <Retention dataset={dataset} onChanged={onChanged} />}
          </>
        }
      >
        <Batches dataset={id} described={schema !== null} />
      </Columns>
    </Page>
  );
}

function About({ dataset: { id, name, schema, profile, events, created }, onChanged }: DatasetProps) {
  const counts = useStatus().data?.datasets.find((each) => each.name === name);
  const schemas = useSchemas();
  const enable = useAction(async () => {
    await call(routes.updateDataset, {
      params: { id },
      body: { tags: { unifiedProfile: ['enabled:true'], unifiedIdentity: ['enabled:true'] } },
    });
    onChanged();
  });
  const known = schema === null ? undefined : schemas.get(schema);
  return (
    <Panel title="About">
      <Facts>
        <Fact title="Schema">
          {schema === null ? (
            'the union of all fields'
          ) : known === undefined ? (
            schema
          ) : (
            <Link to={`/schema/${encodeURIComponent(known.altId)}`}>{known.title}</Link>
          )}
        </Fact>
        <Fact title="Records are">{events ? 'events' : 'records of profiles or of lookup entities'}</Fact>
        <Fact title="Profile">
          {profile ? 'enabled' : 'off: files are kept and checked, nothing becomes of them'}
          {!profile && (
            <ActionButton size="S" isDisabled={enable.running} onPress={() => void enable.run()}>
              Enable
            </ActionButton>
          )}
        </Fact>
        <Fact title="Stored">
          {formatCount(counts?.events ?? 0)} events, {formatCount(counts?.records ?? 0)} profile records
        </Fact>
        <Fact title="Made">{created === null ? 'by the data that came in' : <Ago at={new Date(created).toISOString()} />}</Fact>
      </Facts>
      {enable.error && <Failure error={enable.error} title="It was not enabled" />}
    </Panel>
  );
}
