/**
 * Audiences whose members come from outside: lists of identities, taken in one at a time. What a list says of its people
 * beside their identity is kept with the audience, not with the profiles.
 */
import type { Kysely } from 'kysely';
import type { Identity } from '../identity/index.ts';
import type { ClickHouse, Database, ExternalAudienceRow, IngestionMode } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';
import { Bitmap, readState } from './bitmap/index.ts';
import type { Definition } from './definition.ts';
import { SegmentationError } from './errors.ts';
import type { ExternalField, IdentityColumn } from './external-fields.ts';
import type { ExternalRecord, ExternalRecords } from './external-records.ts';
import type { Ingestion, IngestionCounts, IngestionOutcome, IngestionProblem } from './ingestions.ts';
import { Ingestions } from './ingestions.ts';
import type { Memberships } from './memberships.ts';

/** What is known of such an audience besides its definition. */
export interface ExternalDetails {
  /** Of its creation, on the documented paths. */
  readonly taskId: string;
  /** Null when it takes no files. */
  readonly identity: IdentityColumn | null;
  /** The columns of its files; null when each file tells them. */
  readonly fields: readonly ExternalField[] | null;
  /** Where its files come from, as it was told. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Whether its people become profiles and members; else its records are only kept. */
  readonly profileIngestion: boolean;
  /** Counts the lists that replaced the members. */
  readonly generation: number;
  readonly ingestedAt: Date | null;
  /** Nobody is a member from then on. */
  readonly expiresAt: Date | null;
}

/** What a list brought. */
export interface IngestedList {
  readonly counts: IngestionCounts;
  readonly problems: readonly IngestionProblem[];
  readonly members: Bitmap;
  /** The state of the data with its people. */
  readonly revision: number;
}

export interface ExternalAudiencesOptions {
  readonly db: Kysely<Database>;
  readonly clickhouse: ClickHouse;
  readonly memberships: Memberships;
  readonly records: ExternalRecords;
}

/** How long members stay, in days, unless told. */
export const DEFAULT_TTL = 30;

const DAY = 86_400_000;

export class ExternalAudiences {
  readonly ingestions: Ingestions;
  readonly #options: ExternalAudiencesOptions;

  private constructor(options: ExternalAudiencesOptions) {
    this.#options = options;
    this.ingestions = new Ingestions(options.db);
  }

  /** Ingestions that the end of a process cut off become failed ones. */
  static async open(options: ExternalAudiencesOptions, now: Date): Promise<ExternalAudiences> {
    const audiences = new ExternalAudiences(options);
    await audiences.ingestions.failInterrupted(now);
    return audiences;
  }

  /** Throws SegmentationError `audience-not-external`. */
  async get({ id, name }: Pick<Definition, 'id' | 'name'>): Promise<ExternalDetails> {
    const row = await this.#options.db.selectFrom('external_audiences').selectAll().where('definition_id', '=', id).executeTakeFirst();
    if (row !== undefined) return detailsOf(row);
    throw new SegmentationError({
      code: 'audience-not-external',
      message: `${name} has a rule; nobody uploads its members.`,
      hint: 'Create an audience of ids with POST /api/audiences/external.',
    });
  }

  /** The id of the audience that a task created; undefined when there is no such task. */
  async ofTask(task: string): Promise<string | undefined> {
    const row = await this.#options.db
      .selectFrom('external_audiences')
      .select('definition_id')
      .where('task_id', '=', task)
      .executeTakeFirst();
    return row?.definition_id;
  }

