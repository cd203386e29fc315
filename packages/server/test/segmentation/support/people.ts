/** Profiles with events, written by the real code into real tables, for tests that ask who is in. */
import type { DataObject } from '@kindred/pql';
import { Identities } from '../../../src/identity/index.ts';
import { Encoder } from '../../../src/ingest/encoder.ts';
import { ProfileTables } from '../../../src/profile/index.ts';
import type { XdmSchema } from '../../../src/schema/index.ts';
import { ensureTables } from '../../../src/schema/index.ts';
import type { Stores } from '../../../src/store/index.ts';
import { openLmdb } from '../../../src/store/index.ts';
import type { EngineName } from '../../support/engines.ts';
import { startEngine } from '../../support/engines.ts';
import { temporaryFolder } from '../../support/processes.ts';

/** A document with its events; times are ISO text. Every event has `_id` and `timestamp`. */
export interface TestPerson {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly TestEvent[];
  /** How many identities besides the primary one. */
  readonly emails?: number;
  /** Records of attributes with their times; without them there is one, of `attributes`, as old as time. */
  readonly records?: readonly { readonly at: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** What is written of one person at a time. */
export interface NamedPerson {
  readonly name: string;
  readonly attributes: TestPerson['attributes'] | null;
  readonly events: readonly TestEvent[];
  readonly emails?: number;
  /** Identities that others may have too. */
  readonly shared?: readonly string[];
  readonly records?: TestPerson['records'];
}

export interface TestEvent extends Readonly<Record<string, unknown>> {
  readonly _id: string;
  readonly timestamp: string;
  readonly eventType?: string;
}

export class TestPopulation {
  readonly tables: ProfileTables;
  readonly #stop: () => Promise<void>;
  #names = 0;

  private constructor(tables: ProfileTables, stop: () => Promise<void>) {
    this.tables = tables;
    this.#stop = stop;
  }

  /** In stores that somebody else closes. */
  static async within(stores: Pick<Stores, 'clickhouse' | 'lmdb'>, schema: XdmSchema): Promise<TestPopulation> {
    return new TestPopulation(await openTables(stores, schema), () => Promise.resolve());
  }

  /** In stores of its own. */
  static async open(schema: XdmSchema, name: EngineName = 'embedded'): Promise<TestPopulation> {
    const engine = await startEngine(name, 6);
    const folder = temporaryFolder('kindred-lmdb');
    const lmdb = openLmdb(folder.path);
    const tables = await openTables({ clickhouse: engine.clickhouse, lmdb }, schema);
    return new TestPopulation(tables, async () => {
      await engine.stop();
      await lmdb.close();
      folder.remove();
    });
  }

  /** Writes people none of whom is known yet; gives their ordinals. */
  async add(people: readonly TestPerson[]): Promise<readonly number[]> {
    const named = people.map((person) => ({ ...person, name: `p${this.#names++}` }));
    await this.write(named);
    return named.map(({ name }) => this.tables.identities.find({ namespace: 'CRMID', id: name }) ?? raise('no ordinal'));
  }

  /** Writes records and events of people by their names, who may be known already. Without attributes no record is written. */
  async write(people: readonly NamedPerson[], dataset = 'test'): Promise<void> {
    const { schema } = this.tables;
    const encoders = { profile: encoder(schema, 'profile'), event: encoder(schema, 'event') };
    for (const { name, attributes, events, emails = 0, shared = [], records } of people) {
      const others = Array.from({ length: emails }, (_, index) => ({ namespace: 'Email', id: `${index}${name}@example.com` }));
      for (const id of shared) others.push({ namespace: 'Email', id });
      const person = { primary: { namespace: 'CRMID', id: name }, others };
      for (const record of records ?? [{ at: new Date(0).toISOString(), attributes }]) {
        if (record.attributes === null) continue;
        checked(encoders.profile.add({ id: '', time: Date.parse(record.at), eventType: '', person, document: record.attributes }));
      }
      for (const event of events) {
        const { _id, timestamp, eventType = '' } = event;
        checked(encoders.event.add({ id: `${name} ${_id}`, time: Date.parse(timestamp), eventType, person, document: event }));
      }
    }
    const [attributes, events] = [encoders.profile.take(), encoders.event.take()];
    if (attributes.rows > 0) await this.tables.writeFragments(attributes, dataset);
    if (events.rows > 0) await this.tables.writeEvents(events, dataset);
  }

  /** Writes what texts refer to. */
  async addRecords(entity: string, records: ReadonlyMap<string, DataObject>): Promise<void> {
    const all = [...records].map(([id, document]) => ({ id, namespace: 'SKU', time: 0, document }));
    await this.tables.writeLookups(entity, all, { dataset: 'records' });
  }

  /** Forgets everybody in ClickHouse. */
  async clear(): Promise<void> {
    for (const table of ['events', 'fragments', 'profiles', 'identities']) await this.tables.clickhouse.command(`TRUNCATE TABLE ${table}`);
  }

  async close(): Promise<void> {
    await this.#stop();
  }
}

async function openTables({ clickhouse, lmdb }: Pick<Stores, 'clickhouse' | 'lmdb'>, schema: XdmSchema): Promise<ProfileTables> {
  await ensureTables(clickhouse);
  const identities = await Identities.open(lmdb, clickhouse);
  return await ProfileTables.open({ clickhouse, lmdb, identities, schema, clock: () => new Date() });
}

function encoder(schema: XdmSchema, target: 'profile' | 'event'): Encoder {
  return new Encoder({ target, schema, unknownFields: 'reject' });
}

function checked(problems: readonly unknown[]): void {
  if (problems.length > 0) throw new Error(`the test data is wrong: ${JSON.stringify(problems)}`);
}

function raise(message: string): never {
  throw new Error(message);
}
