/**
 * Times as SQL: Int64 epoch milliseconds. What holds no variable has been resolved to an instant before; what depends
 * on data is computed here, in UTC. `arrayMap(t -> …, [x])[1]` names a value that would stand in the text many times.
 */
import type { TimeUnit, Value } from '@kindred/pql';
import { calendar, DAY, daysBefore, floored, monthIndex } from './calendar.ts';
import type { SqlContext } from './context.ts';
import { FARTHEST_TIME } from './forms.ts';
import type { Scalar } from './shape.ts';
import { NotInSql, NULL } from './shape.ts';
import { int64 } from './text.ts';

/** Units of a length that never varies in UTC, in ms. */
const LENGTHS = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: DAY, week: 7 * DAY } as const;
/** The others, in months. */
const MONTHS = { month: 1, year: 12, decade: 120, century: 1200, millennium: 12_000 } as const;
/** 1970-01-01 was a Thursday. */
const FIRST_MONDAY = 4 * DAY;

type Fixed = keyof typeof LENGTHS;

const isFixed = (unit: TimeUnit): unit is Fixed => unit in LENGTHS;

/** True for times without variables: `instantOf` tells which they mean. */
export function isConstantTime(value: Value): boolean {
  switch (value.op) {
    case 'now':
      return true;
    case 'literal':
      return value.type.kind === 'datetime' || value.type.kind === 'date';
    case 'startOf':
    case 'shift':
      return isConstantTime(value.value);
    case 'date':
      return [value.year, value.month, value.day].every(isConstantNumber);
    default:
      return false;
  }
}

function isConstantNumber(value: Value): boolean {
  switch (value.op) {
    case 'literal':
      return true;
    case 'datePart':
      return isConstantTime(value.value);
    case 'arithmetic':
      return isConstantNumber(value.left) && isConstantNumber(value.right);
    default:
      return false;
  }
}

/** The start of the unit that holds a time; `within` is how far from 1970 the time can be. */
export function startOfUnit(unit: TimeUnit, value: Scalar, { context, within }: Reach): Scalar {
  return near(startSql(unit, value.sql, context), value, within + lengthOf(unit));
}

export function startSql(unit: TimeUnit, time: string, context: SqlContext): string {
  return once(time, (short) => startOfShort(unit, short, context));
}

function startOfShort(unit: TimeUnit, time: string, context: SqlContext): string {
  if (isFixed(unit)) {
    if (LENGTHS[unit] > LENGTHS.second) inUtc(context, unit);
    return unit === 'week' ? floored(time, LENGTHS.week, FIRST_MONDAY) : floored(time, LENGTHS[unit], 0);
  }
  inUtc(context, unit);
  const first = (month: string): string => `${DAY} * ${daysBefore(`(${month} - positiveModulo(${month}, ${MONTHS[unit]}))`)}`;
  return `arrayMap(m -> ${first('m')}, [${monthIndex(time)}])[1]`;
}

export interface Reach {
  readonly context: SqlContext;
  /** How far from 1970 a time can be, ms. */
  readonly within: number;
}

/** A time moved by whole units; the day of the month is clamped. */
export function shifted(value: Scalar, { amount, unit }: Moved, { context, within }: Reach): Scalar {
  const distance = Math.abs(amount) * lengthOf(unit);
  // From there no date leads back.
  if (distance > 4 * FARTHEST_TIME) return NULL;
  return near(shiftSql(value.sql, { amount, unit, context }), value, within + distance);
}

/** Beyond what JavaScript has dates for there is no time. */
function near(sql: string, value: Scalar, within: number): Scalar {
  if (within <= FARTHEST_TIME) return { shape: 'scalar', form: 'time', sql, nullable: value.nullable };
  return { shape: 'scalar', form: 'time', sql: `arrayMap(t -> if(abs(t) > ${FARTHEST_TIME}, NULL, t), [${sql}])[1]`, nullable: true };
}

