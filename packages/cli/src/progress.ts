/** Progress of long work on standard error: one bar that moves on a terminal, a line now and then elsewhere. */
import { formatNumber } from './output.ts';

export interface Progress {
  /** @param fraction 0…1, null when nobody knows */
  update(fraction: number | null, text: string): void;
  /** Ends the bar; the next output starts on a line of its own. */
  end(): void;
}

const BAR_WIDTH = 30;
/** Without a terminal: at most one line in this time, in ms. */
const LINE_INTERVAL = 2000;

/** @param now monotonic clock in ms */
export function createProgress(stream: NodeJS.WriteStream = process.stderr, now: () => number = () => performance.now()): Progress {
  return stream.isTTY ? createBar(stream) : createLines(stream, now);
}

function createBar(stream: NodeJS.WriteStream): Progress {
  let drawn = false;
  return {
    update(fraction, text) {
      const filled = Math.round((fraction ?? 0) * BAR_WIDTH);
      const bar =
        fraction === null
          ? ''
          : `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${String(Math.floor(fraction * 100)).padStart(3)} % `;
      stream.write(`\r\u001b[K${`${bar}${text}`.slice(0, (stream.columns ?? 80) - 1)}`);
      drawn = true;
    },
    end() {
      if (drawn) stream.write('\n');
      drawn = false;
    },
  };
}

function createLines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let last = -Infinity;
  let written = '';
  let pending: string | null = null;
  return {
    update(fraction, text) {
      const line = fraction === null ? text : `${Math.floor(fraction * 100)} % ${text}`;
      if (line === written) return;
      if (now() - last < LINE_INTERVAL) return void (pending = line);
      last = now();
      pending = null;
      written = line;
      stream.write(`${line}\n`);
    },
    end() {
      if (pending !== null) stream.write(`${pending}\n`);
      pending = null;
    },
  };
}

export function rows(count: number): string {
  return `${formatNumber(count)} ${count === 1 ? 'row' : 'rows'}`;
}
