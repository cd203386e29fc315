/** Patterns of the language in the engine's notation. */
import { literal } from '../../store/index.ts';
import { groupNature } from './regex-groups.ts';
import type { Scalar } from './shape.ts';
import { NotInSql, NULL } from './shape.ts';

/** The pattern of LIKE that a text means: only wildcards and the backslash are escaped there. At its end a backslash is itself. */
export function likePattern(text: string): string {
  return text.replace(/\\([%_\\])|\\([^%_\\])|\\$/gsu, (whole, escaped?: string, plain?: string) =>
    escaped === undefined ? (plain ?? '\\\\') : whole,
  );
}

/** The same of a text that is no literal. */
export function likePatternSql(sql: string): string {
  return `replaceRegexpAll(${sql}, ${literal('(?s)(\\\\[%_\\\\])|\\\\([^%_\\\\])|(\\\\)$')}, ${literal('\\1\\2\\3\\3')})`;
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

/** What a group of a regular expression found first in a text; null when nothing, or when the group took no part. */
export function groupOf(text: Scalar, pattern: string, group: number): Scalar {
  const nature = groupNature(pattern, group);
  if (text.form === null || nature === null) return NULL;
  if (!nature.always && nature.empty) throw new NotInSql('a group that may take no part or find nothing');
  const expression = literal(regularExpression(pattern));
  const found = `regexpExtract(x, ${expression}, ${group})`;
  const value = nature.empty ? `if(ifNull(match(x, ${expression}), 0), ${found}, NULL)` : `nullIf(${found}, '')`;
  return { shape: 'scalar', form: 'string', sql: `arrayMap(x -> ${value}, [${text.sql}])[1]`, nullable: true };
}
