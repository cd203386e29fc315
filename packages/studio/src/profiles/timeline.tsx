import { routes } from '@kindred/contract';
import type { Evidence, Identity, TimelineEvent } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { useEffect, useRef, useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { formatDate, formatDateTime, formatTime, formatUtc } from '../ui/format.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { eventTitle, factsOf, identityText } from './describe.ts';
import styles from './timeline.module.css';

const PAGE_SIZE = 25;

/** An event to lead the eye to. Every request is a new object, so that asking twice leads there twice. */
export interface Spot {
  readonly event: Evidence['events'][number];
}

export interface TimelineProps {
  readonly identity: Identity;
  readonly spot: Spot | null;
}

/** What a person did, newest first, more on demand; or from an event that was asked for. */
export function Timeline({ identity, spot }: TimelineProps) {
  const [from, setFrom] = useState<string | null>(null);
  const pages = usePages(identity, from);
  const loaded = pages.events;
  useEffect(() => {
    if (spot !== null && !loaded.some(({ id }) => id === spot.event.id)) setFrom(justAfter(spot.event.timestamp));
    // Only a new request moves the timeline; what is loaded meanwhile does not.
  }, [spot]);
  return (
    <div className={styles.timeline}>
      {from !== null && (
        <p className={styles.from}>
          Up to {formatDateTime(from)}.{' '}
          <button type="button" onClick={() => setFrom(null)}>
            Show the newest
          </button>
        </p>
      )}
      {pages.error && <Failure error={pages.error} retry={pages.retry} title="The events could not be loaded" />}
      {pages.loading && <Skeleton lines={8} height={40} label="Loading events" />}
      {pages.none && <p className={styles.none}>No events yet.</p>}
      <Days events={loaded} spot={spot} />
      {pages.more && (
        <Button variant="secondary" isPending={pages.loadingMore} onPress={pages.loadMore}>
          Load earlier events
        </Button>
      )}
    </div>
  );
}

/** Where a page begins: after all events of later instants and, with an id, after that event of the same instant. */
interface Edge {
  readonly before: string;
  readonly beforeId?: string;
}

/** The API gives events before an instant, so the one asked for needs a limit one millisecond later. */
const justAfter = (timestamp: string): string => new Date(Date.parse(timestamp) + 1).toISOString();

function usePages(identity: Identity, from: string | null) {
  const key = `events/${identityText(identity)}/${from ?? 'newest'}`;
  const list = (edge: Edge | null, signal?: AbortSignal) =>
    call(routes.listEvents, {
      params: identity,
      query: { limit: PAGE_SIZE, ...edge },
      ...(signal ? { signal } : {}),
    });
  const newest = from === null ? null : { before: from };
  const first = useResource(key, (signal) => list(newest, signal));
  const [older, setOlder] = useState<{ readonly key: string; readonly events: readonly TimelineEvent[]; readonly more: boolean } | null>(
    null,
  );
  const earlier = older?.key === key ? older : null;
  const events = [...(first.data?.events ?? []), ...(earlier?.events ?? [])];
  const loadMore = useAction(async () => {
    const last = events.at(-1);
    const page = await list(last === undefined ? newest : { before: last.timestamp, beforeId: last.id });
    setOlder({ key, events: [...(earlier?.events ?? []), ...page.events], more: page.more });
  });
  return {
    events,
    more: earlier?.more ?? first.data?.more ?? false,
    none: first.data?.events.length === 0,
    loading: first.data === undefined && first.loading,
    loadingMore: loadMore.running,
    loadMore: () => void loadMore.run(),
    error: first.error ?? loadMore.error,
    retry: first.error ? first.reload : () => void loadMore.run(),
  };
}

function Days({ events, spot }: { readonly events: readonly TimelineEvent[]; readonly spot: Spot | null }) {
  const days = [...Map.groupBy(events, ({ timestamp }) => formatDate(timestamp))];
  return (
    <ol className={styles.list}>
      {days.map(([day, ofDay]) => (
        <li key={day}>
          <h3 className={styles.day}>{day}</h3>
          <ol>
            {ofDay.map((event) => (
              <Event key={event.id} event={event} spot={spot?.event.id === event.id ? spot : null} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

function Event({ event, spot }: { readonly event: TimelineEvent; readonly spot: Spot | null }) {
  const facts = factsOf(event);
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (spot === null || details.current === null) return;
    details.current.open = true;
    details.current.scrollIntoView({ block: 'center' });
    details.current.querySelector('summary')?.focus({ preventScroll: true });
  }, [spot]);
  return (
    <li>
      <details ref={details} className={styles.event}>
        <summary>
          <time dateTime={event.timestamp} title={formatUtc(event.timestamp)}>
            {formatTime(event.timestamp)}
          </time>
          <span className={styles.what}>
            <span className={styles.title}>{eventTitle(event.eventType)}</span>
            {facts.length > 0 && <span className={styles.facts}>{facts.join(' · ')}</span>}
          </span>
          <span className={styles.type}>{event.eventType}</span>
        </summary>
        <pre className={styles.json} tabIndex={0} role="region" aria-label={`The event ${event.id} as JSON`}>
          {JSON.stringify({ _id: event.id, eventType: event.eventType, timestamp: event.timestamp, ...event.fields }, null, 2)}
        </pre>
        <p className={styles.dataset}>From dataset {event.dataset}</p>
      </details>
    </li>
  );
}
