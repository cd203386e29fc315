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

/** RE2 as the language means it: in the engine a dot matches line ends too, unless told. */
export function regularExpression(pattern: string): string {
  return `(?-s)${pattern}`;
}
