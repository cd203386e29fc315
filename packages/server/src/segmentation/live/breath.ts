/** Long work in small pieces: requests are answered in between. */
import { setImmediate } from 'node:timers/promises';

/** Of a piece, ms. */
const LONGEST = 10;

export class Breath {
  #since = performance.now();

  /** Lets others work when it is time. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < LONGEST) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
