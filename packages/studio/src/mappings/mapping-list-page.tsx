/** The mapping sets that are kept. */
import { routes } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { formatCount } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import type { MappingSet } from './draft.ts';
import { nameOf } from './draft.ts';

export function MappingListPage() {
  const sets = useResource('mapping sets', (signal) => call(routes.listMappingSets, { query: { limit: 100 }, signal }));
  const all = sets.data?.data;
  return (
    <Page
      title="Mapping sets"
      parent={{ title: 'Sources', href: '/sources' }}
      subtitle="How records of other systems become XDM: by a source and a destination for each field. Imports, sources and raw inlets use them."
      actions={
        <LinkButton variant="accent" href="/sources/mappings/new">
          New mapping set
        </LinkButton>
      }
    >
      <Panel title="Kept" flush>
        {sets.error && <Failure error={sets.error} retry={sets.reload} title="The mapping sets could not be loaded" />}
        {!all && sets.loading && <Skeleton lines={4} height={40} label="Loading mapping sets" />}
        {all?.length === 0 && (
          <Empty title="No mapping set yet">
            Make one from a few records of yours: paste them, map their fields, and see at once what becomes of them.
          </Empty>
        )}
        {all !== undefined && all.length > 0 && <Sets sets={all} />}
      </Panel>
    </Page>
  );
}

function Sets({ sets }: { readonly sets: readonly MappingSet[] }) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className={table.number}>
            Fields
          </th>
          <th scope="col" className={table.number}>
            Version
          </th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {sets.map((set) => (
          <tr key={set.id}>
            <th scope="row">
              <Link to={`/sources/mappings/${set.id}`}>{nameOf(set)}</Link>
            </th>
            <td className={table.number}>{formatCount(set.mappings.length)}</td>
            <td className={table.number}>{formatCount(set.version)}</td>
            <td>
              <Ago at={new Date(set.modifiedDate).toISOString()} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
