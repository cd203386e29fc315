/** Which profile is due next: a heap of instants, with those that were moved since skipped. */

interface Timer {
  /** Epoch ms. */
  readonly at: number;
  readonly profile: string;
}

export class Timers {
  readonly #heap: Timer[] = [];
  /** The instant that counts for each profile. */
  readonly #current = new Map<string, number>();

  /** Infinity: never. */
  set(profile: string, at: number): void {
    if (this.#current.get(profile) === at) return;
    if (at === Infinity) {
      this.#current.delete(profile);
      return;
    }
    this.#current.set(profile, at);
    this.#push({ at, profile });
  }

  clear(): void {
    this.#heap.length = 0;
    this.#current.clear();
  }

  /** The instant of a profile, epoch ms; null: never. */
  at(profile: string): number | null {
    return this.#current.get(profile) ?? null;
  }

  /** Takes out a profile that is due by then; null when none is. */
  due(now: number): string | null {
    const next = this.next();
    if (next === null || next > now) return null;
    const { profile } = this.#pop();
    this.#current.delete(profile);
    return profile;
  }

  next(): number | null {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#current.get(first.profile) === first.at) return first.at;
      this.#pop();
    }
    return null;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if ((heap[parent] as Timer).at <= timer.at) break;
      heap[place] = heap[parent] as Timer;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const first = heap[0] as Timer;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Timer).at < (heap[child] as Timer).at) child++;
      if ((heap[child] as Timer).at >= last.at) break;
      heap[place] = heap[child] as Timer;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}
