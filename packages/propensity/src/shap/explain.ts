/** What each feature of a row adds to its score: exact Shapley values, in log odds. */
import { binTable, strideOf } from '../data/bins.ts';
import { checkTable } from '../data/table.ts';
import type { Table } from '../data/table.ts';
import { additiveTable } from '../linear/additive.ts';
import { BINS } from '../linear/design.ts';
import type { BoostedModel, LogisticModel, PropensityModel } from '../model/model.ts';
import { isSplit } from '../model/trees.ts';
import type { Tree } from '../model/trees.ts';
import { programOf } from './program.ts';
import { wasmRun } from './run-wasm.ts';

export interface Explanation {
  /** Log odds of a row of which nothing is known: the mean over the training rows. */
  readonly expected: number;
  /** By row and feature (in the order of the model's): with `expected` they add up to the row's log odds. */
  readonly values: Float32Array;
  readonly features: number;
}

/** Explains rows by one model; what it takes to prepare is done once. */
export interface Explainer {
  readonly expected: number;
  /** @throws PropensityError `missing-column`, `length-mismatch` */
  readonly explain: (table: Table) => Explanation;
}

export function explainerOf(model: PropensityModel): Explainer {
  return model.kind === 'boosted' ? boostedExplainer(model) : logisticExplainer(model);
}

function boostedExplainer({ features, base, trees }: BoostedModel): Explainer {
  const run = wasmRun(programOf(trees), strideOf(features.length), features.length);
  const expected = trees.reduce((sum, tree) => sum + meanOf(tree), base);
  return {
    expected,
    explain(table) {
      checkTable(table);
      const values = new Float32Array(table.rows * features.length);
      run(binTable(table, features), values);
      return { expected, values, features: features.length };
    },
  };
}

/** Columns do not interact: what a value adds is its Shapley value, as training centred it. */
function logisticExplainer(model: LogisticModel): Explainer {
  const { features, base } = model;
  const logOdds = additiveTable(model);
  return {
    expected: base,
    explain(table) {
      checkTable(table);
      const { stride, bytes } = binTable(table, features);
      const values = new Float32Array(table.rows * features.length);
      for (let row = 0; row < table.rows; row += 1)
        for (let feature = 0; feature < features.length; feature += 1)
          values[row * features.length + feature] = logOdds[feature * BINS + bytes[row * stride + feature]!]!;
      return { expected: base, values, features: features.length };
    },
  };
}

/** Mean log odds of the rows a tree was grown from. */
function meanOf(tree: Tree): number {
  const total = tree[0]!.cover;
  return tree.reduce((sum, node) => (isSplit(node) ? sum : sum + (node.value * node.cover) / total), 0);
}
