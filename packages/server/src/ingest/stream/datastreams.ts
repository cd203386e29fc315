/** Datastreams: what clients of the Edge Network name, and where their events and choices go. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database, DatastreamRow } from '../../store/index.ts';

export interface Datastream {
  readonly id: string;
  readonly name: string;
  readonly orgId: string;
  readonly eventDataset: string;
  readonly profileDataset: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export type NewDatastream = Omit<Datastream, 'id' | 'createdAt' | 'createdBy'>;

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
    const { id, name, orgId, eventDataset, profileDataset } = stream;
    const row = { id, name, org_id: orgId, event_dataset: eventDataset, profile_dataset: profileDataset };
    await this.#db
      .insertInto('datastreams')
      .values({ ...row, created_at: made.at, created_by: made.by })
      .execute();
    this.#streams.set(id, stream);
    return stream;
  }

  /** False when there is none. */
  async delete(id: string): Promise<boolean> {
    if (!this.#streams.has(id)) return false;
    await this.#db.deleteFrom('datastreams').where('id', '=', id).execute();
    return this.#streams.delete(id);
  }
}

function streamOf(row: DatastreamRow): Datastream {
  const { id, name, org_id: orgId, event_dataset: eventDataset, profile_dataset: profileDataset } = row;
  return { id, name, orgId, eventDataset, profileDataset, createdAt: row.created_at, createdBy: row.created_by };
}
