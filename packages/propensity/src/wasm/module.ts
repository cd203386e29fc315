/** The compiled loops of assembly/kernel.ts. `scripts/build-kernel.mjs` builds them whenever the checkout is prepared. */
import { readFileSync } from 'node:fs';
import { PropensityError } from '../problems.ts';

const FILE = new URL('../../dist/kernel.wasm', import.meta.url);
const PAGE = 65_536;
const MOST_PAGES = 65_536;

/** What assembly/kernel.ts exports; it says what each argument is. */
export interface KernelFunctions {
  readonly bin: (...places: readonly number[]) => void;
  readonly fill: (...places: readonly number[]) => void;
  readonly subtract: (...places: readonly number[]) => void;
  readonly explain: (...places: readonly number[]) => void;
}

let compiled: WebAssembly.Module | undefined;

/** Compiled once a process; other threads get it by message. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(FILE));
  return compiled;
}

/**
 * Shared memory of at least so many bytes, all zero.
 * @throws PropensityError `too-large` beyond 4 GiB
 */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > MOST_PAGES)
    throw new PropensityError(
      'too-large',
      `this takes ${Math.ceil(bytes / 1e6)} MB, more than the 4 GiB one model may: give fewer rows or columns`,
    );
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

export function kernelFunctions(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelFunctions {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelFunctions;
}
