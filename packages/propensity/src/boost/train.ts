/** Gradient boosting from rows to a model: bins, then tree after tree against what is still unexplained. */
import { binTable } from '../data/bins.ts';
import type { Bins } from '../data/bins.ts';
import { binCount, fitFeatures } from '../data/features.ts';
import type { Feature } from '../data/features.ts';
import { checkTrainable } from '../data/table.ts';
import type { LabelledTable } from '../data/table.ts';
import { addMargins, forestOf, leafOf } from '../model/forest.ts';
import type { BoostedModel } from '../model/model.ts';
import type { Tree } from '../model/trees.ts';
import { requireOption } from '../problems.ts';
import { kernelMemory } from '../wasm/module.ts';
import { arenaOf, layoutOf } from './arena.ts';
import type { Arena, Layout } from './arena.ts';
import { SplitFinder } from './find-split.ts';
import { baseMargin, lossOf, scalesOf, writeGradients } from './gradients.ts';
import type { Scales, Targets } from './gradients.ts';
import { growTree } from './grow.ts';
import type { Grown, Growth } from './grow.ts';
import type { Kernel } from './kernel.ts';
import { directionsOf, withUsual } from './options.ts';
import type { BoostOptions } from './options.ts';
import { kernelPool } from './pool.ts';
import { sampleColumns, sampleRows } from './sample.ts';

export interface Progress {
  /** Trees grown, of at most so many. */
  readonly tree: number;
  readonly trees: number;
  /** Mean log loss of the validation rows, when there are any. */
  readonly loss: number | null;
}

export interface Training {
  readonly train: LabelledTable;
  /** Rows later than those of training; the number of trees is where their loss is least. */
  readonly validation?: LabelledTable;
  readonly options?: Partial<BoostOptions>;
  /** How many threads add up, this one included; the model is the same for any number. This one blocks while it waits. */
  readonly threads?: number;
  /** Ends training between two trees: `trainBoosted` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws PropensityError when the rows or options make no training set (`checkTrainable`, `withUsual`) */
export async function trainBoosted(training: Training): Promise<BoostedModel> {
  const { train, threads = 1 } = training;
  const options = withUsual(training.options ?? {});
  requireOption(
    Number.isSafeInteger(threads) && threads > 0 && threads <= 64,
    `threads must be a whole number from 1 to 64, not ${threads}`,
  );
  checkTrainable(train);
  const features = fitFeatures(train.table);
  const layout = layoutOf(train.table.rows, features.length, options.maxLeaves, threads);
  const memory = kernelMemory(layout.bytes);
  const kernel = await kernelPool(layout, memory, threads);
  try {
    const run = new BoostRun({ train, features, options, arena: arenaOf(layout, memory.buffer), kernel });
    const trees = await growTrees(training, run, options);
    return { kind: 'boosted', features, base: run.base, trees, options };
  } finally {
    await kernel.close();
  }
}

async function growTrees({ validation, signal, onProgress }: Training, run: BoostRun, options: BoostOptions): Promise<readonly Tree[]> {
  const judge = validation === undefined ? null : new Judge(validation, run.features, run.base);
  let idle = 0;
  for (let tree = 0; tree < options.trees && run.canLearn; tree += 1) {
    // Whoever aborts or listens must get a turn.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    signal?.throwIfAborted();
    const grown = run.step(tree);
    const loss = judge === null ? null : judge.add(grown);
    onProgress?.({ tree: tree + 1, trees: options.trees, loss });
    // A tree of one leaf: the columns it drew say nothing more.
    idle = grown.length === 1 ? idle + 1 : 0;
    if (Math.max(idle, judge === null ? 0 : tree + 1 - judge.best) >= options.patience) break;
  }
  return judge === null ? run.trees : run.trees.slice(0, judge.best);
}

interface Parts {
  readonly train: LabelledTable;
  readonly features: readonly Feature[];
  readonly options: BoostOptions;
  readonly arena: Arena;
  readonly kernel: Kernel;
}

class BoostRun {
  readonly base: number;
  readonly features: readonly Feature[];
  readonly trees: Tree[] = [];
  readonly #parts: Parts;
  readonly #targets: Targets;
  readonly #scales: Scales;
  readonly #margins: Float64Array;
  readonly #growth: Omit<Growth, 'rows' | 'columns'>;
  readonly #usable: readonly number[];

