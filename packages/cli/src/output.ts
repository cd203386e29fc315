/** Results go to standard output, everything said on the way to standard error. */
import { exitCodeOf, exitCodes } from './exit-codes.ts';

export interface Output {
  readonly json: boolean;
  /** The result of the command: one JSON value with --json, else the words for people. */
  result(value: unknown, words: () => string): void;
  /** Said on the way. */
  note(text: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result: (value, words) => void process.stdout.write(`${json ? JSON.stringify(value, null, 2) : words()}\n`),
    note,
  };
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** An error for people: what happened, what to do. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `kindred: ${String(error)}`;
  const hint = (error as { hint?: unknown }).hint;
  // Only what nobody foresaw needs its stack.
  const expected = typeof hint === 'string' || exitCodeOf(error) !== exitCodes.failure;
  const text = expected ? error.message : (error.stack ?? error.message);
  return `kindred: ${text}${typeof hint === 'string' ? `\n  ${hint}` : ''}`;
}

/** Columns as wide as their longest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : (cell ?? '–'))));
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)));
  const right = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] !== 'string'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(header), ...cells.map(line)].join('\n');
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
