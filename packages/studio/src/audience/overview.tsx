import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { ChangesPanel } from '../audiences/changes-panel.tsx';
import { Lifecycle } from '../audiences/lifecycle.tsx';
import { methodOf } from '../audiences/method.ts';
import { originOf } from '../audiences/portal-filter.ts';
import { PqlText } from '../editor/pql-text.tsx';
import { useStatus } from '../shell/status-context.tsx';
import { Ago } from '../ui/ago.tsx';
import { Columns } from '../ui/columns.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { formatCount, formatCountOf, formatDuration } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { POINTS_SHOWN, SizeChart } from '../ui/size-chart.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useAudience } from './audience-page.tsx';
import { DailyChanges } from './daily-changes.tsx';
import { MembersPanel } from './members-panel.tsx';
import { NamespacesPanel } from './namespaces-panel.tsx';
import styles from './overview.module.css';

/** What an audience is and whom it has, now and over time. */
export function Overview() {
  const { audience } = useAudience();
  const { id, lastEvaluated } = audience;
  const choice = audience.composition?.choice ?? null;
  return (
    <Columns
      rail={
        <>
          <MembersPanel id={id} evaluated={lastEvaluated} />
          {lastEvaluated !== null && <ChangesPanel id={id} evaluated={lastEvaluated} />}
        </>
      }
    >
      <Panel title="Members now">
        <Total audience={audience} />
      </Panel>
      {audience.external === null ? (
        <Panel title={audience.composition === null ? 'Rule' : 'What its composition says'}>
          <PqlText pql={audience.pql} />
          {choice !== null && <p className={styles.faint}>Of these {choice}.</p>}
        </Panel>
      ) : (
        <Panel title="List from outside">
          <List external={audience.external} />
        </Panel>
      )}
      <History id={id} evaluated={lastEvaluated} />
      {lastEvaluated !== null && <DailyChanges id={id} evaluated={lastEvaluated} />}
      {lastEvaluated !== null && <NamespacesPanel id={id} evaluated={lastEvaluated} />}
      <Panel title="About">
        <About audience={audience} />
      </Panel>
    </Columns>
  );
}

function Total({ audience: { size, lastEvaluated, tookMs } }: { readonly audience: Audience }) {
  const universe = useStatus().data?.profiles;
  if (size === null || lastEvaluated === null) return <p className={styles.faint}>Not evaluated yet. Evaluate it to count its members.</p>;
  return (
    <div className={styles.total}>
      <p className={styles.number}>{formatCount(size)}</p>
      <div className={styles.share}>
        {universe !== undefined && <ShareBar part={size} total={universe} label={`of ${formatCountOf(universe, 'profile')}`} />}
      </div>
      <p className={styles.faint}>
        Evaluated <Ago at={lastEvaluated} />
        {tookMs !== null && ` in ${formatDuration(tookMs)}`}
      </p>
    </div>
  );
}

function History({ id, evaluated }: { readonly id: string; readonly evaluated: string | null }) {
  const read = (signal: AbortSignal) => call(routes.listSizes, { params: { id }, query: { points: POINTS_SHOWN }, signal });
  const sizes = useResource(`sizes/${id}`, read, { refreshOn: evaluated });
  const points = sizes.data?.sizes.map(({ evaluatedAt, size }) => ({ at: evaluatedAt, value: size }));
  return (
    <Panel title="Size over time" aside={sizes.data && formatCountOf(sizes.data.evaluations, 'evaluation')}>
      {sizes.error ? (
        <Failure error={sizes.error} retry={sizes.reload} title="The history could not be loaded" />
      ) : points === undefined ? (
        <Skeleton lines={1} height={180} />
      ) : (
        <SizeChart points={points} />
      )}
    </Panel>
  );
}

function List({
  external: { identity, audienceId, ingestedAt, expiresAt, expired },
}: {
  readonly external: NonNullable<Audience['external']>;
}) {
  return (
    <Facts>
      <Fact title="Identified by">{identity === null ? 'Nothing: it takes no lists' : `${identity.column} (${identity.namespace})`}</Fact>
      <Fact title="ID given from outside">
        <code>{audienceId}</code>
      </Fact>
      <Fact title="Last list">{ingestedAt === null ? 'None yet' : <Ago at={ingestedAt} />}</Fact>
      {expiresAt !== null && (
        <Fact title={expired ? 'Expired' : 'Expires'}>
          <Instant at={expiresAt} />
        </Fact>
      )}
    </Facts>
  );
}

function About({ audience }: { readonly audience: Audience }) {
  const { id, lifecycleState, version, createdAt, createdBy, updatedAt, updatedBy, tags, labels } = audience;
  return (
    <Facts>
      <Fact title="Lifecycle">
        <Lifecycle state={lifecycleState} />
      </Fact>
      <Fact title="Origin">{originOf(audience)}</Fact>
      <Fact title="Evaluation">{methodOf(audience)}</Fact>
      <Fact title="Version">{formatCount(version)}</Fact>
      <Fact title="Created">
        <span>
          <Instant at={createdAt} /> by {createdBy}
        </span>
      </Fact>
      <Fact title="Changed">
        <span>
          <Ago at={updatedAt} /> by {updatedBy}
        </span>
      </Fact>
      {tags.length > 0 && <Fact title="Tags">{tags.join(', ')}</Fact>}
      {labels.length > 0 && <Fact title="Access labels">{labels.join(', ')}</Fact>}
      <Fact title="Audience ID">
        <code>{id}</code>
      </Fact>
    </Facts>
  );
}
