/** What Prometheus sees of the stream, read when it asks. */
import { Counter, Gauge } from 'prom-client';
import type { Stream } from '../ingest/index.ts';
import type { Metrics } from './metrics.ts';

const OUTCOMES = ['received', 'rejected', 'turnedAway', 'stored', 'duplicates', 'failed', 'retries'] as const;

const HELP = [
  'Records of the stream since the start: received (in the log), rejected by a check, turned away because there was too much,',
  'stored, duplicates, failed (in the dead letters); retries are attempts that a store did not let end',
].join(' ');

export function watchStream({ registry }: Metrics, stream: Pick<Stream, 'counts'>): void {
  registry.registerMetric(
    new Counter({
      name: 'kindred_stream_records_total',
      help: HELP,
      labelNames: ['outcome'],
      registers: [],
      collect() {
        this.reset();
        const counts = stream.counts();
        for (const outcome of OUTCOMES) this.inc({ outcome }, counts[outcome]);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'kindred_stream_lag_records',
      help: 'Records that are in the log and not stored yet',
      registers: [],
      collect() {
        this.set(stream.counts().lag);
      },
    }),
  );
}
