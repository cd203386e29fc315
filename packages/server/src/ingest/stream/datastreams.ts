/** Datastreams: what clients of the Edge Network name, where their events and choices go, and what they are told. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database, DatastreamRow } from '../../store/index.ts';

export interface Datastream {
  readonly id: string;
  readonly name: string;
  readonly orgId: string;
  readonly eventDataset: string;
  readonly profileDataset: string;
  readonly destinations: readonly EdgeDestination[];
  readonly decisions: readonly EdgeDecision[];
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** Where clients are told which of some audiences the visitor is in. */
export type EdgeDestination = { readonly audiences: readonly string[] } & (
  | {
      readonly type: 'cookie';
      readonly name: string;
      readonly domain?: string | undefined;
      readonly ttlDays: number;
    }
  | { readonly type: 'url'; readonly url: string; readonly hideReferrer: boolean; readonly ttlMinutes: number }
  | { readonly type: 'profileLookup'; readonly alias: string }
);

/** What is shown at a place: to the first of some audiences that the visitor is in. */
export interface EdgeDecision {
  readonly scope: string;
  readonly choices: readonly EdgeChoice[];
}

export interface EdgeChoice {
  /** Null: everybody. */
  readonly audience: string | null;
  /** JSON. */
  readonly payload: unknown;
}

export type NewDatastream = Omit<Datastream, 'id' | 'createdAt' | 'createdBy'>;
export type DatastreamChange = Partial<Pick<Datastream, 'name' | 'destinations' | 'decisions'>>;

export class Datastreams {
  readonly #db: Kysely<Database>;
  readonly #streams: Map<string, Datastream>;

  private constructor(db: Kysely<Database>, streams: readonly Datastream[]) {
    this.#db = db;
    this.#streams = new Map(streams.map((stream) => [stream.id, stream]));
  }

  static async open(db: Kysely<Database>): Promise<Datastreams> {
    const rows = await db.selectFrom('datastreams').selectAll().orderBy('created_at').orderBy('id').execute();
    return new Datastreams(db, rows.map(streamOf));
  }

  /** Oldest first. */
  list(): readonly Datastream[] {
    return [...this.#streams.values()];
  }

  find(id: string): Datastream | undefined {
    return this.#streams.get(id);
  }

  async create(wanted: NewDatastream, made: { readonly by: string; readonly at: Date }): Promise<Datastream> {
    const stream: Datastream = { ...wanted, id: randomUUID(), createdAt: made.at, createdBy: made.by };
    const { id, orgId, eventDataset, profileDataset } = stream;
    const row = { id, org_id: orgId, event_dataset: eventDataset, profile_dataset: profileDataset, ...changeable(stream) };
    await this.#db
      .insertInto('datastreams')
      .values({ ...row, created_at: made.at, created_by: made.by })
      .execute();
    this.#streams.set(id, stream);
    return stream;
  }

  /** Undefined when there is none. */
  async update(id: string, change: DatastreamChange): Promise<Datastream | undefined> {
    const before = this.#streams.get(id);
    if (before === undefined) return undefined;
    const after = { ...before, ...change };
    await this.#db.updateTable('datastreams').set(changeable(after)).where('id', '=', id).execute();
    this.#streams.set(id, after);
    return after;
  }

  /** False when there is none. */
  async delete(id: string): Promise<boolean> {
    if (!this.#streams.has(id)) return false;
    await this.#db.deleteFrom('datastreams').where('id', '=', id).execute();
    return this.#streams.delete(id);
  }
}

function changeable({ name, destinations, decisions }: Datastream) {
  return { name, destinations: JSON.stringify(destinations), decisions: JSON.stringify(decisions) };
}

function streamOf(row: DatastreamRow): Datastream {
  const { id, name, org_id: orgId, event_dataset: eventDataset, profile_dataset: profileDataset, created_at: createdAt } = row;
  return {
    id,
    name,
    orgId,
    eventDataset,
    profileDataset,
    destinations: row.destinations as readonly EdgeDestination[],
    decisions: row.decisions as readonly EdgeDecision[],
    createdAt,
    createdBy: row.created_by,
  };
}
