import { describe, expect, it } from 'vitest';
import { openClickHouse } from '../../src/store/index.ts';
import { ENGINES, startEngine } from '../support/engines.ts';
import { startClickHouseNode } from '../support/clickhouse-node.ts';
import { freePort } from '../support/processes.ts';

describe.each(ENGINES)('a closed ClickHouse, %s', (engine) => {
  it('has answered what was under way, and refuses the rest', async () => {
    const started = await startEngine(engine, 1);
    const { clickhouse } = started;
    const running = clickhouse.query('SELECT sleep(0.3) AS x');
    const waiting = clickhouse.query('SELECT 1').catch((error: unknown) => error);
    await clickhouse.close();
    expect(await running).toEqual([{ x: 0 }]);
    expect(await waiting).toMatchObject({ code: 'unavailable' });
    await expect(clickhouse.query('SELECT 1')).rejects.toMatchObject({ code: 'unavailable', message: 'ClickHouse is closed' });
    await started.stop();
  });
});

describe('a ClickHouse server', () => {
  it('that does not listen is unavailable', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(openClickHouse({ path: '', url, database: 'kindred', slots: 1 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('that goes away makes queries fail as unavailable', async () => {
    const node = await startClickHouseNode();
    const clickhouse = await openClickHouse({ path: '', url: node.url, database: 'kindred', slots: 2 });
    const running = clickhouse.query('SELECT sleep(3) AS x').catch((error: unknown) => error);
    await clickhouse.query('SELECT 1');
    await node.stop();
    expect(await running).toMatchObject({ code: 'unavailable' });
    await expect(clickhouse.query('SELECT 1')).rejects.toMatchObject({ code: 'unavailable' });
    await clickhouse.close();
  });

  it('that refuses the password is unavailable, and the message does not repeat it', async () => {
    const node = await startClickHouseNode();
    const url = node.url.replace('http://', 'http://stranger:secret-word@');
    const error: unknown = await openClickHouse({ path: '', url, database: 'kindred', slots: 1 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unavailable', clickhouseCode: 516 });
    expect(String(error)).not.toContain('secret-word');
    await node.stop();
  });
});
