/** The events of a person, page by page. */
import type { EventPage } from '@kindred/contract';
import { xidOf } from '../../identity/index.ts';
import type { Identity } from '../../identity/index.ts';
import type { EventPosition, ProfileTables } from '../../profile/index.ts';
import { readEvents } from '../../profile/index.ts';
import type { Document } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';
import type { EventCondition } from './event-conditions.ts';
import { projected } from './projection.ts';

export interface EventQuestion {
  readonly fields: readonly string[] | undefined;
  /** Epoch milliseconds, included. */
  readonly startTime?: number | undefined;
  /** Epoch milliseconds, not included. */
  readonly endTime?: number | undefined;
  readonly limit: number;
  /** From `_page.next` of the page before. */
  readonly start: string | undefined;
  readonly oldestFirst: boolean;
  readonly conditions: readonly EventCondition[];
  /** How to ask for the page that starts there. */
  readonly linkTo: (start: string) => EventPage['_links']['next'];
}

export interface Person {
  /** As it was asked for. */
  readonly who: Identity;
  readonly profile: number;
  /** Number of the identity whose events alone count; all when left out. */
  readonly identity: number | undefined;
}

export const NO_EVENTS: EventPage = {
  _page: { orderby: 'timestamp', start: '', count: 0, next: '' },
  children: [],
  _links: { next: { href: '' } },
};

/** Events read at a time when many of them do not fulfil the conditions. */
const BATCH = 1000;

/** Throws RequestError for a start that is none. */
export async function eventPageOf(tables: ProfileTables, person: Person, question: EventQuestion): Promise<EventPage> {
  const { who } = person;
  const { fields, limit, start, linkTo } = question;
  const found = await find(tables, person, question);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const next = found.length > limit && last !== undefined ? tokenOf(positionOf(last)) : '';
  const relatedEntityId = xidOf(who);
  const children = page.map((event) => {
    const { id, timestamp } = positionOf(event);
    return {
      relatedEntityId,
      entityId: id,
      timestamp,
      entity: projected(event, fields),
      lastModifiedAt: new Date(timestamp).toISOString(),
    };
  });
  const first = children[0];
  return {
    _page: { orderby: 'timestamp', start: start ?? first?.entityId ?? '', count: children.length, next },
    children,
    _links: { next: next === '' ? { href: '' } : linkTo(next) },
  };
}

/** One more than asked for, when there is one. */
async function find(tables: ProfileTables, { profile, identity }: Person, question: EventQuestion): Promise<readonly Document[]> {
  const { startTime, endTime, limit, start, oldestFirst, conditions } = question;
  const range = {
    ...(identity !== undefined && { identity }),
    ...(startTime !== undefined && { from: startTime }),
    ...(endTime !== undefined && { to: endTime }),
  };
  const order = oldestFirst ? 'oldest' : 'newest';
  const size = conditions.length === 0 ? limit + 1 : BATCH;
  const found: Document[] = [];
  let beyond = start === undefined || start === '' ? undefined : positionOfToken(start);
  for (;;) {
    const events = await readEvents(tables, profile, { ...range, order, limit: size, ...(beyond && { beyond }) });
    found.push(...events.filter((event) => conditions.every((holds) => holds(event))));
    const last = events.at(-1);
    if (found.length > limit || events.length < size || last === undefined) return found;
    beyond = positionOf(last);
  }
}

function positionOf(event: Document): EventPosition {
  return { id: event['_id'] as string, timestamp: Date.parse(event['timestamp'] as string) };
}

function tokenOf({ timestamp, id }: EventPosition): string {
  return Buffer.from(`${timestamp} ${id}`).toString('base64url');
}

function positionOfToken(token: string): EventPosition {
  const [, timestamp, id] = /^(-?\d+) (.+)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (timestamp === undefined || id === undefined) {
    throw new RequestError('request-invalid', `start=${token} is no place in the events.`, {
      hint: 'Take it from _page.next of the page before.',
    });
  }
  return { timestamp: Number(timestamp), id };
}
