import { routes } from '@kindred/contract';
import type { Evidence, Identity } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { asSentence } from '../ui/format.ts';
import { FailsIcon, HoldsIcon } from '../ui/icons.ts';
import { Instant } from '../ui/instant.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { eventTitle, identityText } from './describe.ts';
import styles from './why-panel.module.css';

export type ShowEvent = (event: Evidence['events'][number]) => void;

export interface WhyPanelProps {
  readonly identity: Identity;
  readonly audienceId: string;
  /** Leads to an event in the timeline. */
  readonly onShow: ShowEvent;
}

/** Why a person is in an audience, or not: the rule part by part with the events that decide. */
export function WhyPanel({ identity, audienceId, onShow }: WhyPanelProps) {
  const why = useResource(`why/${identityText(identity)}/${audienceId}`, (signal) =>
    call(routes.explainMembership, { params: { ...identity, audienceId }, signal }),
  );
  if (why.error) return <Failure error={why.error} retry={why.reload} title="The reasons could not be found" />;
  if (!why.data)
    return (
      <div className={styles.why}>
        <Skeleton lines={3} height={18} label="Looking for the reasons" />
      </div>
    );
  const { member, evaluatedAt, evidence, audience, missing } = why.data;
  return (
    <section className={styles.why} aria-label={`Why ${member ? '' : 'not '}in ${audience.name}`}>
      <p className={styles.verdict}>
        {member ? 'In the audience' : 'Not in the audience'} at <Instant at={evaluatedAt} />, because:
      </p>
      <EvidenceTree evidence={evidence} onShow={onShow} />
      <p className={styles.lasting}>{member ? <Lasting {...why.data} turns="Leaves" /> : <Lasting {...why.data} turns="Enters" />}</p>
      <Missing ways={missing} />
    </section>
  );
}

type Span = Pick<Evidence, 'until' | 'exact'>;

/** What time alone will do. */
function Lasting({ until, exact, turns }: Span & { readonly turns: string }) {
  if (until === null) return <>Time alone changes nothing.</>;
  return exact ? (
    <>
      {turns} by time alone at <Instant at={until} />, if nothing happens.
    </>
  ) : (
    <>
      The same until <Instant at={until} /> at least, if nothing happens.
    </>
  );
}

/** What would bring somebody in. */
export function Missing({ ways }: { readonly ways: readonly (readonly string[])[] }) {
  if (ways.length === 0) return null;
  return (
    <div className={styles.missing}>
      <p>What is missing{ways.length > 1 ? ', one of:' : ':'}</p>
      <ul aria-label="What is missing">
        {ways.map((changes, index) => (
          <li key={index}>{changes.map(asSentence).join('; and ')}</li>
        ))}
      </ul>
    </div>
  );
}

/** A rule part by part, with what decides. @param onShow leads to an event, where there is a timeline */
export function EvidenceTree({ evidence, onShow }: { readonly evidence: Evidence; readonly onShow?: ShowEvent }) {
  return (
    <ul className={styles.tree}>
      <Node evidence={evidence} {...(onShow && { onShow })} />
    </ul>
  );
}

function Node({ evidence, onShow }: { readonly evidence: Evidence; readonly onShow?: ShowEvent }) {
  return (
    <li>
      <div className={styles.node}>
        <span className={evidence.holds ? styles.holds : styles.fails}>
          {evidence.holds ? <HoldsIcon aria-label="Holds" /> : <FailsIcon aria-label="Does not hold" />}
        </span>
        <div className={styles.text}>
          <p className={styles.sentence}>{asSentence(evidence.sentence)}</p>
          {evidence.found !== null && <p className={styles.found}>{evidence.found}</p>}
          {evidence.until !== null && evidence.parts.length === 0 && (
            <p className={styles.found}>
              <Lasting {...evidence} turns="Turns" />
            </p>
          )}
          {evidence.events.length > 0 && <Proof events={evidence.events} {...(onShow && { onShow })} />}
        </div>
      </div>
      {evidence.parts.length > 0 && (
        <ul className={styles.tree}>
          {evidence.parts.map((part, index) => (
            <Node key={index} evidence={part} {...(onShow && { onShow })} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Proof({ events, onShow }: { readonly events: Evidence['events']; readonly onShow?: ShowEvent }) {
  return (
    <ul className={styles.events} aria-label="Events that count">
      {events.map(({ id, eventType, timestamp }) => (
        <li key={id}>
          {onShow ? (
            <button type="button" title="Show in the timeline" onClick={() => onShow({ id, eventType, timestamp })}>
              {eventTitle(eventType)}, <Instant at={timestamp} />
            </button>
          ) : (
            <span className={styles.found}>
              {eventTitle(eventType)}, <Instant at={timestamp} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
