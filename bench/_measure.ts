/** What every measurement shares: rows of a result, clocks, medians. */

export interface Row {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  /** What it is compared with in the same run, null when nothing. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** Ours to the peer's. */
  readonly ratio: number | null;
}

export interface RunOptions {
  /** Tells the user what goes on. */
  readonly note: (text: string) => void;
}

export interface Cost {
  /** Wall time and processor time of all threads, the embedded engine's included; ms. */
  readonly wall: number;
  readonly cpu: number;
}

export async function measure(work: () => Promise<void>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A row whose numbers have three significant digits or, when large, no fraction. */
export function row(facts: Omit<Row, 'ratio'>): Row {
  const { value, peerValue } = facts;
  return {
    ...facts,
    value: rounded(value),
    peerValue: peerValue === null ? null : rounded(peerValue),
    ratio: peerValue ? rounded(value / peerValue) : null,
  };
}

function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

/** A whole number from the environment, for sizes one wants to vary. Throws Error on anything else. */
export function sizeSetting(name: string, usual: number): number {
  const text = process.env[name];
  if (text === undefined) return usual;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`${name} must be a whole number above 0, not "${text}"`);
  return value;
}

/** The value that `part` per cent of the values do not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * part) / 100) - 1)] ?? Number.NaN;
}

/** Watches the resident memory of this process until the function it gives is called, which tells the greatest, in MB. */
export function peakMemory(): () => number {
  let peak = process.memoryUsage.rss();
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
    return peak / 1_000_000;
  };
}
