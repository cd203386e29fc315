/** Folders and databases that data is fetched from. */
import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { AddSource } from './add-source.tsx';
import { DataSourceCard } from './data-source-card.tsx';

const POLL_MS = 3000;

export function DataSources() {
  const sources = useResource('data sources', (signal) => call(routes.listDataSources, { signal }), { everyMs: POLL_MS });
  const [adding, setAdding] = useState(false);
  const all = sources.data?.sources;
  const add = (
    <Button variant="secondary" size="S" onPress={() => setAdding(true)}>
      Add source
    </Button>
  );
  return (
    <Panel title="Fetched by itself" aside={add} flush>
      {sources.error && <Failure error={sources.error} retry={sources.reload} title="The sources could not be loaded" />}
      {!all && sources.loading && <Skeleton lines={2} height={64} label="Loading sources" />}
      {all?.length === 0 && (
        <Empty title="Nothing is fetched yet">
          Add a folder, and every file put into it is imported; or a table of PostgreSQL, and its new rows come in again and again.
        </Empty>
      )}
      {all && all.length > 0 && (
        <ul>
          {all.map((source) => (
            <DataSourceCard key={source.id} source={source} onChanged={sources.reload} />
          ))}
        </ul>
      )}
      <DialogContainer onDismiss={() => setAdding(false)}>
        {adding && (
          <AddSource
            onAdded={() => {
              setAdding(false);
              sources.reload();
            }}
            onCancel={() => setAdding(false)}
          />
        )}
      </DialogContainer>
    </Panel>
  );
}
