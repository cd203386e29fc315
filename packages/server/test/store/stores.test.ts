import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { checkStores, openStores } from '../../src/store/index.ts';
import { startClickHouseNode } from '../support/clickhouse-node.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';
import { freePort, startProgram, temporaryFolder } from '../support/processes.ts';
import { withStores } from '../support/stores.ts';
import type { TestStores } from '../support/stores.ts';

const HOLDER = fileURLToPath(new URL('programs/hold-folder.ts', import.meta.url));

describe('the stores', () => {
  let opened: TestStores | undefined;
  afterEach(async () => {
    await opened?.stop();
    opened = undefined;
  });

  it('open in an empty folder and are well', async () => {
    opened = await withStores();
    const health = await checkStores(opened.stores);
    expect(health.map(({ store, ok }) => [store, ok])).toEqual([
      ['clickhouse', true],
      ['postgres', true],
      ['lmdb', true],
      ['disk', true],
    ]);
  });

  it('keep what was written, closed and opened again', async () => {
    const folder = temporaryFolder();
    const settings = { dataFolder: folder.path, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 2 };
    const first = await openStores(settings);
    await first.clickhouse.command('CREATE TABLE kept (a UInt32) ENGINE = MergeTree ORDER BY a');
    await first.clickhouse.command('INSERT INTO kept VALUES (7)');
    await first.lmdb.environment<string, string>('kept').put('k', 'v');
    await first.postgres
      .insertInto('schema_descriptors')
      .values({ id: 'd', body: '{}', created_at: new Date(0) })
      .execute();
    await first.close();
    const second = await openStores(settings);
    expect(await second.clickhouse.query('SELECT a FROM kept')).toEqual([{ a: 7 }]);
    expect(second.lmdb.environment<string, string>('kept').get('k')).toBe('v');
    expect(await second.postgres.selectFrom('schema_descriptors').select('id').execute()).toEqual([{ id: 'd' }]);
    await second.close();
    folder.remove();
  });

  it('do not open in a folder that another process has', async () => {
    const folder = temporaryFolder();
    const holder = await startProgram([process.execPath, HOLDER, folder.path], /^ready/);
    const settings = { dataFolder: folder.path, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 2 };
    await expect(openStores(settings)).rejects.toMatchObject({ name: 'DataFolderError', code: 'in-use' });
    await holder.kill();
    folder.remove();
  });

  it('that cannot all be opened leave nothing open', async () => {
    const folder = temporaryFolder();
    const settings = {
      dataFolder: folder.path,
      clickhouseUrl: `http://127.0.0.1:${await freePort()}`,
      postgresUrl: undefined,
      querySlots: 2,
    };
    await expect(openStores(settings)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    const stores = await openStores({ ...settings, clickhouseUrl: undefined });
    await stores.close();
    folder.remove();
  });

  const missing = postgresMissing();
  it.skipIf(missing !== undefined)('work on servers, and health tells which one is gone', async () => {
    const [node, postgres] = [await startClickHouseNode(), await startPostgres()];
    opened = await withStores({ clickhouseUrl: node.url, postgresUrl: postgres.url });
    const state = async (): Promise<unknown> =>
      Object.fromEntries((await checkStores(opened?.stores ?? expect.fail())).map(({ store, ok }) => [store, ok]));
    expect(await state()).toEqual({ clickhouse: true, postgres: true, lmdb: true, disk: true });
    await node.stop();
    expect(await state()).toEqual({ clickhouse: false, postgres: true, lmdb: true, disk: true });
    await postgres.stop();
    const health = await checkStores(opened.stores);
    expect(health.filter(({ ok }) => !ok).map(({ problem }) => problem)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      expect.any(String),
    ]);
  });
});
