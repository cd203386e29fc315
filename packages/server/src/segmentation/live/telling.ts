/** What was decided is told while the next is decided: one telling after the other. */

export class Telling {
  readonly #onFailed: (error: unknown) => void;
  /** Ends when the last one has. */
  #last: Promise<void> = Promise.resolve();

  constructor(onFailed: (error: unknown) => void) {
    this.#onFailed = onFailed;
  }

  /** Resolves when it has begun, which is when the one before has ended. */
  async begin(tell: () => Promise<unknown>): Promise<void> {
    await this.#last;
    this.#last = tell().then(() => undefined, this.#onFailed);
  }

  /** Resolves when all is told. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
