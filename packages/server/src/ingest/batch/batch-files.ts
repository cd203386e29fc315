/** The files of batches, in a folder for each: `files`, parts of large ones that are not whole, and what could not be stored. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BatchError } from './errors.ts';

export interface BatchFile {
  readonly name: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** Bytes `start` to `end`, both included, of `total`. */
export interface PartRange {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

export class BatchFiles {
  readonly #root: string;
  /** Gives the name of a file that is being written, unique. */
  readonly #newName: () => string;

  constructor(root: string, newName: () => string) {
    this.#root = root;
    this.#newName = newName;
  }

  /** Where records of a file that cannot be stored are kept. */
  letterFile(batch: string, name: string): string {
    return join(this.#root, batch, 'failed-records', `${name}.jsonl`);
  }

  /** By name. */
  async list(batch: string): Promise<readonly BatchFile[]> {
    return await filesIn(join(this.#root, batch, 'files'));
  }

  /** Those with records that could not be stored, by the name of the file they come from. */
  async letters(batch: string): Promise<readonly BatchFile[]> {
    const files = await filesIn(join(this.#root, batch, 'failed-records'));
    return files.map((file) => ({ ...file, name: file.name.replace(/\.jsonl$/, '') }));
  }

  /** Throws BatchError `batch-file-not-found`. */
  async get(batch: string, name: string): Promise<BatchFile> {
    const found = (await this.list(batch)).find((file) => file.name === name);
    return found ?? notFound(batch, name);
  }

  /** On disk on return; a file of that name is replaced when the new one is whole. */
  async put(batch: string, name: string, body: Readable): Promise<void> {
    await this.#write(batch, join(this.#root, batch, 'files', name), body);
  }

  /** Begins a file that comes in parts; parts of before are gone. */
  async begin(batch: string, name: string): Promise<void> {
    const folder = this.#parts(batch, name);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }

  /** Throws BatchError. */
  async putPart(batch: string, name: string, part: { readonly range: PartRange; readonly body: Readable }): Promise<void> {
    const folder = this.#parts(batch, name);
    await stat(folder).catch(() => {
      throw new BatchError('batch-file-incomplete', `The file ${name} was not begun.`, 'POST …/files/{name}?action=INITIALIZE first.');
    });
    const { start, end, total } = part.range;
    const path = join(folder, `${start}-${end}-${total}`);
    await this.#write(batch, path, part.body);
    const { size } = await stat(path);
    if (size === end - start + 1) return;
    await rm(path);
    throw new BatchError(
      'batch-file-incomplete',
      `The part has ${size} bytes, its Content-Range says ${end - start + 1}.`,
      'Send it again.',
    );
  }

  /** Makes the parts one file. Throws BatchError where there is a gap or an overlap. */
  async finish(batch: string, name: string): Promise<void> {
    const folder = this.#parts(batch, name);
    const parts = (await readdir(folder).catch(() => []))
      .map((file) => ({ file, numbers: file.split('-').map(Number) as [number, number, number] }))
      .toSorted((one, other) => one.numbers[0] - other.numbers[0]);
    let size = 0;
    for (const { numbers } of parts) {
      if (numbers[0] !== size)
        throw broken(
          name,
          `bytes ${Math.min(size, numbers[0])}–${Math.max(size, numbers[0])} ${numbers[0] > size ? 'are missing' : 'come twice'}`,
        );
      size = numbers[1] + 1;
    }
    const total = parts[0]?.numbers[2] ?? 0;
    if (size === 0 || size !== total) throw broken(name, `${size} of ${total} bytes are there`);
    await this.put(batch, name, joined(parts.map(({ file }) => join(folder, file))));
    await rm(folder, { recursive: true });
  }

  async #write(batch: string, path: string, body: Readable): Promise<void> {
    const part = join(this.#root, batch, 'arriving', this.#newName());
    for (const each of [part, path]) await mkdir(dirname(each), { recursive: true });
    try {
      await pipeline(body, createWriteStream(part, { flush: true }));
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  #parts(batch: string, name: string): string {
    return join(this.#root, batch, 'parts', name);
  }
}

function joined(paths: readonly string[]): Readable {
  return Readable.from(
    (async function* () {
      for (const path of paths) yield* createReadStream(path);
    })(),
    { objectMode: false },
  );
}

async function filesIn(folder: string): Promise<readonly BatchFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map(async (name) => ({ name, path: join(folder, name), size: (await stat(join(folder, name))).size }));
  return await Promise.all(files);
}

function broken(name: string, why: string): BatchError {
  return new BatchError(
    'batch-file-incomplete',
    `The file ${name} is not whole: ${why}.`,
    'Send what is missing, then complete it again; or begin it anew.',
  );
}

function notFound(batch: string, name: string): never {
  throw new BatchError(
    'batch-file-not-found',
    `The batch ${batch} has no file ${name}.`,
    'See GET /data/foundation/export/batches/{id}/files.',
  );
}
