/** Files on their way to the server. */
import { routes } from '@kindred/contract';
import { openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Connection } from './connection.ts';
import { CommandError } from './exit-codes.ts';

/** The full path of a file. Throws CommandError when there is none. */
export async function existing(file: string): Promise<string> {
  const path = resolve(file);
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return path;
  throw new CommandError('invalid', found ? `${path} is not a file` : `there is no file ${path}`);
}

/** A server on another machine gets the bytes; one here reads the file itself. */
export async function sourceOf({ client, sameMachine }: Connection, path: string): Promise<{ path: string } | { upload: string }> {
  if (sameMachine) return { path };
  const name =
    basename(path)
      .replace(/[^\w.-]/g, '_')
      .replace(/^[.-]+/, '')
      .slice(0, 200) || 'upload';
  // The whole millisecond, as a server that reads the file itself takes it; `mtime` is rounded up half of the time.
  const modified = new Date(Math.floor((await stat(path)).mtimeMs)).toISOString();
  await client.call(routes.upload, { params: { name }, query: { modified }, body: await openAsBlob(path) });
  return { upload: name };
}

/** A JSON object as it is, such as a mapping; the server looks at what it says. Throws CommandError. */
export async function readObject(file: string, what: 'mapping' | 'field group'): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError('invalid', `cannot read the ${what} ${file}`);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new CommandError('invalid', `the ${what} ${file} is not JSON: ${(error as Error).message}`);
  }
  throw new CommandError('invalid', `the ${what} ${file} is not a JSON object`, 'See docs/import.md.');
}
