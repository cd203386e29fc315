/** What the edge is measured against: everything that is known of the person read anew, and every rule evaluated on all of it. */
import type { DataObject } from '../packages/pql/src/index.ts';
import { compile, evaluate } from '../packages/pql/src/index.ts';
import { readDocuments } from '../packages/server/src/profile/index.ts';
import type { ProfileTables } from '../packages/server/src/profile/index.ts';
import { openStores } from '../packages/server/src/store/index.ts';
import { openTables } from './_batch-data.ts';
import type { MixedAudience } from './_batch-mix.ts';

/** How long each person took, one after the other, ms. @param dataFolder filled before, and of no process now */
export async function naive(
  dataFolder: string,
  audiences: readonly MixedAudience[],
  people: readonly number[],
): Promise<readonly number[]> {
  const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
  try {
    const tables = await openTables(stores);
    const tests = audiences.map(({ id, pql }) => {
      const { plan } = compile(pql, tables.schema);
      if (plan === null) throw new Error(`the rule ${id} does not compile`);
      return { id, test: plan.test };
    });
    const latencies: number[] = [];
    for (const person of people) {
      const start = performance.now();
      await answer(tables, tests, person);
      latencies.push(performance.now() - start);
    }
    return latencies;
  } finally {
    await stores.close();
  }
}

async function answer(
  tables: ProfileTables,
  tests: readonly { readonly id: string; readonly test: Parameters<typeof evaluate>[0] }[],
  person: number,
) {
  const document = ((await readDocuments(tables, [person])).get(person) ?? {}) as DataObject;
  const now = Date.now();
  const members = new Set<string>();
  const isMember = (_: string, id: string): boolean => members.has(id);
  // The rules of the mix refer to earlier ones only.
  for (const { id, test } of tests) if (evaluate(test, document, { now, zone: 'UTC', isMember })) members.add(id);
  return members;
}
