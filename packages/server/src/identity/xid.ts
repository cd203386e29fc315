/** XIDs: one opaque token for an identity, the same every time, that leads back to it. */
import type { Identity } from './identity.ts';

/** Base64url of namespace, NUL, id. Codes of namespaces hold no NUL. */
export function xidOf({ namespace, id }: Identity): string {
  return Buffer.from(`${namespace}\0${id}`).toString('base64url');
}

/** The identity of an XID; null for what is none. */
export function identityOfXid(xid: string): Identity | null {
  const text = Buffer.from(xid, 'base64url').toString();
  const end = text.indexOf('\0');
  const identity = { namespace: text.slice(0, end), id: text.slice(end + 1) };
  return end > 0 && identity.id !== '' && xidOf(identity) === xid ? identity : null;
}
