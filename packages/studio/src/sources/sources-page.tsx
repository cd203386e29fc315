import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Columns } from '../ui/columns.tsx';
import { formatCount } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { DataSources } from './data-sources.tsx';
import { ImportCard, isUnderWay } from './import-card.tsx';
import { OpenLetters } from './open-letters.tsx';
import styles from './sources-page.module.css';
import { Throughput } from './throughput.tsx';

const BUSY_POLL_MS = 1000;
const IDLE_POLL_MS = 10_000;

export function SourcesPage() {
  const status = useStatus();
  const imports = useImports();
  const jobs = imports.data?.imports;
  return (
    <Page
      wide
      title="Sources"
      subtitle="Where the data comes from: folders and databases it is fetched from, imports, and the datasets they fill."
      actions={
        <LinkButton variant="secondary" href="/sources/mappings">
          Mapping sets
        </LinkButton>
      }
    >
      <Columns
        rail={
          <>
            <Throughput />
            <Panel title="Datasets" flush>
              <Datasets datasets={status.data?.datasets ?? []} />
            </Panel>
            <OpenLetters />
          </>
        }
      >
        <DataSources />
        <Panel title="Imports" flush>
          <div className={styles.body}>
            {imports.error && <Failure error={imports.error} retry={imports.reload} title="The imports could not be loaded" />}
            {!jobs && imports.loading && <Skeleton lines={4} height={64} label="Loading imports" />}
            {jobs?.length === 0 && <NoImports onStarted={imports.reload} />}
            {jobs && jobs.length > 0 && (
              <ul>
                {jobs.map((job) => (
                  <ImportCard key={job.id} job={job} onChanged={imports.reload} />
                ))}
              </ul>
            )}
          </div>
        </Panel>
      </Columns>
    </Page>
  );
}

/** Every second while a job is under way, else now and then: another person may have started one. */
function useImports() {
  const [everyMs, setEveryMs] = useState(IDLE_POLL_MS);
  const imports = useResource('imports', (signal) => call(routes.listImports, { signal }), { everyMs });
  const busy = imports.data?.imports.some(isUnderWay) ?? false;
  useEffect(() => setEveryMs(busy ? BUSY_POLL_MS : IDLE_POLL_MS), [busy]);
  return imports;
}

function NoImports({ onStarted }: { readonly onStarted: () => void }) {
  const demo = useAction(async () => {
    await call(routes.startDemo, { body: {} });
    onStarted();
  });
  return (
    <Empty
      title="Nothing imported yet"
      action={
        <Button variant="accent" isPending={demo.running} onPress={() => void demo.run()}>
          Generate the demo shop
        </Button>
      }
    >
      <p>
        Import CSV, JSONL or Parquet on the server with <code>./kindred import</code>, or generate a shop with 50,000 people and about two
        million events to look around.
      </p>
      {demo.error && <Failure error={demo.error} title="The demo shop was not started" />}
    </Empty>
  );
}

function Datasets({
  datasets,
}: {
  readonly datasets: readonly { readonly name: string; readonly events: number; readonly records: number }[];
}) {
  if (datasets.length === 0) return <p className={table.none}>No datasets yet.</p>;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className={table.number}>
            Events
          </th>
          <th scope="col" className={table.number}>
            Profile records
          </th>
        </tr>
      </thead>
      <tbody>
        {datasets.map(({ name, events, records }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={table.number}>{formatCount(events)}</td>
            <td className={table.number}>{formatCount(records)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
