/** Names of fields and event types in words. */
import type { Column } from '../../schema/index.ts';

/** `commerce.productListAdds` → product list adds. */
export function eventWords(eventType: string): string {
  return wordsOf(eventType.split('.').at(-1) ?? eventType);
}

/** One of them: product views → product view. */
export function singular(words: string): string {
  return words.replace(/([^su])s$/, '$1');
}

/** `commerce/order/priceTotal` → order price total. */
export function pathWords({ path }: Column): string {
  const told = path.filter((segment) => /[A-Za-z]/.test(segment) && !segment.startsWith('_'));
  return told.slice(-2).map(wordsOf).join(' ');
}

function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_\s-]+/g, ' ')
    .trim();
  return words
    .split(' ')
    .map((word) => (/^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word))
    .join(' ');
}
