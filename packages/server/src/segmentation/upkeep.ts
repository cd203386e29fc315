/** Work that keeps memberships right, one piece after the other, beside the segment jobs and not behind them. */
import { randomUUID } from 'node:crypto';
import { SerialQueue } from './serial-queue.ts';

export class Upkeep {
  readonly #queue = new SerialQueue();
  /** Not begun yet. */
  readonly #waiting = new Set<string>();

  /** Does something when what was asked for before is done, unless the same waits already: what is under way has not seen what it is about. */
  ask(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    this.#queue.add(`${name} ${randomUUID()}`, async (signal) => {
      this.#waiting.delete(name);
      if (!signal.aborted) await work(signal);
    });
  }

  /** Stops everything, and resolves when it has ended. */
  async close(): Promise<void> {
    await this.#queue.close();
  }
}
