/** What names people in data that is kept besides the tables: dead letters, uploaded files, files of batches. */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Identity } from '../identity/index.ts';
import { ImportError } from './errors.ts';
import { openSource } from './sources/open.ts';

/** A shorter text may well be something else than an id. */
const LONG_ENOUGH = 6;

/** Whether a document has one of the identities in its `identityMap`, or the id of one as a text of six characters or more. */
export function namesSomebody(document: unknown, identities: readonly Identity[]): boolean {
  const ids = new Set(identities.map(({ id }) => id).filter(({ length }) => length >= LONG_ENOUGH));
  const pairs = new Set(identities.map(({ namespace, id }) => `${namespace.toLowerCase()}\0${id}`));
  const look = (value: unknown, key: string): boolean => {
    if (typeof value === 'string') return ids.has(value);
    if (typeof value !== 'object' || value === null) return false;
    if (key === 'identityMap') return Object.entries(value).some(([namespace, list]) => lists(namespace, list));
    return Object.entries(value).some(([name, each]) => look(each, name));
  };
  const lists = (namespace: string, list: unknown): boolean =>
    Array.isArray(list) && list.some((item: { id?: unknown } | null) => pairs.has(`${namespace.toLowerCase()}\0${String(item?.id)}`));
  return look(document, '');
}

export interface ErasedTraces {
  /** Lines taken out of JSON Lines files. */
  readonly lines: number;
  /** Files of other formats, which were deleted whole. */
  readonly deleted: readonly string[];
}

/** Takes people out of all files below some folders: lines of JSON Lines files, files of other formats as a whole. Safe to repeat. */
export async function eraseTraces(folders: readonly string[], identities: readonly Identity[]): Promise<ErasedTraces> {
  let lines = 0;
  const deleted: string[] = [];
  for (const folder of folders) {
    for (const name of await filesBelow(folder)) {
      const path = join(folder, name);
      if (!(await fileNamesSomebody(path, identities))) continue;
      if (name.endsWith('.jsonl')) lines += await takeOutLines(path, identities);
      else {
        await rm(path);
        deleted.push(name);
      }
    }
  }
  return { lines, deleted };
}

/** Whether a record of a file names one of them. A file that cannot be read as records is looked through as text. */
async function fileNamesSomebody(path: string, identities: readonly Identity[]): Promise<boolean> {
  try {
    const source = await openSource({ kind: 'file', path });
    for await (const { rows, malformed } of source.batches()) {
      if (rows.some(({ value }) => namesSomebody(value, identities))) return true;
      if (malformed.some(({ text }) => identities.some(({ id }) => text.includes(id)))) return true;
    }
    return false;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return await textNamesSomebody(path, identities);
  }
}

async function textNamesSomebody(path: string, identities: readonly Identity[]): Promise<boolean> {
  const ids = identities.map(({ id }) => id).filter(({ length }) => length >= LONG_ENOUGH);
  for await (const line of linesOf(path)) if (ids.some((id) => line.includes(id))) return true;
  return false;
}

async function takeOutLines(path: string, identities: readonly Identity[]): Promise<number> {
  const part = `${path}.erasing`;
  const { atime, mtime } = await stat(path);
  let taken = 0;
  const kept = async function* (): AsyncGenerator<string> {
    for await (const line of linesOf(path)) {
      if (lineNamesSomebody(line, identities)) taken++;
      else yield `${line}\n`;
    }
  };
  await pipeline(Readable.from(kept()), createWriteStream(part, { flush: true }));
  // Records without a time of their own are as old as their file.
  await utimes(part, atime, mtime);
  await rename(part, path);
  return taken;
}

function lineNamesSomebody(line: string, identities: readonly Identity[]): boolean {
  try {
    return namesSomebody(JSON.parse(line), identities);
  } catch {
    return identities.some(({ id }) => line.includes(id));
  }
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Infinity });
}

/** Relative paths; none when there is no such folder. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
