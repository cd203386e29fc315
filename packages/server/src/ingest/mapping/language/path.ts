/** Paths into records and documents: `a.b`, `items[0].sku`, `items[*].sku`; a backslash takes away what a character means. */
import { EVERY } from './term.ts';
import type { Step } from './term.ts';

/** More steps than any schema has. */
const MOST_STEPS = 64;

/** The steps; null for a text that is no path. */
export function parsePath(text: string): readonly Step[] | null {
  const steps: Step[] = [];
  for (const piece of piecesOf(text)) {
    const match = /^((?:[^\\[]|\\[^]|\[(?!(?:\d{1,6}|\*)\]))*)((?:\[(?:\d{1,6}|\*)\])*)$/.exec(piece);
    const [, name = '', indexes = ''] = match ?? [];
    if (match === null || (name === '' && (indexes === '' || steps.length === 0))) return null;
    if (name !== '') steps.push(name === '*' ? EVERY : name.replaceAll(/\\([^])/g, '$1'));
    for (const [, index = ''] of indexes.matchAll(/\[(\d+|\*)\]/g)) steps.push(index === '*' ? EVERY : Number(index));
  }
  return steps.length > MOST_STEPS ? null : steps;
}

/** Cut at the dots that have no backslash before them. */
function piecesOf(text: string): readonly string[] {
  const pieces = [''];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '.') pieces.push('');
    else pieces.push((pieces.pop() ?? '') + (character === '\\' ? character + text.charAt(++at) : character));
  }
  return pieces;
}

/** As people write it. */
export function pathText(path: readonly Step[]): string {
  return path.map((step, index) => (typeof step === 'string' ? (index === 0 ? step : `.${step}`) : `[${step ?? '*'}]`)).join('');
}
