import { describe, expect, test } from 'vitest';
import { arenaOf, layoutOf } from '../src/boost/arena.ts';
import { plainKernel } from '../src/boost/kernel.ts';
import type { Kernel } from '../src/boost/kernel.ts';
import { wasmKernel } from '../src/boost/wasm-kernel.ts';
import { binTable } from '../src/data/bins.ts';
import { modelHash, seededRandom, trainBoosted } from '../src/index.ts';
import { programOf } from '../src/shap/program.ts';
import { runProgram } from '../src/shap/run.ts';
import { wasmRun } from '../src/shap/run-wasm.ts';
import { kernelMemory, kernelModule } from '../src/wasm/module.ts';
import { madeUp } from './support/made-up.ts';

/** Random bins and gradients, every other column chosen, in an arena of each kernel's own. */
function histograms(
  rows: number,
  features: number,
  kernelOf: (layout: ReturnType<typeof layoutOf>, memory: WebAssembly.Memory) => readonly Kernel[],
) {
  const layout = layoutOf(rows, features, 2, 3);
  const memory = kernelMemory(layout.bytes);
  const arena = arenaOf(layout, memory.buffer);
  const random = seededRandom(rows * features);
  for (let at = 0; at < arena.rowBins.length; at += 1) arena.rowBins[at] = Math.floor(random() * 256);
  for (let at = 0; at < rows; at += 1) {
    arena.gradients[at * 2] = Math.floor(random() * 400);
    arena.gradients[at * 2 + 1] = Math.floor((random() - 0.5) * 2000);
    arena.order[at] = rows - 1 - at;
  }
  const chosen = Array.from({ length: Math.ceil(features / 2) }, (_, at) => at * 2);
  arena.chosen.set(chosen);
  arena.histograms.fill(77);
  for (const kernel of kernelOf(layout, memory)) {
    kernel.fill(0, 0, rows, chosen.length);
    kernel.fill(1, Math.floor(rows / 3), rows - 1, chosen.length);
    kernel.subtract(0, 1, chosen.length);
  }
  return { bytes: arena.histograms, gradients: arena.gradients, order: arena.order };
}

describe('the kernel in WebAssembly', () => {
  test.each([
    [2, 1],
    [1023, 5],
    [2500, 16],
    [3000, 37],
  ])('sums %i rows of %i columns to the same bits, whole or in the parts of threads', (rows, features) => {
    const plain = histograms(rows, features, (layout, memory) => [plainKernel(arenaOf(layout, memory.buffer))]);
    for (const threads of [1, 2, 3]) {
      const parts = [...Array(threads).keys()];
      const ours = histograms(rows, features, (layout, memory) =>
        parts.map((thread) => wasmKernel(layout, kernelModule(), memory, { thread, threads })),
      );
      expect(ours).toEqual(plain);
    }
  });

  test('looks up explanations to the same bits, any number of rows', async () => {
    const { trees, features } = await trainBoosted({ train: madeUp(3000), options: { trees: 40, maxLeaves: 40, learningRate: 0.2 } });
    const program = programOf(trees);
    for (const rows of [0, 1, 16, 37, 5000]) {
      const bins = binTable(madeUp(rows, 8).table, features);
      const [plain, ours] = [new Float32Array(rows * features.length), new Float32Array(rows * features.length)];
      runProgram(program, bins, features.length, plain);
      wasmRun(program, bins.stride, features.length)(bins, ours);
      expect(ours).toEqual(plain);
    }
  });
});

describe('training on threads', () => {
  const train = madeUp(30_000, 6);
  const options = { trees: 12, maxLeaves: 16, learningRate: 0.2 };

  test('gives the same model for any number of them', async () => {
    const hashes = [];
    for (const threads of [1, 2, 3]) hashes.push(modelHash(await trainBoosted({ train, options, threads })));
    expect(new Set(hashes).size).toBe(1);
  });

  test('ends them when it is aborted, and when it is done', async () => {
    const before = process.getActiveResourcesInfo().filter((each) => each === 'MessagePort').length;
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('enough'));
    await expect(trainBoosted({ train, options, threads: 2, signal: controller.signal, onProgress })).rejects.toThrow('enough');
    await trainBoosted({ train, options, threads: 2 });
    expect(process.getActiveResourcesInfo().filter((each) => each === 'MessagePort').length).toBeLessThanOrEqual(before);
  });
});
