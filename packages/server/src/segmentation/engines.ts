/** Engines over one look at the data: one for each way in which audiences have their profiles merged. */
import type { DataObject } from '@kindred/pql';
import type { AttributeMerge, ProfileTables, ReadableTables } from '../profile/index.ts';
import { readDocuments } from '../profile/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { BitmapCache } from './cache.ts';
import { LeafEngine } from './leaf-engine.ts';
import type { Lens } from './lens.ts';
import { through } from './lens.ts';

export interface EnginesOptions {
  readonly clickhouse: ClickHouse;
  readonly tables: ProfileTables;
  readonly lens: Lens;
  /** Bitmaps that the engine of no policy keeps, in bytes; those of policies keep a quarter of it. */
  readonly cache: number;
}

interface Merged {
  readonly engine: LeafEngine;
  readonly tables: ReadableTables;
}

/** As many as there can be policies, and the one of no policy. */
const KEPT = 6;

export class Engines {
  readonly #options: EnginesOptions;
  /** By what the policy says of attributes; the last one asked for is the last. */
  readonly #known = new Map<string, Merged>();

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  /** The engine that sees profiles as a policy merges them. */
  of(by: AttributeMerge): LeafEngine {
    return this.#merged(by).engine;
  }

  /** What reads profiles as a policy merges them. */
  tablesBy(by: AttributeMerge): ReadableTables {
    return this.#merged(by).tables;
  }

  #merged(by: AttributeMerge): Merged {
    const key = JSON.stringify(by);
    const merged = this.#known.get(key) ?? this.#open(by);
    this.#known.delete(key);
    this.#known.set(key, merged);
    for (const oldest of [...this.#known.keys()].slice(0, -KEPT)) this.#known.delete(oldest);
    return merged;
  }

  #open(by: AttributeMerge): Merged {
    const { tables, lens, cache } = this.#options;
    const clickhouse = through(this.#options.clickhouse, lens, by);
    const layout: ProfileTables['layout'] = (table) => tables.layout(table);
    const seen: ReadableTables = {
      clickhouse,
      layout,
      identities: tables.identities,
      lookups: tables.lookups,
      recentEvents: (revision) => ('events' in lens.filters ? null : tables.recentEvents(revision)),
      get schema() {
        return tables.schema;
      },
    };
    const engine = new LeafEngine({
      clickhouse,
      schema: () => tables.schema,
      layout,
      lookups: tables.lookups,
      readDocuments: async (ordinals) => (await readDocuments(seen, ordinals)) as ReadonlyMap<number, DataObject>,
      cache: new BitmapCache(by.type === 'timestampOrdered' ? cache : cache / 4),
      rebuilt: () => tables.rebuilt,
    });
    return { engine, tables: seen };
  }
}
