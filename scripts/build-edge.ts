/** `npm run build:edge`: the evaluator for browsers and workers, packages/pql/dist/kindred-edge.js. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { edgeBundle, MOST_KB } from './edge-bundle.ts';

const folder = fileURLToPath(new URL('../packages/pql/dist/', import.meta.url));
const { code, size } = await edgeBundle();
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}kindred-edge.js`, code);
console.log(`${folder}kindred-edge.js: ${size.toFixed(1)} kB compressed, at most ${MOST_KB}`);
