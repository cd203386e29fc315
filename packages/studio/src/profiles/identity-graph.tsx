/** Why somebody is one person: the identities and what links them, as a picture and as a table; a wrong link is removed here. */
import { routes } from '@kindred/contract';
import type { Identity, IdentityGraphViewBody } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { formatCountOf, formatDate } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { identityText } from './describe.ts';
import { HEIGHT, onEllipse, WIDTH } from './graph-layout.ts';
import styles from './identity-graph.module.css';

type Graph = IdentityGraphViewBody;
type GraphLink = Graph['links'][number];

export function IdentityGraph({ identity }: { readonly identity: Identity }) {
  const graph = useResource(`graph/${identityText(identity)}`, (signal) => call(routes.getIdentityGraph, { query: identity, signal }), {
    refreshOn: useStatus().data?.revision,
  });
  return (
    <Panel title="Identity graph" aside={graph.data && formatCountOf(graph.data.links.length, 'link')}>
      {graph.error && <Failure error={graph.error} retry={graph.reload} />}
      {!graph.data && graph.loading && <Skeleton lines={1} height={HEIGHT} label="Loading the identity graph" />}
      {graph.data && (
        <>
          <Picture graph={graph.data} />
          <Links graph={graph.data} onChanged={graph.reload} />
          <Outside outside={graph.data.outside} />
        </>
      )}
    </Panel>
  );
}

/** More than these have no room for their names; the table has them. */
const MOST_NAMED = 16;

function Picture({ graph: { identities, links } }: { readonly graph: Graph }) {
  const ordered = identities.toSorted(
    (one, other) => Number(other.primary) - Number(one.primary) || (kindOf(one) < kindOf(other) ? -1 : 1),
  );
  const placed = onEllipse(ordered);
  const spots = new Map(placed.map((each) => [identityText(each.node), each]));
  const label = `${formatCountOf(identities.length, 'identity', 'identities')} with ${formatCountOf(links.length, 'link')} among them`;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} className={styles.picture}>
      {links.map(({ one, other }) => {
        const [from, to] = [spots.get(identityText(one)), spots.get(identityText(other))];
        return from && to && <line key={`${identityText(one)} ${identityText(other)}`} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />;
      })}
      {placed.map(({ node, x, y }) => (
        <g key={identityText(node)} className={styles[classOf(node)]}>
          <circle cx={x} cy={y} r={placed.length > MOST_NAMED ? 5 : 9} />
          {placed.length <= MOST_NAMED && (
            <text x={x} y={y + 22} textAnchor="middle">
              {node.namespace} <tspan className={styles.id}>{shortened(node.id)}</tspan>
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

const kindOf = ({ idType, namespace, id }: Graph['identities'][number]): string => `${idType ?? ''} ${namespace} ${id}`;
const shortened = (id: string): string => (id.length > 14 ? `${id.slice(0, 6)}…${id.slice(-5)}` : id);

function classOf({ idType }: Graph['identities'][number]): 'person' | 'thing' {
  return idType === 'Cookie' || idType === 'Device' || idType === 'Mobile' ? 'thing' : 'person';
}

function Links({ graph: { links }, onChanged }: { readonly graph: Graph; readonly onChanged: () => void }) {
  if (links.length === 0) return <p>One identity: nothing had to be linked.</p>;
  return (
    <details className={styles.details}>
      <summary>How they came together</summary>
      <ul className={styles.links}>
        {links.map((link) => (
          <li key={`${identityText(link.one)} ${identityText(link.other)}`}>
            <Pair link={link} more={`in ${link.datasets.join(', ')}`} />
            <Unlink link={link} onChanged={onChanged} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Pair({ link, more }: { readonly link: GraphLink; readonly more: string }) {
  return (
    <div>
      <p className={styles.pair}>
        {identityText(link.one)} <span aria-label="with">↔</span> {identityText(link.other)}
      </p>
      <p className={styles.when}>
        {seenText(link)} {more}
      </p>
    </div>
  );
}

function seenText({ first, last }: GraphLink): string {
  const [from, to] = [first, last].map((time) => formatDate(new Date(time).toISOString()));
  return from === to ? `On ${from}` : `From ${from} to ${to}`;
}

function Unlink({ link: { one, other }, onChanged }: { readonly link: GraphLink; readonly onChanged: () => void }) {
  const [asked, setAsked] = useState(false);
  const unlink = useAction(async () => {
    await call(routes.unlinkIdentities, { body: { identity: one, from: other } });
    onChanged();
  });
  return (
    <>
      <ActionButton
        size="S"
        isDisabled={unlink.running}
        aria-label={`Remove the link of ${identityText(one)} with ${identityText(other)}`}
        onPress={() => setAsked(true)}
      >
        Remove
      </ActionButton>
      <DialogContainer onDismiss={() => setAsked(false)}>
        {asked && (
          <AlertDialog
            title="Remove this link?"
            variant="destructive"
            primaryActionLabel="Remove"
            cancelLabel="Keep"
            onPrimaryAction={() => void unlink.run()}
          >
            It stays removed, whatever records come. If nothing else links them, they become two people, each with their own events and
            attributes, and audiences are evaluated again.
          </AlertDialog>
        )}
      </DialogContainer>
      {unlink.error && <Failure error={unlink.error} title="The link was not removed" />}
    </>
  );
}

const REASONS = {
  'unique-namespace': 'it would give a person two identities of a unique namespace',
  'too-many-identities': 'the person has too many identities',
  'removed-by-hand': 'it was removed by hand',
} as const;

function Outside({ outside: { total, links } }: { readonly outside: Graph['outside'] }) {
  if (total === 0) return null;
  return (
    <details className={styles.details}>
      <summary>
        {formatCountOf(total, 'link')} with other people {total === 1 ? 'does' : 'do'} not count
      </summary>
      <ul className={styles.links}>
        {links.map((link) => (
          <li key={`${identityText(link.one)} ${identityText(link.other)}`}>
            <Pair link={link} more={`in ${link.datasets.join(', ')}; ${REASONS[link.reason]}`} />
          </li>
        ))}
      </ul>
    </details>
  );
}
