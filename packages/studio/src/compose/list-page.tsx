import { routes } from '@kindred/contract';
import type { Composition } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { formatCount, formatCountOf } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { STATES } from './states.ts';
import { useCompose } from './use-compose.ts';

/** All compositions: drafts, and those that became audiences. */
export function CompositionListPage() {
  const list = useResource('compositions', (signal) => call(routes.listCompositions, { signal }));
  const compose = useCompose();
  const all = list.data?.compositions;
  const create = (
    <Button variant="accent" isDisabled={compose.running} onPress={() => void compose.run()}>
      Compose audiences
    </Button>
  );
  return (
    <Page
      wide
      title="Compositions"
      parent={{ title: 'Audiences', href: '/audiences' }}
      subtitle={
        all && all.length > 0 ? formatCountOf(all.length, 'composition') : 'Audiences made of audiences: joined, excluded, ranked, split.'
      }
      actions={create}
    >
      {list.error && <Failure error={list.error} retry={list.reload} title="The compositions could not be loaded" />}
      {all === undefined && list.loading && <Skeleton lines={4} height={32} label="Loading compositions" />}
      {all?.length === 0 && (
        <Empty title="Compose your first audience" action={create}>
          Put several audiences together, take people out, keep the best by a number or split them into paths. Every block shows how many
          people it has, and each path becomes an audience that rules, exports and schedules use like any other.
        </Empty>
      )}
      {all !== undefined && all.length > 0 && (
        <Panel title="All compositions" flush>
          <List all={all} />
        </Panel>
      )}
    </Page>
  );
}

function List({ all }: { readonly all: readonly Composition[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Audiences</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ id, name, state, outputs, updatedAt, updatedBy }) => (
            <tr key={id}>
              <th scope="row">
                <Link to={`/audiences/compositions/${id}`}>{name}</Link>
              </th>
              <td>{STATES[state]}</td>
              <td>{outputs.map((each) => `${each.name} (${each.size === null ? '–' : formatCount(each.size)})`).join(', ') || '–'}</td>
              <td>
                <Ago at={updatedAt} /> by {updatedBy}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
