/** The path of a field in words: `person.name.firstName` is the first name, `commerce.order.priceTotal` the order price total. */

/** Segments that only hold others, and say nothing to a reader. */
const CONTAINERS: ReadonlySet<string> = new Set(['person', 'commerce', 'profile', 'web', '_experience']);

export function fieldWords(path: readonly string[]): string {
  const told = path.filter((name, index) => index === path.length - 1 || !(CONTAINERS.has(name) || name.startsWith('_')));
  const parts = told.map(wordsOf);
  // `name.firstName`: what comes next says it again.
  const kept = parts.filter((part, index) => !` ${parts[index + 1] ?? ''} `.includes(` ${part} `));
  return kept.join(' ');
}

/** `priceTotal` → price total; `purchaseID` → purchase ID. */
function wordsOf(name: string): string {
  const words = name
    .replace(/^_+/, '')
    .replaceAll(/[_$-]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(' ')
    .filter((word) => word !== '');
  return words.length === 0 ? name : words.map((word) => (/^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word)).join(' ');
}
