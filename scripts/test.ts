/**
 * `npm test`: static checks, all Vitest suites (both engines), the studio build and the browser tests. Installs
 * the servers and the browser that the suites drive where the machine allows it. Ends with one line of counts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { missingTools } from './test-tools.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const results = 'test-results';
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const missing = missingTools();
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const problems: string[] = [];

async function run(name: string, args: readonly string[]): Promise<void> {
  console.error(`\n── ${name}`);
  const [command, ...rest] = args as [string, ...string[]];
  const [status] = (await once(spawn(command, rest, { stdio: 'inherit' }), 'exit')) as [number | null];
  if (status !== 0) problems.push(name);
}

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

/** Counts of a runner's JSON report; a report that is missing is itself a failure. */
function read(file: string, counts: (report: Record<string, number>) => Counts): void {
  try {
    add(counts(JSON.parse(readFileSync(`${results}/${file}`, 'utf8'))));
  } catch (error) {
    problems.push(`${file}: ${String(error)}`);
  }
}

async function runVitest(): Promise<void> {
  await run('vitest', [
    'node_modules/.bin/vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}/vitest.json`,
  ]);
  read('vitest.json', (report) => ({
    passed: report['numPassedTests'] ?? 0,
    failed: report['numFailedTests'] ?? 0,
    skipped: (report['numPendingTests'] ?? 0) + (report['numTodoTests'] ?? 0),
  }));
}

async function runBrowserTests(): Promise<void> {
  if (missing.has('chromium')) {
    console.error(`browser tests skipped: ${missing.get('chromium')}`);
    total.skipped += 1;
    return;
  }
  await run('browser tests', ['packages/studio/node_modules/.bin/playwright', 'test', '--config', 'packages/studio/playwright.config.ts']);
  read('playwright.json', (report) => {
    const stats = report['stats'] as unknown as { expected: number; unexpected: number; flaky: number; skipped: number };
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  });
}

await run('static checks', ['node', 'scripts/check.ts', '--static']);
await run('studio build', ['node', 'scripts/build-studio.mjs']);
await runVitest();
await runBrowserTests();

if (problems.length > 0 && total.failed === 0) total.failed = problems.length;
const line = `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;
writeFileSync(`${results}/summary.txt`, `${line}\n`);
for (const problem of problems) console.error(`failed: ${problem}`);
console.log(line);
process.exit(problems.length > 0 || total.failed > 0 ? 1 : 0);
