/** Privacy orders in PostgreSQL, carried out one after the other. Those that the end of the process cut off go on after the next start. */
import type { Kysely } from 'kysely';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, PrivacyOrderKind, PrivacyOrderRow } from '../../store/index.ts';
import type { Order, OrderReport, OrderRequest, OrderTargets } from './order.ts';
import { PrivacyError } from './order.ts';
import type { OrderWork } from './run-order.ts';
import { erase, targetsOf, writeContent } from './run-order.ts';

export interface PrivacyOrdersOptions extends OrderWork {
  readonly db: Kysely<Database>;
  /** Where the data of people who asked for it is kept. */
  readonly folder: string;
  /** Gives an id, unique. */
  readonly newId: (kind: PrivacyOrderKind) => string;
  readonly onUnexpected: (error: unknown) => void;
}

export class PrivacyOrders {
  readonly #options: PrivacyOrdersOptions;
  readonly #stop = new AbortController();
  /** Ends when the last order has. */
  #last: Promise<void> = Promise.resolve();

  private constructor(options: PrivacyOrdersOptions) {
    this.#options = options;
  }

  static async open(options: PrivacyOrdersOptions): Promise<PrivacyOrders> {
    const orders = new PrivacyOrders(options);
    const rows = await options.db
      .selectFrom('privacy_orders')
      .select('id')
      .where('status', 'in', ['received', 'processing'])
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    for (const { id } of rows) orders.#enqueue(id);
    return orders;
  }

  /** Durable on return. */
  async create(kind: PrivacyOrderKind, request: OrderRequest, by: string): Promise<Order> {
    const { db, clock, newId } = this.#options;
    const now = clock();
    const row = await db
      .insertInto('privacy_orders')
      .values({
        id: newId(kind),
        kind,
        status: 'received',
        request: JSON.stringify(request),
        created_at: now,
        updated_at: now,
        created_by: by,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    this.#enqueue(row.id);
    return orderOf(row);
  }

  /** Throws PrivacyError `privacy-order-not-found`. */
  async get(kind: PrivacyOrderKind | null, id: string): Promise<Order> {
    const row = await this.#of(kind).selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return orderOf(row);
    throw new PrivacyError('privacy-order-not-found', `There is no ${NAMES[kind ?? 'order']} ${id}.`, 'List them for their ids.');
  }

  /** Newest first. */
  async list(
    kind: PrivacyOrderKind | null,
    { start, limit }: { readonly start: number; readonly limit: number },
  ): Promise<readonly Order[]> {
    const rows = this.#of(kind).selectAll().orderBy('created_at', 'desc').orderBy('id').offset(start).limit(limit);
    return (await rows.execute()).map(orderOf);
  }

  async count(kind: PrivacyOrderKind | null): Promise<number> {
    const row = await this.#of(kind)
      .select((is) => is.fn.countAll<number>().as('orders'))
      .executeTakeFirst();
    return row?.orders ?? 0;
  }

  /** Changes what the documented API keeps with an order. Throws PrivacyError `privacy-order-not-found`. */
  async describe(kind: PrivacyOrderKind, id: string, changed: Readonly<Record<string, unknown>>): Promise<Order> {
    const { request } = await this.get(kind, id);
    const documented = { ...request.documented, ...changed };
    await this.#set(id, { request: JSON.stringify({ ...request, documented }) });
    return await this.get(kind, id);
  }

  /** Forgets an order that has ended; what it did stays done. Throws PrivacyError. */
  async delete(kind: PrivacyOrderKind, id: string): Promise<void> {
    const { status } = await this.get(kind, id);
    if (status === 'received' || status === 'processing')
      throw new PrivacyError('privacy-order-under-way', `The ${NAMES[kind]} ${id} is ${status}.`, 'Wait for its end.');
    await this.#options.db.deleteFrom('privacy_orders').where('id', '=', id).execute();
  }

  /** What was known of the people who asked for it, as JSON. Throws PrivacyError. */
  async content(id: string): Promise<Buffer> {
    const { request, status } = await this.get('privacy', id);
    const missing = (message: string, hint: string): PrivacyError => new PrivacyError('privacy-content-missing', message, hint);
    if (!request.access) throw missing(`The privacy job ${id} asked for no data.`, 'Create one with the action "access".');
    if (status !== 'completed') throw missing(`The privacy job ${id} is ${status}.`, 'Its data is there when it is complete.');
    return await readFile(this.#contentOf(id));
  }

  /** Stops before the next order; the one under way ends. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#last;
  }

  /** Those of a kind, or all. */
  #of(kind: PrivacyOrderKind | null) {
    const rows = this.#options.db.selectFrom('privacy_orders');
    return kind === null ? rows : rows.where('kind', '=', kind);
  }

  #enqueue(id: string): void {
    this.#last = this.#last.then(async () => await this.#run(id)).catch(this.#options.onUnexpected);
  }

  async #run(id: string): Promise<void> {
    // What is on its way into the tables when the order comes is part of what it is about.
    await this.#options.stream.settled(this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    await this.#set(id, { status: 'processing' });
    try {
      const report = await this.#carryOut(id);
      const left = Object.values(report.left).some((count) => count > 0);
      await this.#set(id, { status: left ? 'failed' : 'completed', report: JSON.stringify(report) });
    } catch (error) {
      this.#options.onUnexpected(error);
      const report = { ...NOTHING, error: (error as Error).message };
      await this.#set(id, { status: 'failed', report: JSON.stringify(report) });
    }
  }

  async #carryOut(id: string): Promise<OrderReport> {
    const { db, clock } = this.#options;
    const row = await db.selectFrom('privacy_orders').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const request = row.request as OrderRequest;
    const known = row.targets as OrderTargets | null;
    const targets = known ?? targetsOf(request, this.#options);
    // An order that was cut off has written what it was asked for already, and may have erased some of it.
    if (request.access && known === null) await writeContent(this.#contentOf(id), targets, this.#options);
    await this.#set(id, { targets: JSON.stringify(targets) });
    if (request.erase) return await erase(request, targets, this.#options);
    const now = clock().toISOString();
    return { ...NOTHING, profiles: targets.profiles.length, identities: targets.identities.length, startedAt: now, endedAt: now };
  }

  async #set(id: string, change: { status?: Order['status']; request?: string; targets?: string; report?: string }): Promise<void> {
    const { db, clock } = this.#options;
    await db
      .updateTable('privacy_orders')
      .set({ ...change, updated_at: clock() })
      .where('id', '=', id)
      .execute();
  }

  #contentOf(id: string): string {
    return join(this.#options.folder, `${id}.json`);
  }
}

const NAMES: Readonly<Record<PrivacyOrderKind | 'order', string>> = {
  order: 'privacy order',
  entity: 'deletion of a profile',
  workorder: 'work order',
  privacy: 'privacy job',
  system: 'system job',
};

const NOTHING: OrderReport = { profiles: 0, identities: 0, removed: {}, left: {}, startedAt: '', endedAt: '', digest: '' };

function orderOf(row: PrivacyOrderRow): Order {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    request: row.request as OrderRequest,
    report: row.report as OrderReport | null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
  };
}
