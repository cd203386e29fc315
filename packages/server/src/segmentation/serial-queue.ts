/** Work done one piece after the other; each can be stopped while it waits and while it runs. */

/** Why work stops: somebody asked, or the process ends and the work shall go on after the next start. */
export type StopReason = 'cancelled' | 'closing';

interface Live {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class SerialQueue {
  readonly #live = new Map<string, Live>();
  /** Ends when the last piece asked for has. */
  #last: Promise<void> = Promise.resolve();
  #closing = false;

  /** Whether nothing waits or runs. */
  get idle(): boolean {
    return this.#live.size === 0;
  }

  has(id: string): boolean {
    return this.#live.has(id);
  }

  /** Runs the work when all before it has ended. It hears of being stopped by its signal, before its turn too. */
  add(id: string, work: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController();
    if (this.#closing) stop.abort(new Stopped('closing'));
    const ended = this.#last.then(() => work(stop.signal)).finally(() => this.#live.delete(id));
    this.#live.set(id, { stop, ended });
    // A store that fails here fails the next one's question too; there is nobody else to tell.
    this.#last = ended.catch(() => undefined);
  }

  /** False when it has ended already. */
  cancel(id: string): boolean {
    const live = this.#live.get(id);
    live?.stop.abort(new Stopped('cancelled'));
    return live !== undefined;
  }

  /** Resolves when the work has ended, however it did; at once when it is not known. */
  async ended(id: string): Promise<void> {
    await this.#live.get(id)?.ended;
  }

  /** Stops everything, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { stop } of this.#live.values()) stop.abort(new Stopped('closing'));
    await this.#last;
  }
}

/** Rooms below throw it as the AbortError it is. */
class Stopped extends DOMException {
  readonly why: StopReason;

  constructor(why: StopReason) {
    super(why === 'cancelled' ? 'The job was cancelled.' : 'The server ends.', 'AbortError');
    this.why = why;
  }
}

/** Why a signal of a queue aborted; null when it did not. */
export function stopReason(signal: AbortSignal): StopReason | null {
  return signal.reason instanceof Stopped ? signal.reason.why : null;
}
