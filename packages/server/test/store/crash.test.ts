import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startProgram, temporaryFolder } from '../support/processes.ts';
import type { Found } from './programs/written.ts';

const WRITER = fileURLToPath(new URL('programs/write-until-killed.ts', import.meta.url));
const KILLS = 5;

type Store = 'clickhouse' | 'postgres' | 'lmdb';

/** Runs the writer until every store has acknowledged some writes, then kills it. */
async function writeAndKill(
  path: string,
  round: number,
): Promise<{ readonly found: Found; readonly acknowledged: Readonly<Record<Store, readonly number[]>> }> {
  const acknowledged: Record<Store, number[]> = { clickhouse: [], postgres: [], lmdb: [] };
  let found: Found | undefined;
  const written = Promise.withResolvers<void>();
  const program = await startProgram([process.execPath, WRITER, path], /^found/, {}, (line) => {
    const [word = '', rest = ''] = line.split(/ (.*)/);
    if (word === 'found') found = JSON.parse(rest) as Found;
    else acknowledged[word as Store].push(Number(rest));
    if (Object.values(acknowledged).every((numbers) => numbers.length > 5 + round * 3)) written.resolve();
  });
  await written.promise;
  await program.kill();
  if (found === undefined) throw new Error('the writer did not tell what it found');
  return { found, acknowledged };
}

it(`nothing that a store acknowledged is lost when the process is killed, ${KILLS} times over`, { timeout: 180_000 }, async () => {
  const folder = temporaryFolder('kindred-crash');
  const expected: Record<Store, number[]> = { clickhouse: [], postgres: [], lmdb: [] };
  for (let round = 0; round <= KILLS; round++) {
    const { found, acknowledged } = await writeAndKill(folder.path, round);
    expect(found.partial).toBe(0);
    for (const store of ['clickhouse', 'postgres', 'lmdb'] as const) {
      const present = new Set(found[store]);
      expect(
        expected[store].filter((n) => !present.has(n)),
        `lost in ${store}`,
      ).toEqual([]);
      expected[store].push(...acknowledged[store]);
    }
  }
  expect(expected.clickhouse.length).toBeGreaterThan(KILLS * 5);
  folder.remove();
});
