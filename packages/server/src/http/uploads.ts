/** Files that clients send for an import. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DataFolder } from '../store/index.ts';
import { RequestError } from './errors.ts';

/** Where an upload of that name lies. The contract keeps separators out of names. */
export function uploadPath(folder: DataFolder, name: string): string {
  return folder.inside('uploads', name);
}

export interface Upload {
  readonly name: string;
  readonly body: Readable;
  /** When the file was last changed where it comes from. */
  readonly modified?: Date | undefined;
}

/** Streams a body to disk; an upload of the same name is replaced when the new one is whole. Returns its bytes. */
export async function receiveUpload(folder: DataFolder, { name, body, modified }: Upload): Promise<number> {
  const path = uploadPath(folder, name);
  const part = `${path}.${randomUUID()}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(body, createWriteStream(part, { flush: true }));
    if (modified) await utimes(part, modified, modified);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return (await stat(path)).size;
}

/** Throws RequestError when there is none. */
export async function existingUpload(folder: DataFolder, name: string): Promise<string> {
  const path = uploadPath(folder, name);
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return path;
  throw new RequestError('not-found', `There is no upload "${name}".`, { hint: `Send it first: PUT /api/uploads/${name}.` });
}