/** How far from 1970 a time can be, ms. */
export function reachOf(value: Value): number {
  switch (value.op) {
    case 'now':
    case 'field':
      return value.type.kind === 'date' || value.type.kind === 'datetime' ? FARTHEST_STORED : FARTHEST_TIME;
    case 'startOf':
      return reachOf(value.value) + lengthOf(value.unit);
    case 'shift':
      return reachOf(value.value) + Math.abs(value.amount) * lengthOf(value.unit);
    default:
      return FARTHEST_TIME;
  }
}

/** The year 2300, ms from 1970. */
const FARTHEST_STORED = Date.UTC(2300, 0, 1);

/** At most. */
const lengthOf = (unit: TimeUnit): number => (isFixed(unit) ? LENGTHS[unit] : MONTHS[unit] * 31 * DAY);

interface Moved {
  readonly amount: number;
  readonly unit: TimeUnit;
}

interface Shift extends Moved {
  readonly context: SqlContext;
}

export function shiftSql(time: string, { amount, unit, context }: Shift): string {
  if (isFixed(unit)) {
    if (LENGTHS[unit] > LENGTHS.hour) inUtc(context, unit);
    return `(${time} + ${int64(amount * LENGTHS[unit])})`;
  }
  inUtc(context, unit);
  return once(time, (short) => monthsLater(short, amount * MONTHS[unit]));
}

function monthsLater(time: string, months: number): string {
  const day = `least(toInt64(toDayOfMonth(${calendar('t')})), ${daysBefore('(m + 1)')} - ${daysBefore('m')})`;
  const moved = `${DAY} * (${daysBefore('m')} + ${day} - 1) + positiveModulo(t, ${DAY})`;
  return `arrayMap((t, m) -> ${moved}, [${time}], [${monthIndex(time)} + ${int64(months)}])[1]`;
}

/** An expression made of a time, in which a long one stands once. */
function once(time: string, use: (time: string) => string): string {
  return time.length <= 40 ? use(time) : `arrayMap(x -> ${use('x')}, [${time}])[1]`;
}

/** Year, month or day of the month of a time, as a number. */
export function partOf(part: 'year' | 'month' | 'day', value: Scalar, context: SqlContext): Scalar {
  if (value.form === null) return NULL;
  inUtc(context, part);
  const parts = {
    year: (time: string) => `arrayMap(m -> intDiv(m - positiveModulo(m, 12), 12), [${monthIndex(time)}])[1]`,
    month: (time: string) => `toMonth(${calendar(time)})`,
    day: (time: string) => `toDayOfMonth(${calendar(time)})`,
  } as const;
  return { shape: 'scalar', form: 'number', sql: `toFloat64(${once(value.sql, parts[part])})`, nullable: value.nullable };
}

/** Midnight of a calendar day; null for a day that does not exist. */
export function dateOf([year, month, day]: readonly [Scalar, Scalar, Scalar], context: SqlContext): Scalar {
  inUtc(context, 'date');
  if (year.form === null || month.form === null || day.form === null) return NULL;
  const whole = ['y', 'm', 'd'].map((part) => `${part} = trunc(${part})`).join(' AND ');
  const index = '(toInt64(y) * 12 + toInt64(m) - 1)';
  const length = `(${daysBefore('(i + 1)')} - ${daysBefore('i')})`;
  const instant = `(${daysBefore('i')} + toInt64(d) - 1) * ${DAY}`;
  // Far years are looked at no further, so that nothing overflows.
  const exists = `${whole} AND abs(y) < 300000 AND m >= 1 AND m <= 12 AND d >= 1 AND d <= 31`;
  const checked = `arrayMap(t -> if(toInt64(d) <= ${length} AND abs(t) <= ${FARTHEST_TIME}, t, NULL), [${instant}])[1]`;
  const sql = `if(ifNull(${exists}, 0), arrayMap(i -> ${checked}, [assumeNotNull(${index})])[1], NULL)`;
  const parts = [year, month, day].map(({ sql: part }) => `[${part}]`).join(', ');
  return { shape: 'scalar', form: 'time', sql: `arrayMap((y, m, d) -> ${sql}, ${parts})[1]`, nullable: true };
}

/** In other zones the engine's rules for clocks that change are not those of the language. */
function inUtc({ zone }: SqlContext, what: string): void {
  if (zone !== 'UTC') throw new NotInSql(`${what} in the zone ${zone}`);
}
