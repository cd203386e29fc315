/**
 * CSV as RFC 4180 has it, in a stream, and forgiving where a line is broken: a quote that never ends, or text after
 * a closing quote, costs that one line, and reading goes on with the next. (The libraries at hand end the import there,
 * or swallow the rest of the file.)
 */
import type { Batch, MalformedRow, SourceRow } from './source.ts';

export interface CsvOptions {
  readonly delimiter: string;
  /** Number of values a record has; another number is malformed. Null: not checked. */
  readonly width: number | null;
}

/** A record in quotes longer than this has lost its closing quote. In characters. */
const LONGEST_RECORD = 1 << 24;

const CUT = 65_536;

export class CsvParser {
  readonly #delimiter: string;
  #width: number | null;
  /** Text not yet parsed. */
  #text = '';
  /** Number of its first line. */
  #line = 1;
  #rows: SourceRow[] = [];
  #malformed: MalformedRow[] = [];

  constructor(options: CsvOptions) {
    this.#delimiter = options.delimiter;
    this.#width = options.width;
  }

  /** From now on records must have so many values. */
  set width(width: number) {
    this.#width = width;
  }

  /** Adds text and gives the records complete by now. */
  push(text: string): Batch {
    this.#text = this.#text === '' ? text : this.#text + text;
    this.#parse(false);
    return this.#take();
  }

  /** The record without an end of line, if any. */
  end(): Batch {
    this.#parse(true);
    return this.#take();
  }

  #take(): Batch {
    const batch = { rows: this.#rows, malformed: this.#malformed };
    this.#rows = [];
    this.#malformed = [];
    return batch;
  }

  #parse(last: boolean): void {
    const text = this.#text;
    let at = 0;
    let quote = text.indexOf('"');
    while (at < text.length) {
      let end = text.indexOf('\n', at);
      if (end === -1) {
        if (!last) break;
        end = text.length;
      }
      if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
      if (quote === -1 || quote >= end) {
        const stop = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
        if (stop > at) this.#record(text.slice(at, stop).split(this.#delimiter), text, at, stop);
        at = end + 1;
        this.#line++;
        continue;
      }
      const next = this.#quoted(text, at, end, last);
      if (next === -1) break;
      at = next;
    }
    this.#text = at >= text.length ? '' : text.slice(at);
  }

  /** Parses a record with quotes; gives where the next one begins, or -1 when the text ends before the record does. */
  #quoted(text: string, start: number, lineEnd: number, last: boolean): number {
    const values: string[] = [];
    let at = start;
    let lines = 1;
    for (;;) {
      const quoted = text.charCodeAt(at) === 34;
      const close = quoted ? closingQuote(text, at + 1, last) : -1;
      if (quoted && close === -1 && !last && text.length - start < LONGEST_RECORD) return -1;
      if (quoted && close === -1) return this.#broken(text, start, lineEnd, 'a quote is opened and never closed');
      const end = quoted ? close : plainEnd(text, at, this.#delimiter);
      let after = quoted ? close + 1 : end;
      const value = text.slice(quoted ? at + 1 : at, end);
      values.push(quoted ? value.replaceAll('""', '"') : value);
      if (quoted) lines += count(value, '\n');
      if (text.charCodeAt(after) === 13 && (after + 1 >= text.length || text.charCodeAt(after + 1) === 10)) after++;
      if (after >= text.length && !last) return -1;
      if (after >= text.length || text.charCodeAt(after) === 10) {
        if (lines > 1 && !this.#fits(values)) return this.#broken(text, start, lineEnd, this.#misfit(values));
        this.#record(values, text, start, after);
        this.#line += lines;
        return after + 1;
      }
      if (!text.startsWith(this.#delimiter, after)) return this.#broken(text, start, lineEnd, 'there is text after a closing quote');
      at = after + this.#delimiter.length;
    }
  }

  /** Gives up one line. */
  #broken(text: string, start: number, lineEnd: number, reason: string): number {
    this.#malformed.push({ line: this.#line, reason, text: text.slice(start, Math.min(lineEnd, start + CUT)) });
    this.#line++;
    return lineEnd + 1;
  }

  #record(values: readonly string[], text: string, start: number, end: number): void {
    if (this.#fits(values)) this.#rows.push({ line: this.#line, value: values });
    else this.#malformed.push({ line: this.#line, reason: this.#misfit(values), text: text.slice(start, Math.min(end, start + CUT)) });
  }

  #fits(values: readonly string[]): boolean {
    return this.#width === null || values.length === this.#width;
  }

  #misfit(values: readonly string[]): string {
    return `expected ${this.#width} values, found ${values.length}`;
  }
}

/** Where a value that began without a quote ends, a carriage return at the end of the line left out. */
function plainEnd(text: string, at: number, delimiter: string): number {
  const newline = text.indexOf('\n', at);
  const line = newline === -1 ? text.length : newline;
  const next = text.indexOf(delimiter, at);
  if (next !== -1 && next < line) return next;
  return line > at && text.charCodeAt(line - 1) === 13 ? line - 1 : line;
}

/** The next quote that is not doubled; -1 when there is none, or when only more text can tell. */
function closingQuote(text: string, from: number, last: boolean): number {
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1 || (!last && quote + 1 >= text.length)) return -1;
    if (text.charCodeAt(quote + 1) !== 34) return quote;
    at = quote + 2;
  }
}

function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at !== -1; at = text.indexOf(char, at + 1)) found++;
  return found;
}
