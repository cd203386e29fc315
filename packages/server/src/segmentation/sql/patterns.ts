/** Patterns of the language in the engine's notation. */
import type { Value } from '@kindred/pql';
import { NotInSql } from './shape.ts';

/** A LIKE pattern in which only wildcards and the backslash are escaped; null when it is null. */
export function likePattern(pattern: Value): string | null {
  if (pattern.op !== 'literal') throw new NotInSql('a pattern that is no literal');
  if (pattern.value === null) return null;
  const text = String(pattern.value);
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char !== '\\') result += char;
    else result += escaped(text.charAt(++at));
  }
  return result;
}

/** What a backslash makes of the next character: itself. At the end of a pattern it stands for itself. */
function escaped(next: string): string {
  if (next === '%' || next === '_' || next === '\\') return `\\${next}`;
  return next === '' ? '\\\\' : next;
}

/** What the engine looks into for a substring that every match must hold, and gets right. */
const PLAIN = /^(?!.*(\[\^?\]|\\Q))[\t\n\r -~]*$/s;

/**
 * RE2 as the language means it: in the engine a dot matches line ends too, unless told. Its search for required
 * substrings is wrong about characters beyond ASCII (of `é?` it demands the first byte), `[]a]` and `\\Q`: an
 * alternative that matches nothing keeps it from searching.
 */
export function regularExpression(pattern: string): string {
  return PLAIN.test(pattern) ? `(?-s)${pattern}` : `(?-s)(?:${pattern})|[^\\x00-\\x{10FFFF}]`;
}
