/** Other trainers of boosted trees on the very same rows: Debian's python3-sklearn and python3-xgboost, where they are installed. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledTable } from '../packages/propensity/src/index.ts';
import type { Cost } from './_measure.ts';
import type { Split } from './_predict-data.ts';

export type PeerName = 'sklearn' | 'xgboost';

export interface PeerOptions {
  readonly trees: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly lambda: number;
  readonly minChildWeight: number;
}

export interface PeerResult {
  /** Of training one split. */
  readonly costs: readonly (Cost & { readonly explain?: Cost })[];
  /** Of the test rows of all splits, in their order. */
  readonly scores: Float64Array;
}

const PYTHON = '/usr/bin/python3';

/** Peers that can be run here; tells of the others. */
export function installedPeers(note: (text: string) => void): readonly PeerName[] {
  const peers = { sklearn: 'python3-sklearn', xgboost: 'python3-xgboost' } as const;
  return (['sklearn', 'xgboost'] as const).filter((name) => {
    const isThere = spawnSync(PYTHON, ['-c', `import ${name}`]).status === 0;
    if (!isThere) note(`${name} left out: apt-get install ${peers[name]}`);
    return isThere;
  });
}

/** Trains a peer in a process of its own; `explain` rows of each test are explained if it can do that. */
export function runPeer(
  peer: PeerName,
  splits: readonly Pick<Split, 'train' | 'test'>[],
  folder: string,
  options: PeerOptions,
  explain = 0,
): PeerResult {
  for (const [at, { train, test }] of splits.entries()) {
    write(folder, `train${at}`, train);
    write(folder, `test${at}`, test);
  }
  const categorical = splits[0]!.train.table.columns.map(({ kind }) => kind === 'categorical');
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ splits: splits.length, categorical, options, explain }));
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(import.meta.dirname, '_predict-peer.py'), folder, peer], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${peer} failed: ${stderr}`);
  const scores = splits.flatMap((_, at) => {
    const bytes = readFileSync(join(folder, `${peer}${at}.f64`));
    return [...new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))];
  });
  return { costs: JSON.parse(stdout) as PeerResult['costs'], scores: Float64Array.from(scores) };
}

/** Rows of doubles, categories by the order of their names; NaN is a value that is missing. */
function write(folder: string, name: string, { table, labels }: LabelledTable): void {
  const matrix = new Float64Array(table.rows * table.columns.length);
  for (const [at, column] of table.columns.entries()) {
    const values = column.kind === 'numeric' ? column.values : column.codes;
    const isMissing = (value: number): boolean => column.kind === 'categorical' && value < 0;
    for (let row = 0; row < table.rows; row += 1)
      matrix[row * table.columns.length + at] = isMissing(values[row]!) ? Number.NaN : values[row]!;
  }
  writeFileSync(join(folder, `${name}.f64`), matrix);
  writeFileSync(join(folder, `${name}.u8`), labels);
}
