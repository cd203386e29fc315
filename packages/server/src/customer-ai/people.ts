/** Sets of people as the right side of IN: a list when they are few, a table in memory when they are many. */
import { randomUUID } from 'node:crypto';
import type { ClickHouse } from '../store/index.ts';
import { literal } from '../store/index.ts';

const FEW = 1000;
const PREFIX = 'prediction_people_';

/** @param people ordinals */
export async function withPeople<Result>(
  clickhouse: ClickHouse,
  people: Uint32Array,
  work: (sql: string) => Promise<Result>,
): Promise<Result> {
  if (people.length <= FEW)
    return await work(people.length === 0 ? '(SELECT toUInt32(0) WHERE 0)' : `(${[...people].map((each) => literal(each)).join(', ')})`);
  const name = `${PREFIX}${randomUUID().replaceAll('-', '')}`;
  await clickhouse.command(`CREATE TABLE ${name} (profile UInt32) ENGINE = Memory`);
  try {
    const bytes = new Uint8Array(people.buffer.slice(people.byteOffset, people.byteOffset + people.byteLength));
    await clickhouse.insert(name, ['profile'], 'RowBinary', bytes);
    return await work(`(SELECT profile FROM ${name})`);
  } finally {
    await clickhouse.command(`DROP TABLE IF EXISTS ${name} SYNC`);
  }
}

/** Removes tables that a crash left. */
export async function dropPeople(clickhouse: ClickHouse): Promise<void> {
  const tables = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, ${literal(PREFIX)})`,
  );
  for (const { name } of tables) await clickhouse.command(`DROP TABLE IF EXISTS ${name} SYNC`);
}
