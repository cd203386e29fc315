import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSettings, settingsDocument, SettingsError } from '../../src/config/index.ts';
import type { Environment, SettingProblem } from '../../src/config/index.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

const problems = (env: Environment): readonly SettingProblem[] => {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

describe('settings', () => {
  it('have defaults, below the checkout', () => {
    expect(readSettings({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataFolder: resolve(root, '.kindred'),
      clickhouseUrl: undefined,
      postgresUrl: undefined,
      tenant: 'kindred',
      fieldGroups: undefined,
      datasets: resolve(root, '../shared/data'),
      logLevel: 'info',
      sandbox: 'prod',
      querySlots: 4,
      streamLag: 2_000_000,
      membershipLogDays: 0,
    });
  });

  it('are read from the environment; relative paths are below the working folder', () => {
    const env = {
      PORT: '0',
      KINDRED_HOST: '::1',
      KINDRED_DATA: 'somewhere',
      KINDRED_CLICKHOUSE_URL: 'https://me:p%40ss@example.org:8443/',
      KINDRED_POSTGRES_URL: 'postgres://me@example.org/kindred?sslmode=require',
      KINDRED_TENANT: 'acme1',
      KINDRED_FIELD_GROUPS: '/etc/kindred',
      KINDRED_LOG_LEVEL: 'debug',
      KINDRED_SANDBOX: 'dev-2',
      KINDRED_QUERY_SLOTS: '8',
    };
    expect(readSettings(env)).toMatchObject({
      port: 0,
      host: '::1',
      dataFolder: resolve('somewhere'),
      clickhouseUrl: 'https://me:p%40ss@example.org:8443/',
      tenant: 'acme1',
      fieldGroups: '/etc/kindred',
      logLevel: 'debug',
      sandbox: 'dev-2',
      querySlots: 8,
    });
  });

  it('that are empty count as not set', () => {
    expect(readSettings({ PORT: '', KINDRED_TENANT: '' })).toEqual(readSettings({}));
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['KINDRED_HOST', 'two words'],
    ['KINDRED_CLICKHOUSE_URL', 'example.org:8123'],
    ['KINDRED_CLICKHOUSE_URL', 'http://example.org:8123/database'],
    ['KINDRED_POSTGRES_URL', 'mysql://example.org'],
    ['KINDRED_TENANT', '_acme'],
    ['KINDRED_TENANT', 'Acme'],
    ['KINDRED_LOG_LEVEL', 'loud'],
    ['KINDRED_SANDBOX', 'a b'],
    ['KINDRED_QUERY_SLOTS', '0'],
    ['KINDRED_QUERY_SLOTS', '65'],
  ])('%s cannot be %j', (name, value) => {
    const [problem, ...rest] = problems({ [name]: value });
    expect(rest).toEqual([]);
    expect(problem?.setting).toBe(name);
    expect(problem?.message).toContain(name);
    expect(problem?.hint).toMatch(/^It takes /);
  });

  it('repeat no password in a message', () => {
    expect(() => readSettings({ KINDRED_CLICKHOUSE_URL: 'ftp://me:secret@host' })).toThrow(/^(?!.*secret).*KINDRED_CLICKHOUSE_URL/s);
  });

  it('that do not exist are refused, with the nearest name', () => {
    expect(problems({ KINDRED_DATAS: 'x' })[0]).toMatchObject({ setting: 'KINDRED_DATAS', hint: 'Did you mean KINDRED_DATA?' });
    expect(problems({ KINDRED_PORT: '1' })[0]?.hint).toBe('Did you mean PORT?');
    expect(problems({ KINDRED_CLICKHOUSEURL: 'x' })[0]?.hint).toBe('Did you mean KINDRED_CLICKHOUSE_URL?');
    expect(problems({ KINDRED_XYZZY_PLUGH_QUUX: 'x' })[0]?.hint).toContain('Settings are PORT, KINDRED_HOST');
  });

  it('are all checked at once', () => {
    expect(problems({ PORT: 'x', KINDRED_TENANT: '_', KINDRED_NOPE: '' }).map(({ setting }) => setting)).toEqual([
      'KINDRED_NOPE',
      'PORT',
      'KINDRED_TENANT',
    ]);
  });

  it('are documented in docs/settings.md as they are in the table', () => {
    const file = resolve(root, 'docs/settings.md');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, settingsDocument());
    expect(readFileSync(file, 'utf8')).toBe(settingsDocument());
  });
});
