import { createClient, routes } from '@kindred/contract';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer, Settings } from '../../src/index.ts';
import { readSettings, startServer } from '../../src/index.ts';
import { temporaryFolder } from '../support/processes.ts';

const temporary = temporaryFolder('kindred-binding');
const settings: Settings = {
  ...readSettings({ KINDRED_DATA: join(temporary.path, 'data'), KINDRED_LOG_LEVEL: 'silent' }),
  port: 0,
};
afterAll(() => temporary.remove());

describe('starting', () => {
  it('names PORT when the port is in use, and leaves nothing open', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    await expect(startServer({ ...settings, port })).rejects.toMatchObject({
      name: 'StartError',
      code: 'port-in-use',
      message: expect.stringContaining(`PORT ${port}`),
      hint: expect.stringContaining('PORT'),
    });
    blocker.close();
  });

  it('names KINDRED_HOST when the address is not of this machine', async () => {
    await expect(startServer({ ...settings, host: '127.0.0.1.invalid' })).rejects.toMatchObject({ name: 'StartError', code: 'key-needed' });
    await expect(startServer({ ...settings, host: 'nowhere.localhost' })).rejects.toMatchObject({
      name: 'StartError',
      code: 'address-refused',
      message: expect.stringContaining('KINDRED_HOST'),
    });
  });

  it('refuses to bind beyond loopback without any key, and says how to make one', async () => {
    await expect(startServer({ ...settings, host: '0.0.0.0' })).rejects.toMatchObject({
      name: 'StartError',
      code: 'key-needed',
      hint: expect.stringContaining('kindred key create'),
    });
  });

  it('refuses a data folder that is in use', async () => {
    const server = await startServer(settings);
    await expect(startServer(settings)).rejects.toMatchObject({ name: 'DataFolderError', code: 'in-use' });
    await server.close();
    await server.closed;
  });
});

describe('a server bound to all addresses', () => {
  let server: RunningServer;
  let key: string;

  beforeAll(async () => {
    const local = await startServer(settings);
    const created = await createClient({ baseUrl: local.url }).call(routes.createKey, { body: { name: 'ops', role: 'admin' } });
    key = created.key;
    await local.close();
    server = await startServer({ ...settings, host: '0.0.0.0' });
  });
  afterAll(async () => {
    await server.close();
  });

  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(server.url + path, { headers })).status;

  it('answers /health to everybody', async () => {
    expect(await status('/health')).toBe(200);
  });

  it('wants a created key for everything else that holds data, reads included', async () => {
    const paths = [
      '/api/status',
      '/api/audiences',
      '/data/core/ups/segment/definitions',
      '/metrics',
      '/openapi.json',
      '/docs/',
      '/docs/json',
    ];
    for (const path of paths) {
      expect(await status(path), path).toBe(401);
      expect(await status(path, { authorization: 'Bearer kindred-local-dev' }), path).toBe(401);
      expect(await status(path, { authorization: 'Bearer wrong' }), path).toBe(401);
      expect(await status(path, { authorization: `Bearer ${key}` }), path).toBe(200);
      expect(await status(path, { 'x-api-key': key }), path).toBe(200);
    }
  });

  it('asks for a key in the words of HTTP', async () => {
    const response = await fetch(`${server.url}/api/status`);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({
      errors: { 401: [{ code: 'key-missing', hint: expect.stringContaining('kindred key create') }] },
    });
  });

  it('does not read files of its own for others', async () => {
    const client = createClient({ baseUrl: server.url, key });
    await expect(client.call(routes.startImport, { body: { path: '/etc/hostname' } })).rejects.toMatchObject({
      status: 403,
      code: 'path-refused',
    });
  });
});
