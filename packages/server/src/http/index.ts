export { createApp } from './app.ts';
export { createHandlers } from './handlers/index.ts';
export { ImportJobs } from './import-jobs.ts';
export { ExternalIngestions } from './ingestions.ts';
export { isLoopback } from './loopback.ts';
export { measuredClickHouse } from './measured.ts';
export { createMetrics, watchSchedules } from './metrics.ts';
export type { Rooms } from './rooms.ts';
export { watchStream } from './stream-metrics.ts';
