/** The leaf engine over the tables of a test, and what it asks of ClickHouse. */
import type { DataObject, Leaf } from '@kindred/pql';
import { resolveInstant } from '@kindred/pql';
import type { ProfileTables } from '../../../src/profile/index.ts';
import { readDocuments } from '../../../src/profile/index.ts';
import { Bitmap } from '../../../src/segmentation/bitmap/index.ts';
import { BitmapCache } from '../../../src/segmentation/cache.ts';
import type { LeafEngineOptions } from '../../../src/segmentation/leaf-engine.ts';
import { LeafEngine } from '../../../src/segmentation/leaf-engine.ts';
import type { SqlContext } from '../../../src/segmentation/sql/index.ts';
import { leafQuery } from '../../../src/segmentation/sql/index.ts';
import { NOW } from './shop.ts';

export function testEngine(tables: ProfileTables, options: Partial<LeafEngineOptions> = {}): LeafEngine {
  return new LeafEngine({
    clickhouse: tables.clickhouse,
    schema: () => tables.schema,
    layout: (table) => tables.layout(table),
    lookups: tables.lookups,
    readDocuments: async (ordinals) => (await readDocuments(tables, ordinals)) as ReadonlyMap<number, DataObject>,
    cache: new BitmapCache(64 << 20),
    rebuilt: () => tables.rebuilt,
    ...options,
  });
}

/** What the SQL of a leaf is made with. */
export function contextOf(tables: ProfileTables, membersOf: NonNullable<SqlContext['membersOf']>): SqlContext {
  return {
    schema: tables.schema,
    layouts: { events: tables.layout('events'), profiles: tables.layout('profiles') },
    lookupTable: (entity) => tables.lookups.tableOf(entity),
    now: NOW,
    zone: 'UTC',
    instantOf: (value) => resolveInstant(value, { now: NOW, zone: 'UTC' }),
    membersOf,
  };
}

/** The SQL of a leaf, after a note when it does not decide alone. */
export function queriesOf(leaf: Leaf, tables: ProfileTables): string {
  if (leaf.kind === 'audience') return '-- audience';
  const context = contextOf(tables, () => Bitmap.of([0]));
  const { sql, complement, exact } = leafQuery(leaf, context);
  return [exact ? '' : '-- by reference ', complement ? '-- everybody but ' : '', sql ?? '-- everybody'].join('');
}
