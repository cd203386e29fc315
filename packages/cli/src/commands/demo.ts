/** `kindred demo`: the demo shop's data in. */
import type { Client, ImportJob, Prediction } from '@kindred/contract';
import { DEMO_PREDICTIONS, routes } from '@kindred/contract';
import type { Command } from 'commander';
import { action, addCommand, integer } from '../command.ts';
import { withServer } from '../connection.ts';
import { runTraffic } from '../demo-traffic.ts';
import { describeJob, followJob } from '../jobs.ts';
import { formatNumber } from '../output.ts';
import { describePrediction, trainNow } from '../predictions.ts';

interface DemoOptions {
  readonly profiles: number;
  readonly seed: number;
  readonly scale: number;
}

export const DEMO_PROFILES = 50_000;
/** What import jobs of the demo shop call their source. */
export const DEMO_SOURCE = 'Demo shop';

export function addDemoCommand(program: Command): void {
  const demo = addCommand(program, 'demo', 'Generate the demo shop: visitors and their events, ending now', [
    'demo',
    'demo --scale 20 --seed 7',
  ])
    .option('--profiles <number>', 'how many visitors', integer(1), DEMO_PROFILES)
    .option('--seed <number>', 'another seed is another shop', integer(0), 1)
    .option('--scale <number>', 'that many times as many visitors', integer(1), 1)
    .action(
      action(async (output, _, options: DemoOptions) => {
        const body = { profiles: options.profiles * options.scale, seed: options.seed };
        const job = await withServer((connection) => runDemo(connection, body));
        output.result(job, () => describeJob(job));
      }),
    );
  addTrafficCommand(demo);
  addDemoPredictCommand(demo);
}

function addDemoPredictCommand(demo: Command): void {
  addCommand(demo, 'predict', 'Train the two predictions of the demo shop: who buys in 14 days, and which customers churn', [
    'demo predict',
  ]).action(
    action(async (output) => {
      const trained = await withServer(async ({ client }) => {
        const { predictions } = await client.call(routes.listPredictions);
        const known = new Map(predictions.map((each) => [each.name, each]));
        const found: Prediction[] = [];
        for (const body of DEMO_PREDICTIONS)
          found.push(await trainNow(client, known.get(body.name) ?? (await client.call(routes.createPrediction, { body }))));
        return found;
      });
      output.result(trained, () => trained.map(describePrediction).join('\n\n'));
    }),
  );
}

interface TrafficOptions {
  readonly rate: number;
  readonly seconds: number;
  readonly visitors: number;
}

function addTrafficCommand(demo: Command): void {
  addCommand(demo, 'traffic', 'Let visitors of the demo shop come now, over HTTP, until Ctrl+C', [
    'demo traffic --rate 200',
    'demo traffic --rate 1000 --seconds 60 --json',
  ])
    .option('--rate <events>', 'a second', integer(1), 100)
    .option('--seconds <number>', 'for how long; 0: until Ctrl+C', integer(0), 0)
    .option('--visitors <number>', 'how many the shop has', integer(1), DEMO_PROFILES)
    .action(
      action(async (output, _, options: TrafficOptions) => {
        const report = await withServer((connection) => runTraffic(connection, options));
        output.result(
          report,
          () =>
            `${formatNumber(report.acknowledged)} events acknowledged in ${report.seconds.toFixed(1)} s, ${formatNumber(report.refused)} refused; acknowledged in ${report.p50.toFixed(0)} ms (median), ${report.p99.toFixed(0)} ms (99 of 100)`,
        );
      }),
    );
}

export async function runDemo(
  { client }: { readonly client: Client },
  body: { readonly profiles: number; readonly seed: number; readonly end?: string },
): Promise<ImportJob> {
  return followJob(client, await client.call(routes.startDemo, { body }));
}
