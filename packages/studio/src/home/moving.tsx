import { routes } from '@kindred/contract';
import type { Audience, AudienceMovement } from '@kindred/contract';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Breakdown } from '../audiences/breakdown.tsx';
import { useStatus } from '../shell/status-context.tsx';
import { formatCount } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';

const SHOWN = 8;

interface MovedAudience {
  readonly audience: Audience;
  readonly movement: AudienceMovement;
}

/** The audiences in which most people came or left within a day. */
export function Moving() {
  const found = useResource('moving', moved, { refreshOn: useStatus().data?.revision });
  return (
    <Panel title="Most movement" aside="Within 24 hours" flush>
      {found.error && <Failure error={found.error} retry={found.reload} title="The movements could not be loaded" />}
      {!found.data && found.loading && <Skeleton lines={4} height={28} label="Loading movements" />}
      {found.data?.length === 0 && <p className={table.none}>Nobody came into an audience or left one.</p>}
      {found.data !== undefined && found.data.length > 0 && <Rows rows={found.data} />}
    </Panel>
  );
}

async function moved(signal: AbortSignal): Promise<readonly MovedAudience[]> {
  const [{ movements }, { audiences }] = await Promise.all([
    call(routes.listMovements, { signal }),
    call(routes.listAudiences, { signal }),
  ]);
  const byId = new Map(audiences.map((audience) => [audience.id, audience]));
  return movements
    .flatMap((movement) => {
      const audience = byId.get(movement.id);
      return audience === undefined || movement.realized + movement.exited === 0 ? [] : [{ audience, movement }];
    })
    .toSorted((a, b) => b.movement.realized + b.movement.exited - (a.movement.realized + a.movement.exited))
    .slice(0, SHOWN);
}

function Rows({ rows }: { readonly rows: readonly MovedAudience[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Audience</th>
            <th scope="col" className={table.number}>
              Members
            </th>
            <th scope="col" className={table.number}>
              Came
            </th>
            <th scope="col" className={table.number}>
              Left
            </th>
            <th scope="col">Breakdown</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ audience: { id, name, size }, movement }) => (
            <tr key={id}>
              <th scope="row">
                <Link to={`/audiences/${id}`}>{name}</Link>
              </th>
              <td className={table.number}>{size === null ? '–' : formatCount(size)}</td>
              <td className={table.number}>{formatCount(movement.realized)}</td>
              <td className={table.number}>{formatCount(movement.exited)}</td>
              <td>
                <Breakdown {...movement} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
