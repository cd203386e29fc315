/** A process killed while everybody is sorted anew, again and again: nobody is lost, split or counted twice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Encoder } from '../../src/ingest/encoder.ts';
import { countEvents, countProfiles } from '../../src/profile/index.ts';
import { unionSchema } from '../../src/schema/index.ts';
import type { Opened } from '../profile/open.ts';
import { openFolder } from '../profile/open.ts';
import { temporaryFolder } from '../support/processes.ts';

/** Each of three customers and their tablet, on which each was once, one after the other. */
const FAMILIES = 1000;
const CUSTOMERS = [0, 1, 2];
const NOW = Date.UTC(2026, 5, 1);
const KILLS = 6;

const schema = unionSchema({ tenant: 'acme' });
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder('kindred-relink');
  const opened = await openFolder(folder.path);
  const [events, records] = [
    new Encoder({ target: 'event', schema, unknownFields: 'reject' }),
    new Encoder({ target: 'profile', schema, unknownFields: 'reject' }),
  ];
  for (let family = 0; family < FAMILIES; family++) {
    const tablet = { namespace: 'ECID', id: `tablet-${family}` };
    for (const customer of CUSTOMERS) {
      const primary = { namespace: 'CRMID', id: `c${family}-${customer}` };
      const time = NOW + customer;
      events.add({ id: `e${primary.id}`, time, eventType: 'visit', document: {}, person: { primary, others: [tablet] } });
      const document = { person: { name: { firstName: primary.id } } };
      records.add({ id: '', time, eventType: '', document, person: { primary, others: [] } });
    }
    events.add({ id: `e${tablet.id}`, time: NOW + 9, eventType: 'visit', document: {}, person: { primary: tablet, others: [] } });
  }
  await opened.tables.writeEvents(events.take(), 'web');
  await opened.tables.writeFragments(records.take(), 'crm');
  await opened.close();
}, 120_000);

afterAll(() => folder.remove());

/** Runs the change in a process of its own; it is killed so long after it begins to open the folder. Gives the last line it wrote. */
async function relinkProcess(unique: readonly string[], killAfter: number | null): Promise<string> {
  const fixture = join(import.meta.dirname, 'relink.fixture.ts');
  const child = spawn(process.execPath, [fixture, folder.path, ...unique], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    if (line === 'opening' && killAfter !== null) setTimeout(() => child.kill('SIGKILL'), killAfter);
  }
  await exit;
  return last;
}

/** How many people have so many customers, events, and the name of one of their own customers. */
async function picture({ clickhouse }: Opened): Promise<unknown> {
  return await clickhouse.query(
    `SELECT customers, events, own, toUInt32(count()) AS people FROM (
       SELECT profile, toUInt32(countIf(namespace = 'CRMID')) AS customers, toUInt32(any(happened)) AS events, has(groupArray(id), any(name)) AS own
       FROM (SELECT DISTINCT profile, namespace, id FROM identities) AS identities
       LEFT JOIN (SELECT profile, uniqExact(id) AS happened FROM events GROUP BY profile) AS events USING profile
       LEFT JOIN (SELECT profile, \`person/name/firstName\` AS name FROM profiles FINAL) AS profiles USING profile
       GROUP BY profile
     ) GROUP BY customers, events, own ORDER BY customers, events`,
  );
}

test('people are right after any number of kills, by the rules asked for last', { timeout: 180_000 }, async () => {
  const start = performance.now();
  expect(await relinkProcess(['CRMID'], null)).toBe('done');
  const whole = performance.now() - start;
  let cut = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // Spread over the whole run, opening the folder and finishing what was cut off included.
    const last = await relinkProcess(kill % 2 === 0 ? [] : ['CRMID'], (whole * (kill + 1)) / (KILLS + 1));
    if (last !== 'done') cut++;
  }
  expect(cut).toBeGreaterThan(0);
  for (const unique of [['CRMID'], []]) {
    expect(await relinkProcess(unique, null)).toBe('done');
    const opened = await openFolder(folder.path);
    expect(opened.identities.moves).toEqual([]);
    expect(await countEvents(opened.tables)).toBe(FAMILIES * 4);
    expect(await countProfiles(opened.tables)).toBe(unique.length === 0 ? FAMILIES : FAMILIES * 3);
    expect(await picture(opened)).toEqual(
      unique.length === 0
        ? [{ customers: 3, events: 4, own: 1, people: FAMILIES }]
        : [
            { customers: 1, events: 1, own: 1, people: FAMILIES * 2 },
            { customers: 1, events: 2, own: 1, people: FAMILIES },
          ],
    );
    await opened.close();
  }
});
