/** The evaluator for browsers and workers as one file, with Vite of the studio's packages. Nothing is written. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Kilobytes, compressed as it goes over the wire: what a page pays for it. Three quarters of it are the tables of RE2. */
export const MOST_KB = 72;

export interface EdgeBundle {
  readonly code: string;
  /** Compressed, kilobytes. */
  readonly size: number;
}

/** What is used of Vite. */
interface Vite {
  build(config: object): Promise<readonly { readonly output: readonly { readonly code: string }[] }[]>;
}

const ENTRY = fileURLToPath(new URL('../packages/pql/src/edge/index.ts', import.meta.url));

export async function edgeBundle(): Promise<EdgeBundle> {
  const require = createRequire(new URL('../packages/studio/package.json', import.meta.url));
  const vite = (await import(require.resolve('vite'))) as Vite;
  const [built] = await vite.build({
    configFile: false,
    logLevel: 'error',
    build: { lib: { entry: ENTRY, formats: ['es'] }, target: 'es2024', minify: true, write: false },
  });
  const code = built?.output[0]?.code ?? '';
  return { code, size: gzipSync(code, { level: 9 }).length / 1000 };
}
