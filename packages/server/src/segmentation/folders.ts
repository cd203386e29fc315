/** Folders, which make a tree, and the tags in use: where audiences are found. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { AudienceFolderRow, Database } from '../store/index.ts';
import { SegmentationError } from './errors.ts';

export interface Folder {
  readonly id: string;
  /** Unique within its parent. */
  readonly name: string;
  /** Null at the top. */
  readonly parentId: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
}

export interface FolderWithCount extends Folder {
  /** Audiences directly in it. */
  readonly audiences: number;
}

export class Folders {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** All, by name. */
  async list(): Promise<readonly FolderWithCount[]> {
    const rows = await this.#db.selectFrom('audience_folders').selectAll().orderBy('name').orderBy('id').execute();
    const counts = await this.#db
      .selectFrom('segment_definitions')
      .select(({ fn }) => ['folder_id', fn.countAll<number>().as('audiences')])
      .where('deleted_at', 'is', null)
      .groupBy('folder_id')
      .execute();
    const byFolder = new Map(counts.map(({ folder_id: id, audiences }) => [id, audiences]));
    return rows.map((row) => ({ ...folderOf(row), audiences: byFolder.get(row.id) ?? 0 }));
  }

  /** Throws SegmentationError `folder-not-found`. */
  async get(id: string): Promise<FolderWithCount> {
    const found = (await this.list()).find((folder) => folder.id === id);
    if (found === undefined) throw notFound(id);
    return found;
  }

  /** Throws SegmentationError `folder-not-found` (its parent) and `folder-name-taken`. */
  async create(
    input: { readonly name: string; readonly parentId: string | null; readonly createdBy: string },
    now: Date,
  ): Promise<FolderWithCount> {
    const { name, parentId, createdBy } = input;
    if (parentId !== null) await this.get(parentId);
    const row = { id: randomUUID(), name, parent_id: parentId, created_at: now, updated_at: now, created_by: createdBy };
    await this.#named(name, () => this.#db.insertInto('audience_folders').values(row).execute());
    return await this.get(row.id);
  }

  /** Throws SegmentationError `folder-not-found`, `folder-name-taken` and `folder-cycle`. */
  async update(id: string, change: { readonly name?: string; readonly parentId?: string | null }, now: Date): Promise<FolderWithCount> {
    const before = await this.get(id);
    const { name = before.name, parentId = before.parentId } = change;
    if (parentId !== null) await this.#refuseInside(parentId, before);
    const row = { name, parent_id: parentId, updated_at: now };
    await this.#named(name, () => this.#db.updateTable('audience_folders').set(row).where('id', '=', id).execute());
    return await this.get(id);
  }

  /**
   * What a folder holds goes to another one (null: to the top); without being told, the folder must be empty. Throws
   * SegmentationError `folder-not-found`, `folder-not-empty`, `folder-name-taken` and `folder-cycle`.
   */
  async delete(id: string, moveTo: string | null | undefined, now: Date): Promise<void> {
    const folder = await this.get(id);
    if (typeof moveTo === 'string') await this.#refuseInside(moveTo, folder);
    const inside = (await this.list()).filter(({ parentId }) => parentId === id);
    if (moveTo === undefined && folder.audiences + inside.length > 0) throw notEmpty(folder, inside.length);
    const target = moveTo ?? null;
    await this.#named(inside.map(({ name }) => name).join(', '), () =>
      this.#db.transaction().execute(async (db) => {
        await db.updateTable('audience_folders').set({ parent_id: target, updated_at: now }).where('parent_id', '=', id).execute();
        await db.updateTable('segment_definitions').set({ folder_id: target }).where('folder_id', '=', id).execute();
        await db.deleteFrom('audience_folders').where('id', '=', id).execute();
      }),
    );
  }

  /** From the top down to a folder, itself included. Throws SegmentationError `folder-not-found`. */
  async path(id: string): Promise<readonly Folder[]> {
    const all = new Map((await this.list()).map((folder) => [folder.id, folder]));
    const path: Folder[] = [];
    for (let at: string | null = id; at !== null;) {
      const folder = all.get(at);
      if (folder === undefined) throw notFound(at);
      path.unshift(folder);
      at = folder.parentId;
    }
    return path;
  }

  /** Tags of audiences, by name, and how many audiences have them. */
  async tags(): Promise<readonly { readonly tag: string; readonly audiences: number }[]> {
    const { rows } = await sql<{ tag: string; audiences: number | string }>`
      SELECT tag, count(*) AS audiences FROM segment_definitions, jsonb_array_elements_text(tags) AS tag
      WHERE deleted_at IS NULL GROUP BY tag ORDER BY tag`.execute(this.#db);
    return rows.map(({ tag, audiences }) => ({ tag, audiences: Number(audiences) }));
  }

  /** A folder cannot be put into itself, nor into one of those below it. */
  async #refuseInside(target: string, { id, name }: Folder): Promise<void> {
    const path = await this.path(target);
    if (!path.some((folder) => folder.id === id)) return;
    throw new SegmentationError({
      code: 'folder-cycle',
      message: `${name} cannot be put into itself.`,
      hint: 'Choose a folder that is not below it.',
    });
  }

  async #named<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== '23505') throw error;
      throw new SegmentationError({
        code: 'folder-name-taken',
        message: `There is a folder named ${JSON.stringify(name)} in that place already.`,
        hint: 'Folders of one parent have names of their own.',
      });
    }
  }
}

function notFound(id: string): SegmentationError {
  return new SegmentationError({ code: 'folder-not-found', message: `There is no folder ${id}.`, hint: 'List the folders for their ids.' });
}

function notEmpty({ name, audiences }: FolderWithCount, folders: number): SegmentationError {
  return new SegmentationError({
    code: 'folder-not-empty',
    message: `${name} holds ${audiences} audiences and ${folders} folders.`,
    hint: 'Tell where they go with ?moveTo=<folder> or ?moveTo=top, or take them out first.',
  });
}

function folderOf(row: AudienceFolderRow): Folder {
  return {
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
  };
}