  /** Those of the audiences that came from outside, by id. */
  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, ExternalDetails>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#options.db
      .selectFrom('external_audiences')
      .selectAll()
      .where('definition_id', 'in', [...ids])
      .execute();
    return new Map(rows.map((row) => [row.definition_id, detailsOf(row)]));
  }

  async setFields(id: string, fields: readonly ExternalField[]): Promise<void> {
    await this.#set(id, { fields: JSON.stringify(fields) });
  }

  /** Lets members stay so many days from now; of an audience without any, it counts from the next list on. */
  async renew(definition: Definition, now: Date): Promise<void> {
    const { expiresAt } = await this.get(definition);
    if (expiresAt === null || expiresAt <= now) return;
    await this.#set(definition.id, { expires_at: expiryOf(definition, now) });
  }

  /** Who is in at an instant, epoch ms: nobody after the expiry. */
  async members(id: string, now: number): Promise<Bitmap> {
    const details = (await this.getMany([id])).get(id);
    if (details === undefined || details.ingestedAt === null || isExpired(details, new Date(now))) return Bitmap.empty;
    return await this.#since(id, await this.#options.memberships.load(id), now);
  }

  /** Begins to take in a list. Throws SegmentationError `ingestion-running`. */
  async begin(
    definition: Definition,
    request: { readonly mode: IngestionMode; readonly source: string; readonly by: string },
    now: Date,
  ): Promise<Ingestion> {
    await this.expire(now);
    const { generation } = await this.get(definition);
    return await this.ingestions.begin(
      definition,
      { ...request, generation: request.mode === 'replace' ? generation + 1 : generation },
      now,
    );
  }

  /**
   * Keeps records of a list; they show when its ingestion has ended well.
   * @param part larger than that of the records before
   */
  async keep({ audience, generation, number }: Ingestion, part: number, records: readonly ExternalRecord[]): Promise<void> {
    await this.#options.records.add({ audience, generation, number, part }, records);
  }

  /** Makes the people of a list the members, or adds them. */
  async finish(definition: Definition, ingestion: Ingestion, list: IngestedList, now: Date): Promise<Ingestion> {
    const { memberships, records } = this.#options;
    const before = ingestion.mode === 'add' ? await this.members(definition.id, now.getTime()) : Bitmap.empty;
    const members = list.members.or(before);
    const tookMs = Math.max(0, now.getTime() - ingestion.createdAt.getTime());
    const { id: audience, version } = definition;
    const { revision } = list;
    await memberships.store([{ audience, version, evaluatedAt: now, size: members.size, tookMs, revision, members, cause: 'list' }]);
    await this.#set(audience, { generation: ingestion.generation, ingested_at: now, expires_at: expiryOf(definition, now) });
    const ended = await this.ingestions.end(
      ingestion.id,
      { status: 'SUCCESS', counts: list.counts, problems: list.problems, error: null },
      now,
    );
    await records.dropBefore(audience, ingestion.generation);
    return ended;
  }

  /** Ends a list that cannot be taken in: its records are gone, the members are as they were. */
  async fail(ingestion: Ingestion, outcome: Omit<IngestionOutcome, 'status'>, now: Date): Promise<void> {
    await this.#options.records.drop(ingestion);
    await this.ingestions.end(ingestion.id, { ...outcome, status: 'FAILED' }, now);
  }

  /** Records of the present members, by identity, and how many there are. */
  async page(
    id: string,
    { start, limit, now }: { readonly start: number; readonly limit: number; readonly now: Date },
  ): Promise<RecordsPage> {
    const details = (await this.getMany([id])).get(id);
    if (details === undefined || details.ingestedAt === null || isExpired(details, now)) return { total: 0, records: [] };
    const numbers = await this.ingestions.succeeded(id, details.generation);
    return await this.#options.records.page({ audience: id, generation: details.generation, numbers }, { start, limit });
  }

  /** Notes that the members of audiences whose time is over have left, at that time. */
  async expire(now: Date): Promise<void> {
    const { db, memberships } = this.#options;
    const rows = await db
      .selectFrom('external_audiences')
      .innerJoin('segment_definitions', 'segment_definitions.id', 'external_audiences.definition_id')
      .select(['definition_id', 'version', 'expires_at'])
      .where('deleted_at', 'is', null)
      .where('expires_at', '<=', now)
      .execute();
    const sizes = await memberships.lastSizes(rows.map((row) => row.definition_id));
    const gone = rows.flatMap(({ definition_id: audience, version, expires_at: evaluatedAt }) => {
      const last = sizes.get(audience);
      if (last === undefined || last.size === 0 || evaluatedAt === null) return [];
      const { revision } = last;
      return [{ audience, version, evaluatedAt, size: 0, tookMs: 0, revision, members: Bitmap.empty, cause: 'list' as const }];
    });
    await memberships.store(gone);
  }

  /** Forgets the records of an audience. */
  async forget(id: string): Promise<void> {
    await this.#options.records.forget(id);
  }

  /** Forgets what lists said of people. Gives how many records that were. */
  async forgetPeople(identities: readonly Identity[]): Promise<number> {
    let dropped = 0;
    for (const [namespace, people] of Map.groupBy(identities, (identity) => identity.namespace)) {
      const rows = await this.#options.db
        .selectFrom('external_audiences')
        .select('definition_id')
        .where('identity_namespace', '=', namespace)
        .execute();
      const audiences = rows.map((row) => row.definition_id);
      const ids = people.map(({ id }) => id);
      if (audiences.length > 0) dropped += await this.#options.records.dropIds(audiences, ids);
    }
    return dropped;
  }

  /** Undoes what changed after an instant: later lists, and the exit that was noted at the expiry. */
  async #since(id: string, present: Bitmap, now: number): Promise<Bitmap> {
    const { clickhouse, memberships } = this.#options;
    const bytes = await clickhouse.bytes(
      `SELECT entered, exited FROM membership_changes
       WHERE audience = ${literal(id)} AND evaluated > ${instantLiteral(now)} ORDER BY evaluated DESC`,
      'RowBinary',
    );
    let members = present;
    for (let at = 0; at < bytes.length;) {
      const entered = readState(bytes, at);
      const exited = readState(bytes, entered.end);
      members = members.andNot(memberships.present(entered.bitmap)).or(memberships.present(exited.bitmap));
      at = exited.end;
    }
    return members;
  }

  async #set(
    id: string,
    change: { readonly fields?: string; readonly generation?: number; readonly ingested_at?: Date; readonly expires_at?: Date },
  ): Promise<void> {
    await this.#options.db.updateTable('external_audiences').set(change).where('definition_id', '=', id).execute();
  }
}

export interface RecordsPage {
  readonly total: number;
  readonly records: readonly ExternalRecord[];
}

/** Whether the time of the members is over. */
export function isExpired({ expiresAt }: Pick<ExternalDetails, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function expiryOf({ ttlInDays }: Definition, now: Date): Date {
  return new Date(now.getTime() + (ttlInDays ?? DEFAULT_TTL) * DAY);
}

function detailsOf(row: ExternalAudienceRow): ExternalDetails {
  const { identity_column: column, identity_namespace: namespace } = row;
  return {
    taskId: row.task_id,
    identity: column === null || namespace === null ? null : { column, namespace },
    fields: row.fields as readonly ExternalField[] | null,
    source: row.source,
    profileIngestion: row.profile_ingestion,
    generation: row.generation,
    ingestedAt: row.ingested_at,
    expiresAt: row.expires_at,
  };
}
