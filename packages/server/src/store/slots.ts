/** A fixed set of things of which each serves one user at a time; first come, first served, urgent ones before. */

export interface Slots<T> {
  /** Waits for a free one, uses it, gives it back. A signal that aborts during the wait rejects with its reason. */
  use<R>(work: (slot: T) => Promise<R>, turn?: Turn): Promise<R>;
  /** Lets no more work in, and resolves when the work under way is done. */
  drain(): Promise<void>;
}

export interface Turn {
  readonly signal?: AbortSignal | undefined;
  readonly urgent?: boolean | undefined;
}

interface Waiter<T> {
  readonly start: (slot: T) => void;
  readonly refuse: (reason: Error) => void;
}

/** @param closed makes the error for work that comes after `drain` */
export function slots<T>(items: readonly T[], closed: () => Error): Slots<T> {
  const free = [...items];
  const waiting: Waiter<T>[] = [];
  const idle: (() => void)[] = [];
  let draining = false;

  const take = (turn: Turn): Promise<T> => {
    if (draining) return Promise.reject(closed());
    if (turn.signal?.aborted === true) return Promise.reject(turn.signal.reason as Error);
    const slot = free.shift();
    return slot === undefined ? enqueue(waiting, turn) : Promise.resolve(slot);
  };
  const give = (slot: T): void => {
    const next = waiting.shift();
    if (next !== undefined) return next.start(slot);
    free.push(slot);
    if (free.length === items.length) for (const resolve of idle.splice(0)) resolve();
  };

  return {
    async use(work, turn = {}) {
      const slot = await take(turn);
      try {
        return await work(slot);
      } finally {
        give(slot);
      }
    },
    async drain() {
      draining = true;
      for (const waiter of waiting.splice(0)) waiter.refuse(closed());
      if (free.length < items.length) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}

function enqueue<T>(waiting: Waiter<T>[], { signal, urgent }: Turn): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      waiting.splice(waiting.indexOf(waiter), 1);
      reject(signal?.reason as Error);
    };
    const waiter: Waiter<T> = {
      start(slot) {
        signal?.removeEventListener('abort', onAbort);
        resolve(slot);
      },
      refuse(reason) {
        signal?.removeEventListener('abort', onAbort);
        reject(reason);
      },
    };
    if (urgent === true) waiting.unshift(waiter);
    else waiting.push(waiter);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
