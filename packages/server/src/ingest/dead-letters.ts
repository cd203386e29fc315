/** Records that were not imported, in a JSON Lines file made when the first one comes. */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeadLetter } from './pipeline.ts';

export class DeadLetters {
  readonly #path: string;
  #handle: FileHandle | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** The file, null when there were no letters. */
  get file(): string | null {
    return this.#handle === null ? null : this.#path;
  }

  /** Durable on return. */
  async write(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    if (this.#handle === null) {
      await mkdir(dirname(this.#path), { recursive: true });
      this.#handle = await open(this.#path, 'w');
    }
    await this.#handle.appendFile(letters.map((letter) => `${JSON.stringify(letter, text)}\n`).join(''));
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** JSON has no 64-bit integers. */
function text(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
