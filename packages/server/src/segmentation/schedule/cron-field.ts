/** One field of a Quartz cron expression: the numbers it takes, with `, - * /` and names. */
import { CronError } from './cron-error.ts';

export interface FieldRange {
  /** What the field is called in messages. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of the numbers from `least` on, in capitals. */
  readonly names?: readonly string[];
}

/** All values of a list such as `MON-FRI,0/15,22-2`. Ranges go over the end of the field: FRI-MON is FRI, SAT, SUN, MON. */
export function valuesOf(text: string, range: FieldRange): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((item) => itemValues(item, range)));
}

function itemValues(item: string, range: FieldRange): readonly number[] {
  const [span = '', step, ...rest] = item.split('/');
  if (rest.length > 0) throw new CronError(`${range.name}: "${item}" has two "/".`);
  const increment = step === undefined ? 1 : incrementOf(step, item, range);
  // `/5` is `0/5` in Quartz: from the beginning.
  if (span === '*' || (span === '' && step !== undefined)) return every(range.least, range.most, increment);
  const [first = '', last, ...more] = span.split('-');
  if (more.length > 0) throw new CronError(`${range.name}: "${item}" has two "-".`);
  const from = numberOf(first, range);
  if (last === undefined) return step === undefined ? [from] : every(from, range.most, increment);
  const to = numberOf(last, range);
  if (to >= from) return every(from, to, increment);
  if (range.name === 'year') throw new CronError(`year: "${item}" ends before it begins.`);
  const length = range.most - range.least + 1;
  return every(from, to + length, increment).map((value) => (value > range.most ? value - length : value));
}

function every(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function incrementOf(text: string, item: string, { name, least, most }: FieldRange): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step >= 1 && step <= most - least + 1) return step;
  throw new CronError(`${name}: the step of "${item}" is not a number from 1 to ${most - least + 1}.`);
}

/** Throws CronError for what is neither a number of the field nor one of its names. */
export function numberOf(text: string, { name, least, most, names = [] }: FieldRange): number {
  const named = names.indexOf(text);
  if (named !== -1) return least + named;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const allowed = names.length === 0 ? '' : ` or one of ${names.join(', ')}`;
  throw new CronError(`${name}: "${text}" is not a number from ${least} to ${most}${allowed}.`);
}
