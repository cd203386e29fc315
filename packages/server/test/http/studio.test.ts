import { fastify } from 'fastify';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveStudio } from '../../src/http/studio.ts';
import { temporaryFolder } from '../support/processes.ts';

const temporary = temporaryFolder('kindred-studio-files');
const built = join(temporary.path, 'dist');
const app = fastify();
const page = { accept: 'text/html,*/*' };

beforeAll(async () => {
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(temporary.path, 'secret.txt'), 'secret');
  writeFileSync(join(built, 'assets', 'index-abc.js'), 'js');
  writeFileSync(join(built, 'icon.svg'), '<svg/>');
  await serveStudio(app, built);
});
afterAll(async () => {
  await app.close();
  temporary.remove();
});

describe('the files of the studio', () => {
  it('say how to build them while they are not there', async () => {
    const answer = await app.inject({ url: '/', headers: page });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'not-found', message: expect.stringContaining('not built') });
  });

  it('are served, deep links with the index page', async () => {
    writeFileSync(join(built, 'index.html'), '<html>studio</html>');
    for (const url of ['/', '/audiences', '/audiences/3f/edit?tab=1']) {
      const answer = await app.inject({ url, headers: page });
      expect([answer.statusCode, answer.body, answer.headers['cache-control']], url).toEqual([200, '<html>studio</html>', 'no-cache']);
      expect(answer.headers['content-type'], url).toContain('text/html');
    }
    expect((await app.inject('/icon.svg')).headers['content-type']).toContain('image/svg');
  });

  it('below /assets never change', async () => {
    const answer = await app.inject('/assets/index-abc.js');
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it('that are missing are a 404, never the index page', async () => {
    for (const url of ['/assets/gone.js', '/api/gone', '/data/gone']) {
      expect((await app.inject({ url, headers: page })).statusCode, url).toBe(404);
    }
    expect((await app.inject('/gone.png')).statusCode).toBe(404);
  });

  it('end at their folder', async () => {
    for (const url of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%00']) {
      expect((await app.inject({ url })).body, url).not.toContain('secret"');
      expect((await app.inject({ url })).statusCode, url).not.toBe(200);
    }
  });
});
