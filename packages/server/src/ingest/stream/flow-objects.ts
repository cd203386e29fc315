/** Connections and flows of the Flow Service as far as the stream needs them: kept in PostgreSQL, read from memory. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database, FlowObjectKind, FlowObjectRow } from '../../store/index.ts';

export interface FlowObject {
  readonly id: string;
  readonly kind: FlowObjectKind;
  readonly inletId: string | null;
  readonly etag: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

/** Where a streaming connection takes messages. */
export interface Inlet {
  readonly id: string;
  readonly dataType: 'xdm' | 'raw';
  readonly authenticationRequired: boolean;
}

interface Transformation {
  readonly name?: unknown;
  readonly params?: { readonly mappingId?: unknown };
}

export class FlowObjects {
  readonly #db: Kysely<Database>;
  readonly #objects: Map<string, FlowObject>;
  readonly #inlets = new Map<string, Inlet>();

  private constructor(db: Kysely<Database>, rows: readonly FlowObjectRow[]) {
    this.#db = db;
    this.#objects = new Map();
    for (const row of rows) this.#remember(objectOf(row));
  }

  static async open(db: Kysely<Database>): Promise<FlowObjects> {
    return new FlowObjects(db, await db.selectFrom('flow_objects').selectAll().orderBy('created_at').orderBy('id').execute());
  }

  /** @param streaming whether it gets an inlet */
  async create(
    kind: FlowObjectKind,
    body: Readonly<Record<string, unknown>>,
    made: { readonly by: string; readonly at: Date; readonly streaming: boolean },
  ): Promise<FlowObject> {
    const object: FlowObject = {
      id: randomUUID(),
      kind,
      inletId: made.streaming ? randomUUID().replaceAll('-', '') : null,
      etag: `"${randomUUID()}"`,
      body,
      createdAt: made.at,
      updatedAt: made.at,
      createdBy: made.by,
    };
    const { id, inletId, etag, createdAt, updatedAt, createdBy } = object;
    const row = { id, kind, inlet_id: inletId, etag, body: JSON.stringify(body), created_at: createdAt };
    await this.#db
      .insertInto('flow_objects')
      .values({ ...row, updated_at: updatedAt, created_by: createdBy })
      .execute();
    this.#remember(object);
    return object;
  }

  get(kind: FlowObjectKind, id: string): FlowObject | undefined {
    const object = this.#objects.get(id);
    return object?.kind === kind ? object : undefined;
  }

  /** Newest first. */
  list(kind: FlowObjectKind): readonly FlowObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind).toReversed();
  }

  /** Keeps id and inlet. Undefined when there is none, or when it has another etag by now than the one that was read. */
  async update(object: FlowObject, body: FlowObject['body'], now: Date): Promise<FlowObject | undefined> {
    const changed = { ...object, body, etag: `"${randomUUID()}"`, updatedAt: now };
    const { numUpdatedRows } = await this.#db
      .updateTable('flow_objects')
      .set({ body: JSON.stringify(body), etag: changed.etag, updated_at: now })
      .where('id', '=', object.id)
      .where('etag', '=', object.etag)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return undefined;
    this.#remember(changed);
    return changed;
  }

  /** False when there is none. */
  async delete(kind: FlowObjectKind, id: string): Promise<boolean> {
    const object = this.get(kind, id);
    if (object === undefined) return false;
    await this.#db.deleteFrom('flow_objects').where('id', '=', id).execute();
    this.#objects.delete(id);
    if (object.inletId !== null) this.#inlets.delete(object.inletId);
    return true;
  }

  inlet(id: string): Inlet | undefined {
    return this.#inlets.get(id);
  }

  /** The dataset that a flow writes to. */
  datasetOf(flowId: string): string | undefined {
    const ids = this.get('flows', flowId)?.body['targetConnectionIds'];
    const [target] = Array.isArray(ids) ? (ids as readonly unknown[]) : [];
    const params = this.get('targetConnections', String(target))?.body['params'] as { readonly dataSetId?: unknown } | undefined;
    return typeof params?.dataSetId === 'string' ? params.dataSetId : undefined;
  }

  /** The mapping set that makes XDM of a flow's messages. */
  mappingSetOf(flowId: string): string | undefined {
    const flow = this.get('flows', flowId);
    return flow === undefined ? undefined : mappingSetOf(flow.body);
  }

  #remember(object: FlowObject): void {
    this.#objects.set(object.id, object);
    if (object.inletId === null) return;
    const { params = {} } = (object.body['auth'] ?? {}) as { readonly params?: Readonly<Record<string, unknown>> };
    this.#inlets.set(object.inletId, {
      id: object.inletId,
      dataType: params['dataType'] === 'raw' ? 'raw' : 'xdm',
      authenticationRequired: params['authenticationRequired'] === true,
    });
  }
}

function objectOf(row: FlowObjectRow): FlowObject {
  const { id, kind, etag, body } = row;
  const at = { createdAt: row.created_at, updatedAt: row.updated_at, createdBy: row.created_by };
  return { id, kind, etag, body, inletId: row.inlet_id, ...at };
}

/** The mapping set that a flow names. */
export function mappingSetOf({ transformations }: FlowObject['body']): string | undefined {
  const steps = (Array.isArray(transformations) ? (transformations as readonly unknown[]) : []) as readonly Transformation[];
  const id = steps.find(({ name }) => name === 'Mapping')?.params?.mappingId;
  return typeof id === 'string' ? id : undefined;
}
