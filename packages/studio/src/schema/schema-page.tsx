import { routes } from '@kindred/contract';
import type { SchemaBody } from '@kindred/contract';
import { SearchField } from '@react-spectrum/s2/SearchField';
import { Switch } from '@react-spectrum/s2/Switch';
import { Fragment, useDeferredValue, useMemo, useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCount } from '../ui/format.ts';
import { Stack } from '../ui/columns.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { FieldTree } from './field-tree.tsx';
import { fieldTree, filterFields } from './fields.ts';
import { withRecords } from './records.ts';
import styles from './schema-page.module.css';
import { SchemasPanel } from './schemas-panel.tsx';

export function SchemaPage() {
  const schema = useResource('schema', async (signal) => withRecords(await call(routes.getSchema, { signal })));
  return (
    <Page wide title="Schema" subtitle="Every field a rule may read. Only fields that hold data are shown, unless asked.">
      {schema.error && <Failure error={schema.error} retry={schema.reload} title="The schema could not be loaded" />}
      {!schema.data && schema.loading && <Skeleton lines={12} height={24} label="Loading the schema" />}
      {schema.data && <Browser schema={schema.data} />}
    </Page>
  );
}

function Browser({ schema }: { readonly schema: SchemaBody }) {
  const [search, setSearch] = useState('');
  const [full, setFull] = useState(false);
  const words = useDeferredValue(search).toLowerCase().split(/\s+/).filter(Boolean);
  const profile = useMemo(() => fieldTree(schema.profile, schema.populated.profile), [schema]);
  const event = useMemo(() => fieldTree(schema.event, schema.populated.event), [schema]);
  const filter = { words, populatedOnly: !full };
  return (
    <>
      <div className={styles.tools}>
        <SearchField
          aria-label="Search fields"
          placeholder="Search fields"
          value={search}
          onChange={setSearch}
          UNSAFE_style={{ width: 'min(100%, 420px)' }}
        />
        <Switch isSelected={full} onChange={setFull}>
          Show the full XDM schema
        </Switch>
      </div>
      <div className={styles.columns}>
        <Panel title="Profile attributes">
          <FieldTree nodes={filterFields(profile, filter)} open={words.length > 0} of="profile" />
        </Panel>
        <Panel title="Event fields" aside="Below xEvent">
          <FieldTree nodes={filterFields(event, filter)} open={words.length > 0} of="event" />
        </Panel>
        <Stack>
          <SchemasPanel />
          <Panel title="Event types" flush>
            <EventTypes types={schema.eventTypes} />
          </Panel>
        </Stack>
      </div>
    </>
  );
}

/** A dotted name that breaks before its dots, not in the middle of a word. */
const breakable = (name: string) =>
  name.split('.').map((part, index) =>
    index === 0 ? (
      part
    ) : (
      <Fragment key={index}>
        <wbr />.{part}
      </Fragment>
    ),
  );

function EventTypes({ types }: { readonly types: SchemaBody['eventTypes'] }) {
  if (types.length === 0) return <p className={table.none}>No events yet.</p>;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col" className={table.number}>
            Events
          </th>
        </tr>
      </thead>
      <tbody>
        {types.map(({ eventType, events }) => (
          <tr key={eventType}>
            <th scope="row">
              <code>{eventType === '' ? '(none)' : breakable(eventType)}</code>
            </th>
            <td className={table.number}>{formatCount(events)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
