import { Link } from 'react-router';
import { Lifecycle } from '../audiences/lifecycle.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useAudience } from './audience-page.tsx';
import styles from './connections-tab.module.css';
import { useConnections } from './connections.ts';
import type { Connected } from './connections.ts';

const BOX = { width: 220, height: 64, across: 300, down: 80 };

/** Which fields and audiences the rule refers to, and which audiences refer to it, also through others. */
export function ConnectionsTab() {
  const { audience } = useAudience();
  const found = useConnections(audience);
  if (found.error) return <Failure error={found.error} retry={found.reload} title="The connections could not be loaded" />;
  if (!found.data) return <Skeleton lines={4} height={48} label="Loading connections" />;
  const { nodes, edges, whole } = found.data;
  const alone = nodes.filter(({ kind }) => kind === 'audience').length === 1;
  const places = placesOf(nodes);
  const size = {
    width: Math.max(...[...places.values()].map(({ x }) => x)) + BOX.width,
    height: Math.max(...[...places.values()].map(({ y }) => y)) + BOX.height,
  };
  return (
    <Panel title="Connections" aside="Used ones on the left, users on the right">
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Graph of fields and audiences">
        <div className={styles.graph} style={size}>
          <svg aria-hidden="true" width={size.width} height={size.height}>
            {edges.map(({ from, to }) => {
              const [a, b] = [places.get(from), places.get(to)];
              return a && b && <path key={`${from} ${to}`} className={styles.edge} d={curve(a, b)} />;
            })}
          </svg>
          <ul>
            {nodes.map((node) => (
              <li
                key={node.id}
                className={node.id === audience.id ? styles.self : styles.node}
                style={{ left: places.get(node.id)?.x, top: places.get(node.id)?.y, width: BOX.width, height: BOX.height }}
              >
                <Node node={node} self={node.id === audience.id} />
              </li>
            ))}
          </ul>
        </div>
      </div>
      {alone && (
        <p className={styles.none}>
          This audience uses no other one, and none uses it. Drag an audience onto the canvas of the builder, or write{' '}
          <code>inSegment("{audience.id}")</code> in another rule, to connect them.
        </p>
      )}
      {!whole && <p className={styles.none}>There are more connections than are drawn here.</p>}
    </Panel>
  );
}

function Node({ node, self }: { readonly node: Connected; readonly self: boolean }) {
  if (node.kind === 'field') {
    return (
      <>
        <code className={styles.name} title={node.name}>
          {node.name}
        </code>
        <span className={styles.role}>{node.ofEvents ? 'field of events' : 'field of people'}</span>
      </>
    );
  }
  const { id, name, lifecycleState, depth } = node;
  const role = self ? 'this audience' : depth < 0 ? 'is used' : 'uses it';
  return (
    <>
      {self ? (
        <strong className={styles.name}>{name}</strong>
      ) : (
        <Link to={`/audiences/${id}`} className={styles.name}>
          {name}
        </Link>
      )}
      <span className={styles.role}>
        <Lifecycle state={lifecycleState} /> {role}
        {Math.abs(depth) > 1 && ' through others'}
      </span>
    </>
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** One column for each distance. */
function placesOf(nodes: readonly Connected[]): ReadonlyMap<string, Place> {
  const first = Math.min(...nodes.map(({ depth }) => depth));
  const filled = new Map<number, number>();
  const most = Math.max(...[...Map.groupBy(nodes, ({ depth }) => depth).values()].map((column) => column.length));
  return new Map(
    nodes.map(({ id, depth }) => {
      const row = filled.get(depth) ?? 0;
      filled.set(depth, row + 1);
      const count = nodes.filter((each) => each.depth === depth).length;
      return [id, { x: (depth - first) * BOX.across, y: (row + (most - count) / 2) * BOX.down }];
    }),
  );
}

function curve(a: Place, b: Place): string {
  const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`;
}
