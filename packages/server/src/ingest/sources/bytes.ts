/** Files as streams of bytes, unpacked when their name ends in `.gz`. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportError } from '../errors.ts';

export interface SourceFile {
  /** Bytes on disk. */
  readonly size: number;
  /** Epoch milliseconds of the last change. */
  readonly modified: number;
  /** Bytes read from disk so far. */
  position(): number;
  /** Pieces of the content. */
  bytes(): AsyncGenerator<Buffer>;
}

/** Small, so that the records of a piece are gone before the garbage collector has to move them. */
const PIECE = 1 << 18;

/** Throws ImportError when there is no such file or it is empty. */
export async function openFile(path: string): Promise<SourceFile> {
  const { size, mtimeMs } = await statFile(path);
  let read = none;
  return {
    size,
    modified: Math.floor(mtimeMs),
    position: () => read(),
    async *bytes() {
      const file = createReadStream(path, { highWaterMark: PIECE });
      read = () => file.bytesRead;
      try {
        yield* path.endsWith('.gz') ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => undefined) : file;
      } catch (cause) {
        throw unreadable(path, cause);
      } finally {
        file.destroy();
      }
    },
  };
}

function none(): number {
  return 0;
}

/** Size and time of a file that must be there and hold something. */
export async function statFile(path: string): Promise<{ size: number; mtimeMs: number }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  if (!found.isFile()) {
    throw new ImportError({
      code: 'SOURCE_UNREADABLE',
      message: `${path} is no file`,
      hint: 'Name one file; several files are several imports.',
    });
  }
  if (found.size === 0) {
    throw new ImportError({
      code: 'SOURCE_EMPTY',
      message: `${path} is empty`,
      hint: 'Check that the export that wrote the file was complete.',
    });
  }
  return found;
}

function missing(path: string, cause: unknown): ImportError {
  const message = codeOf(cause) === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read: ${String(cause)}`;
  return new ImportError({ code: 'SOURCE_NOT_FOUND', message, hint: 'Check the path, and that this user may read the file.', cause });
}

/** Any failure while reading, as an ImportError. */
export function unreadable(path: string, cause: unknown): ImportError {
  if (cause instanceof ImportError) return cause;
  const packed = String(codeOf(cause)).startsWith('Z_');
  const hint = packed ? 'The .gz file is damaged or cut off; get it again.' : 'Check the disk and the rights of the file.';
  const message = `${path} cannot be read${packed ? ' to its end' : ''}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new ImportError({ code: 'SOURCE_UNREADABLE', message, hint, cause });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
