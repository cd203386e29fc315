/** `npm run check`: types, lint, format and unit tests of the language and the learning kernel; what one runs before every commit. */
import { spawnSync } from 'node:child_process';

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings', 'packages', 'scripts', 'bench', 'tools'],
  ['format', 'oxfmt', '--check', '.'],
  ['unit', 'vitest', 'run', 'packages/pql', 'packages/contract', 'packages/propensity'],
];

const onlyStatic = process.argv.includes('--static');
for (const [name, command, ...args] of onlyStatic ? steps.slice(0, 3) : steps) {
  const started = performance.now();
  const { status, error } = spawnSync(`node_modules/.bin/${command}`, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(1);
  }
  console.error(`check: ${name} ok (${Math.round(performance.now() - started)} ms)`);
}
