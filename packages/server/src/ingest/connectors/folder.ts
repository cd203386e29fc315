/** Files that somebody puts into a folder. A file is taken when it has not changed for a while; when it changes later, it is taken again. */
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Connector, Cursor, Portion } from './connector.ts';
import { ConnectorError } from './connector.ts';

const settings = z.strictObject({
  path: z.string().min(1).refine(isAbsolute, 'the path must be absolute').describe('The folder, on the machine of the server'),
  recursive: z.boolean().default(true).describe('Folders in it, too'),
  format: z.enum(['csv', 'json', 'jsonl', 'parquet']).optional().describe('By the names of the files when left out'),
  settleSeconds: z.number().min(0).max(3600).default(2).describe('How long a file must not have changed'),
});
type FolderSettings = z.output<typeof settings>;

/** The files taken, by their path: as they were then. */
type Taken = Readonly<Record<string, string>>;

/** Endings of files that are being written. */
const UNFINISHED = /(^|\/)\.|\.(part|tmp|crdownload|filepart|erasing)$/i;
/** Names that tell their format. */
export const READABLE = /\.(csv|tsv|txt|json|jsonl|ndjson|parquet)(\.gz)?$/i;

export const folder: Connector<FolderSettings> = {
  kind: 'folder',
  title: 'Folder',
  description: 'CSV, JSON, JSON Lines and Parquet files in a folder of the server, each when it is complete.',
  settings,
  secrets: [],
  async check({ path }) {
    await filesIn(path, false);
  },
  async *fetch({ path, recursive, format, settleSeconds }, cursor, { now, signal }) {
    let taken = (cursor ?? {}) as Taken;
    const found = (await filesIn(path, recursive)).filter(
      (name) => !UNFINISHED.test(name) && (format !== undefined || READABLE.test(name)),
    );
    const files = await Promise.all(found.map(async (name) => ({ name, facts: await stat(join(path, name)).catch(() => null) })));
    const waiting = files.flatMap(({ name, facts }) =>
      facts?.isFile() === true && facts.mtimeMs <= now - settleSeconds * 1000 && taken[name] !== stamp(facts) ? [{ name, facts }] : [],
    );
    for (const { name, facts } of waiting.toSorted((one, other) => one.facts.mtimeMs - other.facts.mtimeMs || byName(one, other))) {
      if (signal.aborted) return;
      const after: Cursor = { ...taken, [name]: stamp(facts) };
      const source = { kind: 'file', path: join(path, name), ...(format !== undefined && { format }) } as const;
      // A file that is broken must not keep the others waiting; it is tried again when it has changed.
      yield { name, source, cursor: after, skipping: after } satisfies Portion;
      taken = after as Taken;
    }
  },
};

const stamp = ({ size, mtimeMs }: Stats): string => `${size} ${mtimeMs}`;
const byName = (one: { readonly name: string }, other: { readonly name: string }): number => (one.name < other.name ? -1 : 1);

/** Relative paths. Throws ConnectorError. */
async function filesIn(path: string, recursive: boolean): Promise<readonly string[]> {
  try {
    return await readdir(path, { recursive });
  } catch (cause) {
    throw new ConnectorError(
      'source-unreachable',
      `The folder ${path} cannot be read: ${(cause as Error).message}`,
      'It must be on the machine of the server, and the server must be allowed to read it.',
      cause,
    );
  }
}
