/** A JSON file that holds one document or an array of them, on as many lines as it likes. */
import { readFile } from 'node:fs/promises';
import { ImportError } from '../errors.ts';
import { statFile } from './bytes.ts';
import type { Source } from './source.ts';

/** More would not fit into one text. Larger data is written with one document a line. */
const LARGEST = 256 * 1024 * 1024;

/** Throws ImportError when the file is missing, empty, too large or no JSON. */
export async function openJson(path: string): Promise<Source> {
  const { mtimeMs, size } = await statFile(path);
  if (size > LARGEST) throw unreadable(path, `it has ${size} bytes, at most ${LARGEST} are read at once`);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
  const documents: readonly unknown[] = Array.isArray(content) ? content : [content];
  const state = { read: 0 };
  return {
    columns: null,
    asOf: Math.floor(mtimeMs),
    size: documents.length,
    position: () => state.read,
    async *batches() {
      state.read = documents.length;
      yield { rows: documents.map((value, index) => ({ line: index + 1, value })), malformed: [] };
    },
  };
}

function unreadable(path: string, why: string): ImportError {
  return new ImportError({
    code: 'SOURCE_UNREADABLE',
    message: `${path} is no JSON that can be read: ${why}`,
    hint: 'Write one document a line (JSON Lines), or an array of documents.',
  });
}
