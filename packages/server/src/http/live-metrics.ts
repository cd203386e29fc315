/** What Prometheus sees of live audiences, read when it asks. */
import { Gauge } from 'prom-client';
import type { Segmentation } from '../segmentation/index.ts';
import type { Metrics } from './metrics.ts';

export function watchLive({ registry }: Metrics, { drift, live }: Pick<Segmentation, 'drift' | 'live'>): void {
  const gauges = [
    new Gauge({
      name: 'kindred_membership_disagreements',
      help: 'Live memberships that did not agree with batch evaluation at the last comparison',
      registers: [],
      async collect() {
        const [last] = await drift.checks(1);
        this.set(last?.disagreements ?? 0);
      },
    }),
    new Gauge({
      name: 'kindred_live_states',
      help: 'People of whom a state is kept, by which events about them are decided at once; others are read whole first',
      registers: [],
      collect() {
        this.set(live.states().people);
      },
    }),
    new Gauge({
      name: 'kindred_live_state_bytes',
      help: 'About how much memory these states take',
      registers: [],
      collect() {
        this.set(live.states().bytes);
      },
    }),
  ];
  for (const gauge of gauges) registry.registerMetric(gauge);
}
