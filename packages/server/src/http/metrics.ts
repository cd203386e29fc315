/** What Prometheus sees. One registry per server, so that several can live in one process. */
import type { FastifyInstance } from 'fastify';
import type { ImportCounts } from '../ingest/index.ts';
import type { ScheduleRuns } from '../segmentation/index.ts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly evaluations: Histogram<'kind'>;
  /** Adds to the rows of imports. */
  readonly countRows: (counts: ImportCounts) => void;
  readonly storeQueries: Histogram<'store' | 'outcome'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'kindred_http_request_duration_seconds',
      help: 'HTTP requests by method, route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
    evaluations: new Histogram({
      name: 'kindred_evaluation_duration_seconds',
      help: 'Evaluations of queries: audiences kept, and estimates',
      labelNames: ['kind'],
      buckets: SECONDS,
      registers,
    }),
    countRows: rowCounter(registers),
    storeQueries: new Histogram({
      name: 'kindred_store_query_duration_seconds',
      help: 'Statements sent to a store',
      labelNames: ['store', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
  };
}

/** `GET /metrics`, and the time every request took. */
export function serveMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) };
    metrics.requests.observe(labels, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

function rowCounter(registers: Registry[]): Metrics['countRows'] {
  const rows = new Counter({ name: 'kindred_import_rows_total', help: 'Rows of imports by outcome', labelNames: ['outcome'], registers });
  return ({ accepted, duplicates, rejected, skipped }) => {
    for (const [outcome, count] of Object.entries({ accepted, duplicates, rejected, skipped })) rows.inc({ outcome }, count);
  };
}

/** What schedules did, read when Prometheus asks. */
export function watchSchedules({ registry }: Metrics, schedules: { runs(): Promise<readonly ScheduleRuns[]> }): void {
  registry.registerMetric(lastRuns(schedules));
  registry.registerMetric(endedRuns(schedules));
}

const SCHEDULE = ['schedule', 'name'] as const;

function labelsOf({ id, name }: ScheduleRuns): Record<(typeof SCHEDULE)[number], string> {
  return { schedule: id, name };
}

function lastRuns(schedules: { runs(): Promise<readonly ScheduleRuns[]> }): Gauge<'schedule' | 'name'> {
  return new Gauge({
    name: 'kindred_schedule_last_run_timestamp_seconds',
    help: 'When the last run of a schedule was started, epoch seconds',
    labelNames: SCHEDULE,
    registers: [],
    async collect() {
      this.reset();
      for (const runs of await schedules.runs()) if (runs.lastRun !== null) this.set(labelsOf(runs), runs.lastRun.getTime() / 1000);
    },
  });
}

/** Counted from the jobs in the store, so a restart does not begin at zero. */
function endedRuns(schedules: { runs(): Promise<readonly ScheduleRuns[]> }): Gauge<'schedule' | 'name' | 'outcome'> {
  return new Gauge({
    name: 'kindred_schedule_runs_total',
    help: 'Runs of a schedule that have ended, by outcome',
    labelNames: [...SCHEDULE, 'outcome'],
    registers: [],
    async collect() {
      this.reset();
      for (const runs of await schedules.runs()) {
        this.set({ ...labelsOf(runs), outcome: 'succeeded' }, runs.succeeded);
        this.set({ ...labelsOf(runs), outcome: 'failed' }, runs.failed);
      }
    },
  });
}
