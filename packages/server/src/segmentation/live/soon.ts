/** Work that begins in a while, by name. */

export type SoonWork = (signal: AbortSignal) => Promise<void>;

export class Soon {
  readonly #begin: (name: string, work: SoonWork) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #closed = false;

  constructor(begin: (name: string, work: SoonWork) => void) {
    this.#begin = begin;
  }

  /** The same that waits already is left, or put off. @param ms in how long */
  ask(name: string, ms: number, work: SoonWork, again = false): void {
    const waiting = this.#timers.get(name);
    if (this.#closed || (waiting !== undefined && !again)) return;
    clearTimeout(waiting);
    const timer = setTimeout(
      () => {
        this.#timers.delete(name);
        this.#begin(name, work);
      },
      Math.max(0, ms),
    ).unref();
    this.#timers.set(name, timer);
  }

  /** Nothing begins any more. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
