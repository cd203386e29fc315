/** Calls of tracking libraries as XDM records: events, profile records, and links between identities. */
import { createHash } from 'node:crypto';
import { instantText } from '../../schema/index.ts';
import type { StreamRecord } from '../stream/record.ts';
import { commerceFields } from './commerce.ts';
import { contextFields } from './context.ts';
import { traitFields } from './traits.ts';
import type { Json } from './values.ts';
import { freeFields, object, text, without } from './values.ts';

export interface TrackingContext {
  readonly tenant: string;
  readonly dataset: string;
  readonly source: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

export const CALLS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type Call = (typeof CALLS)[number];

/** Of Date, epoch milliseconds. */
const LAST_INSTANT = 8.64e15;

/** The record of a call. Whatever is wrong with it is found when the record is checked. */
export function trackingRecord(call: Call, message: Json, context: TrackingContext): StreamRecord {
  const { dataset, source, receivedAt } = context;
  const time = instantText(timeOf(message, receivedAt));
  const event = call === 'track' || call === 'page' || call === 'screen';
  const document = event
    ? { _id: idOf(message), timestamp: time, identityMap: identities(message), ...eventFields(call, message, context) }
    : { identityMap: call === 'alias' ? aliases(message) : identities(message), ...profileFields(call, message, { ...context, time }) };
  return { kind: event ? 'event' : 'profile', dataset, source, receivedAt, unknownFields: 'reject', document };
}

/** When it happened by our clock: the clocks of senders are off, but the time between happening and sending is right. */
function timeOf(message: Json, receivedAt: number): number {
  const happened = instant(message['originalTimestamp'] ?? message['timestamp']);
  if (happened === undefined) return receivedAt;
  const sent = instant(message['sentAt']);
  const corrected = sent === undefined ? happened : receivedAt - (sent - happened);
  return Math.abs(corrected) <= LAST_INSTANT ? corrected : happened;
}

function instant(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Without an id of its own a message is known by its content, so that sending it again is no second event. */
function idOf(message: Json): string {
  return text(message['messageId']) ?? createHash('sha256').update(JSON.stringify(message)).digest('base64url');
}

function identities(message: Json): Json {
  const [userId, anonymousId] = [text(message['userId']), text(message['anonymousId'])];
  return without({
    CRMID: userId === undefined ? undefined : [{ id: userId, authenticatedState: 'authenticated', primary: true }],
    AnonymousID:
      anonymousId === undefined ? undefined : [{ id: anonymousId, authenticatedState: 'ambiguous', primary: userId === undefined }],
  });
}

/** The id used until now, and the one used from now on. */
function aliases(message: Json): Json {
  return identities({ userId: message['userId'], anonymousId: message['previousId'] });
}

function eventFields(call: 'track' | 'page' | 'screen', message: Json, { tenant }: TrackingContext): Json {
  const properties = object(message['properties']) ?? {};
  const context = object(message['context']) ?? {};
  const name = text(call === 'track' ? message['event'] : message['name']);
  const { values, numbers } = freeFields(properties);
  const tracking = without({ event: call === 'track' ? name : undefined, properties: values, numbers });
  const shown =
    call === 'track' ? (commerceFields(name ?? '', properties) ?? { eventType: 'track' }) : viewFields(call, message, properties);
  return without({
    ...contextFields(context),
    ...shown,
    web: web({ shown: object(shown['web']) ?? {}, page: object(context['page']) ?? {}, properties }),
    [`_${tenant}`]: without({ tracking }),
  });
}

function viewFields(call: 'page' | 'screen', message: Json, properties: Json): Json {
  const name = text(message['name'] ?? properties['name']);
  if (call === 'screen') return { eventType: 'application.screenViews', web: { webPageDetails: without({ viewName: name }) } };
  const section = text(message['category'] ?? properties['category']);
  const webPageDetails = without({ name, siteSection: section, URL: text(properties['url']), pageViews: { value: 1 } });
  return { eventType: 'web.webpagedetails.pageViews', web: { webPageDetails } };
}

interface Parts {
  readonly shown: Json;
  readonly page: Json;
  readonly properties: Json;
}

/** What a page call says comes before what every call says of the page it was made on. */
function web({ shown, page, properties }: Parts): Json {
  const details = { ...without({ URL: text(page['url']), name: text(page['title']) }), ...object(shown['webPageDetails']) };
  const referrer = text(properties['referrer'] ?? page['referrer']);
  return without({ webPageDetails: details, webReferrer: without({ URL: referrer }) });
}

interface ProfileContext extends TrackingContext {
  readonly time: string;
}

function profileFields(call: 'identify' | 'group' | 'alias', message: Json, { tenant, time }: ProfileContext): Json {
  const audit = { extSourceSystemAudit: { lastUpdatedDate: time } };
  const traits = object(message['traits']) ?? object(object(message['context'])?.['traits']) ?? {};
  if (call === 'alias') return audit;
  if (call === 'identify') return { ...audit, ...traitFields(traits, tenant) };
  const group = text(message['groupId']);
  if (group === undefined) return audit;
  const { values, numbers } = freeFields(traits);
  const groups = { [group]: without({ name: text(traits['name']), traits: values, traitNumbers: numbers, joined: time }) };
  return { ...audit, [`_${tenant}`]: { tracking: { groups } } };
}
