/** Times written as text, as SQL: `parseTime` of the language. */
import { DAY, daysBefore } from './calendar.ts';

/** White space of JavaScript, in a character class of RE2. */
export const SPACE = '[\\s\\x{b}\\x{a0}\\x{feff}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}]';

const CLOCK = '[Tt ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s*(Z|z|[+-]\\d{2}(?::?\\d{2})?)?';
const ISO = `^${SPACE}*(\\d{4})-(\\d{2})-(\\d{2})(?:${CLOCK})?${SPACE}*$`;

/** Epoch milliseconds of ISO 8601 text; null for anything else and for days that do not exist. */
export function timeOfText(sql: string): string {
  const groups = `extractGroups(ifNull(${sql}, ''), ${quoted(ISO)})`;
  const number = (group: number): string => `toInt64OrZero(g[${group}])`;
  const index = `(${number(1)} * 12 + ${number(2)} - 1)`;
  const day = `${number(3)} >= 1 AND ${number(3)} <= ${daysBefore('(i + 1)')} - ${daysBefore('i')}`;
  const exists = `${number(2)} >= 1 AND ${number(2)} <= 12 AND ${day} AND ${number(4)} <= 23 AND ${number(5)} <= 59 AND ${number(6)} <= 59`;
  const clock = `((${number(4)} * 60 + ${number(5)}) * 60 + ${number(6)}) * 1000 + toInt64OrZero(substring(concat(g[7], '000'), 1, 3))`;
  const offset = `if(match(g[8], '^[+-]'), if(startsWith(g[8], '-'), -60000, 60000) * ${minutes('g[8]')}, 0)`;
  const instant = `(${daysBefore('i')} + ${number(3)} - 1) * ${DAY} + ${clock} - ${offset}`;
  const read = `arrayMap(i -> if(${exists}, ${instant}, NULL), [${index}])[1]`;
  return `arrayMap(g -> if(empty(g), NULL, ${read}), [${groups}])[1]`;
}

function minutes(zone: string): string {
  return `(toInt64OrZero(substring(${zone}, 2, 2)) * 60 + toInt64OrZero(substring(replaceOne(${zone}, ':', ''), 4, 2)))`;
}

/** A pattern as a literal. */
export function quoted(pattern: string): string {
  return `'${pattern.replaceAll('\\', '\\\\')}'`;
}
