/** SQL LIKE: `%` any run of characters, `_` exactly one, a backslash before either makes it itself. */

/** What stands between two `%`: texts, and null for any one character. */
type Segment = readonly (string | null)[];

function segmentsOf(pattern: string): readonly Segment[] {
  const segments: (string | null)[][] = [[]];
  const add = (part: string | null): void => {
    const segment = segments.at(-1) ?? [];
    const last = segment.at(-1);
    if (part !== null && typeof last === 'string') segment[segment.length - 1] = last + part;
    else segment.push(part);
  };
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const char = characters[at] ?? '';
    if (char === '%') segments.push([]);
    else if (char === '_') add(null);
    else add(char === '\\' && at + 1 < characters.length ? (characters[++at] ?? '') : char);
  }
  return segments;
}

/** UTF-16 units of the character at a place. */
const width = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Where the segment ends when it begins at a place; -1 when it does not fit there. */
function endOf(segment: Segment, text: string, start: number): number {
  let at = start;
  for (const part of segment) {
    if (part === null ? at >= text.length : !text.startsWith(part, at)) return -1;
    at += part === null ? width(text, at) : part.length;
  }
  return at;
}

/** Where the first fit of the segment ends, from a place on; -1 without one. */
function find(segment: Segment, text: string, from: number): number {
  const [first] = segment;
  for (let start = from; start <= text.length; start += width(text, start)) {
    if (typeof first === 'string') start = text.indexOf(first, start);
    if (start < 0) return -1;
    const end = endOf(segment, text, start);
    if (end >= 0) return end;
  }
  return -1;
}

/** Whether the segment fits at the very end of the text, beginning at a place or later. */
function fitsEnd(segment: Segment, text: string, from: number): boolean {
  let start = text.length;
  for (const part of segment.toReversed()) {
    if (part !== null) start -= part.length;
    else start -= start > 1 && width(text, start - 2) === 2 ? 2 : 1;
  }
  return start >= from && endOf(segment, text, start) === text.length;
}

/**
 * Whether the whole text fits the pattern. The earliest fit of each segment leaves most room for the rest, so there
 * is no going back: for one pattern, time grows with the length of the text.
 */
export function compileLike(pattern: string): (text: string) => boolean {
  const [first = [], ...rest] = segmentsOf(pattern);
  const last = rest.at(-1);
  if (last === undefined) return (text) => endOf(first, text, 0) === text.length;
  const middle = rest.slice(0, -1);
  return (text) => {
    let at = endOf(first, text, 0);
    for (const segment of middle) {
      if (at < 0) return false;
      at = find(segment, text, at);
    }
    return at >= 0 && fitsEnd(last, text, at);
  };
}
