/**
 * Who may call.
 * - Bound to loopback: everybody on this machine, with no key or with the local development key. Pages of other
 *   sites are kept out by the Host header (DNS rebinding) and the Origin header (cross-site requests).
 * - Bound beyond loopback: a created key for everything but /health and the studio's own files, which hold no data.
 * A key that is presented must be right in either case.
 */
import type { Access } from '@kindred/contract';
import { LOCAL_DEVELOPMENT_KEY } from '@kindred/contract';
import type { IncomingHttpHeaders } from 'node:http';
import type { Role } from '../governance/index.ts';
import { RequestError } from './errors.ts';
import { hostNameOf, isLoopback } from './loopback.ts';

export interface AuthenticationOptions {
  /** The address the server is bound to. */
  readonly host: string;
  /** The name and role of a created key; undefined when it is unknown or revoked. */
  readonly verifyKey: (secret: string) => Promise<Caller | undefined>;
}

/** Who asks. */
export interface Caller {
  /** That of the key. */
  readonly name: string;
  readonly role: Role;
}

/** Whoever needs no key. */
export const LOCAL: Caller = { name: 'local', role: 'admin' };

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Caller>;

/** Answers with who asks; throws RequestError for a request that may not pass. */
export function createAuthenticate({ host, verifyKey }: AuthenticationOptions): Authenticate {
  const local = isLoopback(host);
  return async (headers) => {
    const secret = presentedKey(headers);
    const created = secret === null ? undefined : await verifyKey(secret);
    if (created !== undefined) return created;
    if (!local || (secret !== null && secret !== LOCAL_DEVELOPMENT_KEY)) refuse(secret);
    requireLoopbackHost(headers.host);
    requireSameOrigin(headers.origin, headers.host);
    return LOCAL;
  };
}

/** Authorization wins over x-api-key. A header in another form is a key nobody has. */
function presentedKey(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers;
  if (authorization !== undefined) return /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? '';
  const key = headers['x-api-key'];
  return key === undefined ? null : String(key);
}

function refuse(secret: string | null): never {
  const hint = 'Create one on the server with ./kindred key create <name> and send it as Authorization: Bearer <key>.';
  if (secret === null) throw new RequestError('key-missing', 'This server needs an API key.', { hint });
  if (secret === LOCAL_DEVELOPMENT_KEY) {
    throw new RequestError('key-invalid', 'The local development key is valid on a server bound to loopback only.', { hint });
  }
  throw new RequestError('key-invalid', 'The API key is unknown or revoked.', { hint });
}

function requireLoopbackHost(host: string | undefined): void {
  const name = host === undefined ? null : hostNameOf(host);
  if (name !== null && isLoopback(name)) return;
  throw new RequestError('host-refused', `The server is bound to this machine and was asked as "${host ?? ''}".`, {
    hint: 'Use 127.0.0.1 or localhost, or present a created API key.',
  });
}

function requireSameOrigin(origin: string | undefined, host: string | undefined): void {
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()) return;
  throw new RequestError('origin-refused', `Requests from pages of "${origin}" are refused.`, {
    hint: 'Call from a page this server serves, or from a program with a created API key.',
  });
}

const ROLES_WITH: Readonly<Record<Access, readonly Role[]>> = {
  read: ['viewer', 'editor', 'admin'],
  write: ['editor', 'admin'],
  admin: ['admin'],
};

/** Throws RequestError when the role does not reach. */
export function requireAccess({ role }: Caller, access: Access): void {
  if (ROLES_WITH[access].includes(role)) return;
  throw new RequestError('role-refused', `An API key with the role "${role}" may not do this.`, {
    hint: `It takes a key with the role ${ROLES_WITH[access].join(' or ')}.`,
  });
}
