import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import type { Resource } from '../api/use-resource.ts';
import { PqlText } from '../editor/pql-text.tsx';
import { useStatus } from '../shell/status-context.tsx';
import { Ago } from '../ui/ago.tsx';
import { formatCount, formatCountOf, formatDate, formatDuration } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { SizeChart } from '../ui/size-chart.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AudienceActions } from './audience-actions.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import styles from './audience-page.module.css';
import { Lifecycle } from './lifecycle.tsx';
import { methodOf } from './method.ts';
import { MembersPanel } from './members-panel.tsx';

const PARENT = { title: 'Audiences', href: '/audiences' };

export function AudiencePage() {
  const { id = '' } = useParams();
  const audience = useResource(`audience/${id}`, (signal) => call(routes.getAudience, { params: { id }, signal }), {
    refreshOn: useStatus().data?.revision,
  });
  if (audience.data) return <Loaded key={id} audience={audience.data} reload={audience.reload} />;
  return (
    <Page wide title="Audience" parent={PARENT}>
      {audience.error ? (
        <Failure error={audience.error} retry={audience.reload} title="The audience could not be loaded" />
      ) : (
        <Skeleton lines={8} height={32} />
      )}
    </Page>
  );
}

function Loaded({ audience, reload }: { readonly audience: Audience; readonly reload: () => void }) {
  const { id, name, description, lastEvaluated } = audience;
  const sizes = useResource(`sizes/${id}`, (signal) => call(routes.listSizes, { params: { id }, signal }), { refreshOn: lastEvaluated });
  return (
    <Page
      wide
      title={name}
      parent={PARENT}
      subtitle={description === '' ? undefined : description}
      actions={<AudienceActions audience={audience} onEvaluated={reload} />}
    >
      <div className={styles.columns}>
        <div className={styles.stack}>
          <Panel title="Members now">
            <Total audience={audience} />
          </Panel>
          {audience.external === null ? (
            <Panel title="Rule">
              <PqlText pql={audience.pql} />
            </Panel>
          ) : (
            <Panel title="List from outside">
              <List external={audience.external} />
            </Panel>
          )}
          <Panel title="Size over time" aside={sizes.data && formatCountOf(sizes.data.sizes.length, 'evaluation')}>
            <History sizes={sizes} />
          </Panel>
          <Panel title="About">
            <About audience={audience} />
          </Panel>
        </div>
        <div className={styles.stack}>
          <MembersPanel id={id} evaluated={lastEvaluated} />
          {lastEvaluated !== null && <ChangesPanel id={id} evaluated={lastEvaluated} />}
        </div>
      </div>
    </Page>
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

function History({
  sizes,
}: {
  readonly sizes: Resource<{ readonly sizes: readonly { readonly evaluatedAt: string; readonly size: number; readonly tookMs: number }[] }>;
}) {
  if (sizes.error) return <Failure error={sizes.error} retry={sizes.reload} title="The history could not be loaded" />;
  if (!sizes.data) return <Skeleton lines={1} height={180} />;
  return <SizeChart points={sizes.data.sizes.map(({ evaluatedAt, size }) => ({ at: evaluatedAt, value: size }))} />;
}

function List({
  external: { identity, audienceId, ingestedAt, expiresAt, expired },
}: {
  readonly external: NonNullable<Audience['external']>;
}) {
  return (
    <dl className={styles.about}>
      <Fact title="Identified by">{identity === null ? 'Nothing: it takes no lists' : `${identity.column} (${identity.namespace})`}</Fact>
      <Fact title="ID given from outside">
        <code>{audienceId}</code>
      </Fact>
      <Fact title="Last list">{ingestedAt === null ? 'None yet' : <Ago at={ingestedAt} />}</Fact>
      {expiresAt !== null && <Fact title={expired ? 'Expired' : 'Expires'}>{formatDate(expiresAt)}</Fact>}
    </dl>
  );
}

function About({ audience }: { readonly audience: Audience }) {
  return (
    <dl className={styles.about}>
      <Fact title="Lifecycle">
        <Lifecycle state={audience.lifecycleState} />
      </Fact>
      <Fact title="Evaluation">{methodOf(audience)}</Fact>
      <Fact title="Version">{formatCount(audience.version)}</Fact>
      <Fact title="Created">{formatDate(audience.createdAt)}</Fact>
      <Fact title="Changed">
        <Ago at={audience.updatedAt} />
      </Fact>
      <Fact title="Audience ID">
        <code>{audience.id}</code>
      </Fact>
    </dl>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
