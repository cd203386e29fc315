import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { Link } from 'react-router';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Ago } from '../ui/ago.tsx';
import { Columns } from '../ui/columns.tsx';
import { formatCountOf } from '../ui/format.ts';
import { FailsIcon, HoldsIcon } from '../ui/icons.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './home-page.module.css';
import { Moving } from './moving.tsx';
import { nextSteps } from './steps.ts';
import type { NextStep } from './steps.ts';
import { troublesAt } from './troubles.ts';
import type { Trouble } from './troubles.ts';

const POLL_MS = 30_000;

/** What is wrong, for whoever runs the server; what to do next, for whoever is new; what moves, for everybody. */
export function HomePage() {
  const { data } = useStatus();
  const counts = data && `${formatCountOf(data.profiles, 'profile')}, ${formatCountOf(data.events, 'event')}`;
  return (
    <Page wide title="Home" subtitle={counts}>
      <Columns rail={<NextSteps />}>
        <Troubles />
        <Moving />
      </Columns>
    </Page>
  );
}

function Troubles() {
  const found = useResource('troubles', (signal) => troublesAt(Date.now(), signal), { everyMs: POLL_MS });
  return (
    <Panel title="What needs you" flush>
      {found.error && (
        <div className={styles.inset}>
          <Failure error={found.error} retry={found.reload} title="The server could not be asked how it is" />
        </div>
      )}
      {!found.data && found.loading && (
        <div className={styles.inset}>
          <Skeleton lines={3} height={24} label="Looking for what is wrong" />
        </div>
      )}
      {found.data?.length === 0 && (
        <p className={styles.well}>
          <HoldsIcon aria-label="All is well" /> Nothing: every store answers, sources fetch, jobs succeed and no record waits for you.
        </p>
      )}
      {found.data !== undefined && found.data.length > 0 && (
        <ul>
          {found.data.map((trouble) => (
            <TroubleLine key={`${trouble.title} ${trouble.at}`} trouble={trouble} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function TroubleLine({ trouble: { title, reason, href, to, at } }: { readonly trouble: Trouble }) {
  return (
    <li className={styles.trouble}>
      <span className={styles.bad}>
        <FailsIcon aria-label="Trouble" />
      </span>
      <div className={styles.text}>
        <p className={styles.title}>{title}</p>
        <p className={styles.reason}>
          {reason} {at !== null && <Ago at={at} />}
        </p>
      </div>
      {/* The health of the server is an answer of the server, not a page of the studio. */}
      {href === '/health' ? <a href={href}>{to}</a> : <Link to={href}>{to}</Link>}
    </li>
  );
}

function NextSteps() {
  const { data } = useStatus();
  const profiles = data?.profiles;
  const steps = useResource(`steps/${profiles}`, async (signal) => (profiles === undefined ? [] : await nextSteps({ profiles }, signal)));
  const list = steps.data ?? [];
  const next = list.find(({ done }) => !done);
  return (
    <Panel title="First steps" aside={list.length > 0 && `${list.filter(({ done }) => done).length} of ${list.length} done`}>
      {steps.error && <Failure error={steps.error} retry={steps.reload} />}
      {list.length === 0 && steps.loading && <Skeleton lines={6} height={40} label="Loading first steps" />}
      <ol className={styles.steps}>
        {list.map((step) => (
          <Step key={step.title} step={step} next={step === next} />
        ))}
      </ol>
    </Panel>
  );
}

function Step({ step: { title, text, href, to, done }, next }: { readonly step: NextStep; readonly next: boolean }) {
  return (
    <li className={styles.step}>
      <span className={done ? styles.good : styles.open}>{done && <HoldsIcon aria-label="Done" />}</span>
      <div className={styles.text}>
        <p className={styles.title}>{title}</p>
        {!done && <p className={styles.reason}>{text}</p>}
        {next ? (
          <LinkButton size="S" variant="accent" href={href}>
            {to}
          </LinkButton>
        ) : (
          !done && <Link to={href}>{to}</Link>
        )}
      </div>
    </li>
  );
}
