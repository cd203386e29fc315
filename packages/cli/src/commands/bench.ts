/** `kindred bench`: runs a measurement of bench/ and prints it with its peer in the same run. */
import type { Command } from 'commander';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../exit-codes.ts';
import { note, table } from '../output.ts';
import { action, addCommand } from '../command.ts';

export interface BenchRow {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  /** What it is compared with, null when nothing. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** Ours to the peer's. */
  readonly ratio: number | null;
}

/** What a file of bench/ exports as default. */
export interface Bench {
  readonly name: string;
  readonly describe: string;
  run(options: { readonly note: (text: string) => void }): Promise<readonly BenchRow[]>;
}

const folder = new URL('../../../../bench/', import.meta.url);

export function addBenchCommand(program: Command): void {
  addCommand(program, 'bench', 'Measure, side by side with a peer; without a name, everything there is', [
    'bench',
    'bench import --json',
    'bench --list',
  ])
    .argument('[name]', 'which one')
    .option('--list', 'only say what there is')
    .action(
      action<{ readonly list?: boolean }>(async (output, [name], { list }) => {
        if (list === true) {
          const benches = await Promise.all(names().map(load));
          const listed = benches.map((each) => ({ name: each.name, describe: each.describe }));
          return output.result(listed, () =>
            table(
              ['name', 'measures'],
              listed.map((each) => [each.name, each.describe]),
            ),
          );
        }
        const results: BenchResult[] = [];
        for (const each of name === undefined ? names() : [name]) results.push(await measure(await load(each)));
        output.result(name === undefined ? results : results[0], () => results.map(describe).join('\n\n'));
      }),
    );
}

/** Files that start with an underscore are parts of others. */
function names(): readonly string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.endsWith('.ts') && !file.startsWith('_'))
    .map((file) => file.slice(0, -3))
    .toSorted((a, b) => a.localeCompare(b));
}

async function load(name: string): Promise<Bench> {
  if (!names().includes(name)) throw new CommandError('notFound', `there is no measurement "${name}"`, `There are: ${names().join(', ')}.`);
  const module = (await import(new URL(`${name}.ts`, folder).href)) as { readonly default: Bench };
  return module.default;
}

interface BenchResult {
  readonly name: string;
  readonly commit: string;
  readonly machine: string;
  readonly rows: readonly BenchRow[];
}

async function measure(bench: Bench): Promise<BenchResult> {
  return { name: bench.name, commit: commit(), machine: machine(), rows: await bench.run({ note }) };
}

function describe({ name, rows, ...where }: BenchResult): string {
  const cells = rows.map((row) => [row.case, row.metric, row.value, row.unit, row.peer, row.peerValue, row.ratio]);
  const measured = table(['case', 'metric', 'value', 'unit', 'peer', 'peer value', 'ratio'], cells);
  return `${name}\n\n${measured}\n\n${where.machine}, commit ${where.commit}`;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: fileURLToPath(folder),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

function machine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
}
