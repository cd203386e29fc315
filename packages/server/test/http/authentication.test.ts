import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAuthenticate, requireAccess } from '../../src/http/authentication.ts';
import { hostNameOf, isLoopback } from '../../src/http/loopback.ts';

const CREATED = 'created-key';

/** The code of the refusal, or 'passes'. */
async function outcome(host: string, headers: IncomingHttpHeaders): Promise<string> {
  const authenticate = createAuthenticate({
    host,
    verifyKey: async (secret) => (secret === CREATED ? { name: 'ci', role: 'editor' } : undefined),
  });
  try {
    await authenticate(headers);
    return 'passes';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const local = { host: '127.0.0.1:8080' };
const remote = { host: 'cdp.example.com' };

describe('a server bound to loopback', () => {
  const cases: readonly (readonly [string, IncomingHttpHeaders, string])[] = [
    ['passes a request without key', local, 'passes'],
    ['passes the names of this machine', { host: 'localhost' }, 'passes'],
    ['passes IPv6', { host: '[::1]:8080' }, 'passes'],
    ['passes a page of its own', { ...local, origin: 'http://127.0.0.1:8080' }, 'passes'],
    ['passes the local development key', { ...local, authorization: 'Bearer kindred-local-dev' }, 'passes'],
    ['passes the local development key as x-api-key', { ...local, 'x-api-key': 'kindred-local-dev' }, 'passes'],
    ['refuses a wrong key', { ...local, authorization: 'Bearer wrong' }, 'key-invalid'],
    ['refuses a wrong x-api-key', { ...local, 'x-api-key': 'wrong' }, 'key-invalid'],
    ['refuses another scheme', { ...local, authorization: 'Basic a2luZHJlZA==' }, 'key-invalid'],
    ['refuses an empty bearer', { ...local, authorization: 'Bearer ' }, 'key-invalid'],
    ['lets Authorization win over x-api-key', { ...local, authorization: 'Bearer wrong', 'x-api-key': CREATED }, 'key-invalid'],
    [
      'lets a right Authorization win over a wrong x-api-key',
      { ...local, authorization: `Bearer ${CREATED}`, 'x-api-key': 'wrong' },
      'passes',
    ],
    ['refuses a foreign Host (DNS rebinding)', { host: 'evil.example.com:8080' }, 'host-refused'],
    ['refuses a Host that only starts like loopback', { host: '127.0.0.1.evil.example.com' }, 'host-refused'],
    ['refuses a missing Host', {}, 'host-refused'],
    [
      'refuses a foreign Host with the development key, which everybody knows',
      { host: 'evil.example.com', 'x-api-key': 'kindred-local-dev' },
      'host-refused',
    ],
    ['refuses a page of another site', { ...local, origin: 'https://evil.example.com' }, 'origin-refused'],
    ['refuses a page of another port', { ...local, origin: 'http://127.0.0.1:3000' }, 'origin-refused'],
    ['refuses a sandboxed page', { ...local, origin: 'null' }, 'origin-refused'],
    ['passes a created key whatever the host', { host: 'proxy.example.com', authorization: `Bearer ${CREATED}` }, 'passes'],
  ];
  it.each(cases)('%s', async (_, headers, expected) => {
    expect(await outcome('127.0.0.1', headers)).toBe(expected);
  });
});

describe('a server bound beyond loopback', () => {
  const cases: readonly (readonly [string, IncomingHttpHeaders, string])[] = [
    ['refuses a request without key', remote, 'key-missing'],
    ['refuses a request without key from this machine too', local, 'key-missing'],
    ['refuses the local development key', { ...remote, authorization: 'Bearer kindred-local-dev' }, 'key-invalid'],
    ['refuses the local development key from this machine too', { ...local, 'x-api-key': 'kindred-local-dev' }, 'key-invalid'],
    ['refuses a wrong key', { ...remote, authorization: 'Bearer wrong' }, 'key-invalid'],
    ['passes a created key', { ...remote, authorization: `Bearer ${CREATED}` }, 'passes'],
    ['passes a created key as x-api-key', { ...remote, 'x-api-key': CREATED }, 'passes'],
    ['takes the scheme in any case', { ...remote, authorization: `bearer ${CREATED}` }, 'passes'],
  ];
  it.each(cases)('%s', async (_, headers, expected) => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'cdp.example.com']) expect(await outcome(host, headers), host).toBe(expected);
  });
});

/** What a role may do. */
function allowed(role: 'viewer' | 'editor' | 'admin'): readonly string[] {
  return (['read', 'write', 'admin'] as const).filter((access) => {
    try {
      return requireAccess({ name: 'ci', role }, access) === undefined;
    } catch {
      return false;
    }
  });
}

describe('roles', () => {
  it('give a created key its own, and everybody on this machine all', async () => {
    const authenticate = createAuthenticate({
      host: '127.0.0.1',
      verifyKey: async (secret) => (secret === CREATED ? { name: 'ci', role: 'viewer' } : undefined),
    });
    expect(await authenticate(local)).toEqual({ name: 'local', role: 'admin' });
    expect(await authenticate({ ...local, 'x-api-key': CREATED })).toEqual({ name: 'ci', role: 'viewer' });
  });

  it('allow what they say', () => {
    expect(allowed('viewer')).toEqual(['read']);
    expect(allowed('editor')).toEqual(['read', 'write']);
    expect(allowed('admin')).toEqual(['read', 'write', 'admin']);
  });
});

describe('loopback', () => {
  it('is every name and address that stays on the machine', () => {
    for (const host of ['localhost', 'LOCALHOST', 'studio.localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]'])
      expect(isLoopback(host), host).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '127.0.0.1.nip.io', '128.0.0.1'])
      expect(isLoopback(host), host).toBe(false);
  });

  it('is told from the host name without its port', () => {
    expect(hostNameOf('localhost:8080')).toBe('localhost');
    expect(hostNameOf('[::1]:8080')).toBe('[::1]');
    expect(hostNameOf('a b')).toBeNull();
  });
});
