/** What is wrong with a cron expression, in words. */
export class CronError extends Error {
  override readonly name = 'CronError';
}
