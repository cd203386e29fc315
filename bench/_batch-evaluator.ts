/** The batch engine as the server makes it, with nothing kept from before. */
import { compile } from '../packages/pql/src/index.ts';
import type { ProfileTables } from '../packages/server/src/profile/index.ts';
import { BitmapCache } from '../packages/server/src/segmentation/cache.ts';
import type { Planned } from '../packages/server/src/segmentation/dependencies.ts';
import { Evaluator } from '../packages/server/src/segmentation/evaluator.ts';
import { LeafEngine } from '../packages/server/src/segmentation/leaf-engine.ts';
import type { Stores } from '../packages/server/src/store/index.ts';
import type { MixedAudience } from './_batch-mix.ts';

export function plannedOf({ id, pql }: Pick<MixedAudience, 'id' | 'pql'>, { schema }: ProfileTables): Planned {
  const { plan, problems } = compile(pql, schema);
  if (plan === null) throw new Error(`${pql}: ${problems.map(({ message }) => message).join(' ')}`);
  return { id, name: id, plan };
}

export function freshEvaluator({ clickhouse }: Stores, tables: ProfileTables): Evaluator {
  const engine = new LeafEngine({
    clickhouse,
    schema: () => tables.schema,
    layout: (table) => tables.layout(table),
    lookups: tables.lookups,
    readDocuments: () => Promise.reject(new Error('no rule of the mix needs documents')),
    cache: new BitmapCache(256 * 1024 * 1024),
    rebuilt: () => tables.rebuilt,
  });
  return new Evaluator({ engineOf: () => Promise.resolve(engine), tables, find: () => Promise.resolve(undefined) });
}