  constructor(parts: Parts) {
    const { train, features, arena, kernel, options } = parts;
    this.#parts = parts;
    this.features = features;
    binTable(train.table, features, arena.rowBins);
    copyToColumns(arena);
    this.#targets = { labels: train.labels, weights: train.weights ?? null };
    this.#scales = scalesOf(train.table.rows, this.#targets.weights);
    this.base = baseMargin(this.#targets);
    this.#margins = new Float64Array(train.table.rows).fill(this.base);
    const directions = directionsOf(options.monotone, features);
    const finder = new SplitFinder(
      {
        arena,
        options,
        directions,
        bins: Int32Array.from(features, binCount),
        categorical: Uint8Array.from(features, ({ kind }) => (kind === 'categorical' ? 1 : 0)),
      },
      this.#scales.gradient,
      this.#scales.hessian,
    );
    this.#growth = { arena, kernel, finder, options, directions, weights: this.#targets.weights };
    this.#usable = [...features.keys()].filter((feature) => varies(arena, feature));
  }

  /** Whether any column varies. */
  get canLearn(): boolean {
    return this.#usable.length > 0;
  }

  /** Grows the next tree and moves every row's margin by it. */
  step(tree: number): Tree {
    const { arena, options } = this.#parts;
    writeGradients(arena, this.#margins, this.#targets, this.#scales);
    const columns = sampleColumns(arena, this.#usable, options.columnSample, options.seed, tree);
    const rows = sampleRows(arena, options.rowSample, options.seed, tree);
    const grown = growTree({ ...this.#growth, rows, columns });
    this.#move(grown, rows);
    this.trees.push(grown.tree);
    return grown.tree;
  }

  #move({ tree, leaves }: Grown, rows: number): void {
    const { order, rowBins, layout } = this.#parts.arena;
    const seen = new Uint8Array(rows < layout.rows ? layout.rows : 0);
    for (const { start, end, value } of leaves)
      for (let at = start; at < end; at += 1) {
        const row = order[at]!;
        this.#margins[row]! += value;
        if (seen.length > 0) seen[row] = 1;
      }
    if (seen.length === 0) return;
    const forest = forestOf([tree]);
    for (let row = 0; row < layout.rows; row += 1)
      if (seen[row] === 0) this.#margins[row]! += forest.value[leafOf(forest, 0, rowBins, row * layout.stride)]!;
  }
}

/** Follows the loss of rows that training does not see. */
class Judge {
  /** Number of trees with the least loss so far. */
  best = 0;
  readonly #bins: Bins;
  readonly #targets: Targets;
  readonly #margins: Float64Array;
  #least: number;
  #trees = 0;

  constructor({ table, labels, weights }: LabelledTable, features: readonly Feature[], base: number) {
    this.#bins = binTable(table, features);
    this.#targets = { labels, weights: weights ?? null };
    this.#margins = new Float64Array(table.rows).fill(base);
    this.#least = lossOf(this.#margins, this.#targets);
  }

  add(tree: Tree): number {
    addMargins(forestOf([tree]), this.#bins, this.#margins);
    const loss = lossOf(this.#margins, this.#targets);
    this.#trees += 1;
    if (loss < this.#least) {
      this.#least = loss;
      this.best = this.#trees;
    }
    return loss;
  }
}

function copyToColumns({ layout, rowBins, columnBins }: Arena): void {
  const { rows, features, stride } = layout;
  for (let row = 0; row < rows; row += 1)
    for (let feature = 0; feature < features; feature += 1) columnBins[feature * rows + row] = rowBins[row * stride + feature]!;
}

/** Whether a column has more than one bin: all others can split nothing. */
function varies({ columnBins, layout: { rows } }: Arena, feature: number): boolean {
  const first = columnBins[feature * rows]!;
  for (let row = 1; row < rows; row += 1) if (columnBins[feature * rows + row] !== first) return true;
  return false;
}

/** Bytes that training takes at its peak, the table itself apart. */
export function trainingMemory(rows: number, columns: number, options: Partial<BoostOptions> = {}): number {
  const layout: Layout = layoutOf(rows, columns, withUsual(options).maxLeaves);
  return layout.bytes + rows * (8 + 1);
}
