/** How times are written, in the letters of Java (`yyyy-MM-dd'T'HH:mm:ss.SSSX`): reading and writing. English names. */
import { utc } from '../../../schema/index.ts';
import type { Zone } from './zones.ts';
import { LETTERS } from './time-letters.ts';
import type { Letter, Parts } from './time-letters.ts';

export interface ReadTime {
  /** Epoch milliseconds. */
  readonly instant: number;
  /** The one in the text, or the one that was given. */
  readonly zone: Zone;
}

export interface TimePattern {
  /** Whether a text of this form says its zone. */
  readonly zoned: boolean;
  /** Null for a text that is not of this form, or a time that does not exist. @param zone for texts that say none */
  readonly parse: (text: string, zone: Zone) => ReadTime | null;
  /** Why texts of this form cannot be read; null when they can. */
  readonly unreadable: string | null;
  /** @param local what the clock of the zone shows, as if it were UTC */
  readonly format: (local: number, zone: Zone) => string;
}

export interface PatternProblem {
  readonly problem: string;
}

const cache = new Map<string, TimePattern | PatternProblem>();
const LONGEST = 100;

export function compileTimePattern(pattern: string): TimePattern | PatternProblem {
  let compiled = cache.get(pattern);
  if (compiled === undefined) {
    if (cache.size >= 500) cache.clear();
    cache.set(pattern, (compiled = pattern.length > LONGEST ? { problem: `is longer than ${LONGEST} characters` } : compile(pattern)));
  }
  return compiled;
}

type Piece = { readonly text: string } | { readonly letter: Letter; readonly count: number };

function compile(pattern: string): TimePattern | PatternProblem {
  const pieces: Piece[] = [];
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|'|([A-Za-z])\1*|[^A-Za-z']+/g)) {
    if (token === "'") return { problem: 'has a quote that is never closed' };
    const letter = LETTERS[token.charAt(0)];
    if (/^[A-Za-z]/.test(token) && token !== 'T') {
      if (letter === undefined) return { problem: `has a letter ${token.charAt(0)} that means nothing` };
      pieces.push({ letter, count: token.length });
    } else pieces.push({ text: token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") || "'" : token });
  }
  return {
    zoned: pieces.some((piece) => 'letter' in piece && piece.letter.part === 'zone'),
    unreadable: unreadable(pieces),
    parse: parser(pieces),
    format: (local, zone) => {
      const date = new Date(local);
      return pieces.map((piece) => ('text' in piece ? piece.text : piece.letter.write({ date, zone, count: piece.count }))).join('');
    },
  };
}

function unreadable(pieces: readonly Piece[]): string | null {
  const letters = pieces.flatMap((piece) => ('letter' in piece ? [piece] : []));
  const writeOnly = letters.find(({ letter }) => letter.pattern === undefined);
  if (writeOnly !== undefined) return `has a letter ${writeOnly.letter.name} that means nothing when a time is read`;
  const missing = (['year', 'month', 'day'] as const).filter((part) => !letters.some(({ letter }) => letter.part === part));
  return missing.length === 0 ? null : `names no year, month and day`;
}

function parser(pieces: readonly Piece[]): TimePattern['parse'] {
  const letters = pieces.flatMap((piece) => ('letter' in piece ? [piece] : []));
  const source = pieces.map((piece) =>
    'text' in piece ? piece.text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`) : `(${piece.letter.pattern?.(piece.count) ?? ''})`,
  );
  // Every group is of bounded width: matching takes no longer than the pattern is.
  const expression = new RegExp(`^${source.join('')}$`, 'i');
  return (text, zone) => {
    const match = expression.exec(text);
    if (match === null) return null;
    const parts: Parts = { year: NaN, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0, afternoon: null, zone };
    for (const [index, { letter, count }] of letters.entries()) {
      if (letter.read?.(match[index + 1] ?? '', parts, count) === false) return null;
    }
    const hour = parts.afternoon === null ? parts.hour : (parts.hour % 12) + (parts.afternoon ? 12 : 0);
    const local = utc([parts.year, parts.month, parts.day, hour, parts.minute, parts.second], parts.millisecond);
    return Number.isNaN(local) ? null : { instant: parts.zone.instant(local), zone: parts.zone };
  };
}
