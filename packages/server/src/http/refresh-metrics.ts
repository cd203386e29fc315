/** What Prometheus sees of scores that are refreshed while events come, read when it asks. */
import { Counter, Gauge } from 'prom-client';
import type { CustomerAi } from '../customer-ai/index.ts';
import type { Metrics } from './metrics.ts';

export function watchRefresh({ registry }: Metrics, customerAi: Pick<CustomerAi, 'refreshing'>): void {
  registry.registerMetric(
    new Gauge({
      name: 'kindred_score_refresh_waiting',
      help: 'People whose scores do not know yet what came about them',
      registers: [],
      collect() {
        this.set(customerAi.refreshing().waiting);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'kindred_score_refresh_delay_seconds',
      help: 'How long the first of those whose scores wait to be refreshed has been waiting; 0 when nobody waits',
      registers: [],
      collect() {
        this.set(customerAi.refreshing().delay / 1000);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'kindred_score_refreshed_total',
      help: 'People whose scores were refreshed since the start',
      registers: [],
      collect() {
        this.reset();
        this.inc(customerAi.refreshing().refreshed);
      },
    }),
  );
}
