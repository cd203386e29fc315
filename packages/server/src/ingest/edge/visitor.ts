/** Who a request of the Web SDK is about. */
import type { Json } from '../tracking/values.ts';
import { list, object, text } from '../tracking/values.ts';
import { ecidOf, ecidOfDevice, isEcid } from './ecid.ts';
import { decodeIdentity, encodeIdentity } from './identity-cookie.ts';

export interface VisitorRequest {
  readonly orgId: string;
  /** The body of the request. */
  readonly body: Json;
  /** The Cookie header. */
  readonly cookies: string | undefined;
  /** 16 bytes, used when somebody new comes. */
  readonly random: () => Uint8Array;
}

export interface Visitor {
  readonly ecid: string;
  /** Whether the ECID was made now. */
  readonly isNew: boolean;
}

export interface Handle {
  readonly type: string;
  readonly payload: readonly Json[];
}

/** Seconds. */
const IDENTITY_AGE = 34_128_000;
const HINT_AGE = 1800;
const CONSENT_AGE = 15_552_000;
const HINT = 'or2';

/** An ECID of the request wins over the cookie, that over the id of the device. */
export function visitorOf({ orgId, body, cookies, random }: VisitorRequest): Visitor {
  const key = cookieName(orgId, 'identity');
  const known = listedId(body, 'ECID') ?? cookieOf(body, cookies, key);
  if (known !== undefined) return { ecid: known, isNew: false };
  const device = listedId(body, 'FPID');
  if (device !== undefined) return { ecid: ecidOfDevice(orgId, device), isNew: false };
  return { ecid: ecidOf(random()), isNew: true };
}

/** What tells the client who it is, so that it says so the next time. */
export function identityHandles({ ecid }: Visitor, request: VisitorRequest, now: number): readonly Handle[] {
  const fetch = list(object(object(request.body['query'])?.['identity'])?.['fetch']);
  const identity: Handle = { type: 'identity:result', payload: [{ id: ecid, namespace: { code: 'ECID' } }] };
  const value = encodeIdentity({ ecid, writtenAt: now });
  return [
    ...(fetch.includes('ECID') ? [identity] : []),
    { type: 'locationHint:result', payload: [{ scope: 'EdgeNetwork', hint: HINT, ttlSeconds: HINT_AGE }] },
    {
      type: 'state:store',
      payload: [
        { key: cookieName(request.orgId, 'identity'), value, maxAge: IDENTITY_AGE, attrs: { SameSite: 'None' } },
        { key: cookieName(request.orgId, 'cluster'), value: HINT, maxAge: HINT_AGE },
      ],
    },
  ];
}

export function consentHandle(orgId: string, general: 'in' | 'out'): Handle {
  const payload = [{ key: cookieName(orgId, 'consent'), value: `general=${general}`, maxAge: CONSENT_AGE }];
  return { type: 'state:store', payload };
}

export function cookieName(orgId: string, name: string): string {
  return `kndctr_${orgId.replace('@', '_')}_${name}`;
}

/** Whether the visitor has refused everything, as the client remembers it. */
export function hasRefused({ orgId, body, cookies }: Pick<VisitorRequest, 'orgId' | 'body' | 'cookies'>): boolean {
  return cookieValue(body, cookies, cookieName(orgId, 'consent')) === 'general=out';
}

function cookieOf(body: Json, cookies: string | undefined, key: string): string | undefined {
  const value = cookieValue(body, cookies, key);
  return value === undefined ? undefined : decodeIdentity(value);
}

function cookieValue(body: Json, cookies: string | undefined, key: string): string | undefined {
  const entries = list(object(object(body['meta'])?.['state'])?.['entries']);
  const entry = entries.map((each) => object(each)).find((each) => each?.['key'] === key);
  const header = cookies?.split(/;\s*/).find((each) => each.startsWith(`${key}=`));
  return text(entry?.['value']) ?? header?.slice(key.length + 1);
}

/** The id of a namespace that the request itself, or the first event that has one, says. */
function listedId(body: Json, namespace: 'ECID' | 'FPID'): string | undefined {
  const events = [object(body['event']), ...list(body['events']).map((each) => object(each))];
  const maps = [object(body['identityMap']), identityMap(body), ...events.map((event) => identityMap(event ?? {}))];
  for (const map of maps) {
    const id = object(list(map?.[namespace])[0])?.['id'];
    if (namespace === 'ECID' ? isEcid(id) : text(id) !== undefined) return String(id);
  }
  return undefined;
}

function identityMap(holder: Json): Json | undefined {
  return object(object(holder['xdm'])?.['identityMap']);
}
