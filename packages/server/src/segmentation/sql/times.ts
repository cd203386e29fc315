/**
 * Times as SQL: Int64 epoch milliseconds. What holds no variable has been resolved to an instant before; what depends
 * on data is computed here, in UTC. The Gregorian calendar repeats after 400 years, as many as DateTime64 can hold, so any
 * instant is brought into that range before the engine's calendar is asked. `arrayMap(t -> …, [x])[1]` names a value that
 * would stand in the text many times.
 */
import type { TimeUnit, Value } from '@kindred/pql';
import type { SqlContext } from './context.ts';
import type { Scalar } from './shape.ts';
import { NotInSql, NULL } from './shape.ts';
import { int64 } from './text.ts';

const DAY = 86_400_000;
/** Units of a length that never varies in UTC, in ms. */
const LENGTHS = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: DAY, week: 7 * DAY } as const;
/** The others, in months. */
const MONTHS = { month: 1, year: 12, decade: 120, century: 1200, millennium: 12_000 } as const;
/** 1970-01-01 was a Thursday. */
const FIRST_MONDAY = 4 * DAY;
/** 1900-01-01, and how long the calendar takes to repeat. */
const EPOCH_1900 = -2_208_988_800_000;
const CYCLE = 146_097 * DAY;

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

/** The start of the unit that holds a time. */
export function startOfUnit(unit: TimeUnit, value: Scalar, context: SqlContext): Scalar {
  return onTime(value, (time) => startSql(unit, time, context));
}

export function startSql(unit: TimeUnit, time: string, context: SqlContext): string {
  if (isFixed(unit)) {
    if (LENGTHS[unit] > LENGTHS.second) inUtc(context, unit);
    return unit === 'week' ? floored(time, LENGTHS.week, FIRST_MONDAY) : floored(time, LENGTHS[unit], 0);
  }
  inUtc(context, unit);
  const first = (month: string): string => `${DAY} * ${daysBefore(`(${month} - positiveModulo(${month}, ${MONTHS[unit]}))`)}`;
  return `arrayMap(m -> ${first('m')}, [${monthIndex(time)}])[1]`;
}

/** A time moved by whole units; the day of the month is clamped. */
export function shifted(value: Scalar, amount: number, unit: TimeUnit, context: SqlContext): Scalar {
  return onTime(value, (time) => shiftSql(time, { amount, unit, context }));
}

interface Shift {
  readonly amount: number;
  readonly unit: TimeUnit;
  readonly context: SqlContext;
}

/** Beyond it lie times that JavaScript has no date for. */
const FARTHEST = 100_000 * 12;

export function shiftSql(time: string, { amount, unit, context }: Shift): string {
  const months = isFixed(unit) ? (amount * LENGTHS[unit]) / (28 * DAY) : amount * MONTHS[unit];
  if (!Number.isInteger(amount) || Math.abs(months) > FARTHEST) throw new NotInSql(`a shift by ${amount} ${unit}s`);
  if (isFixed(unit)) {
    if (LENGTHS[unit] > LENGTHS.hour) inUtc(context, unit);
    return `(${time} + ${int64(amount * LENGTHS[unit])})`;
  }
  inUtc(context, unit);
  const day = `least(toInt64(toDayOfMonth(${calendar('t')})), ${daysBefore('(m + 1)')} - ${daysBefore('m')})`;
  const moved = `${DAY} * (${daysBefore('m')} + ${day} - 1) + positiveModulo(t, ${DAY})`;
  return `arrayMap((t, m) -> ${moved}, [${time}], [${monthIndex(time)} + ${int64(months)}])[1]`;
}

/** Year, month or day of the month of a time, as a number. */
export function partOf(part: 'year' | 'month' | 'day', value: Scalar, context: SqlContext): Scalar {
  if (value.form === null) return NULL;
  if (value.form !== 'time') throw new NotInSql(`a part of a ${value.form}`);
  inUtc(context, part);
  const parts = {
    year: `arrayMap(m -> intDiv(m - positiveModulo(m, 12), 12), [${monthIndex(value.sql)}])[1]`,
    month: `toMonth(${calendar(value.sql)})`,
    day: `toDayOfMonth(${calendar(value.sql)})`,
  } as const;
  return { shape: 'scalar', form: 'number', sql: `toFloat64(${parts[part]})`, nullable: value.nullable };
}

function onTime(value: Scalar, sql: (time: string) => string): Scalar {
  if (value.form === null) return NULL;
  if (value.form !== 'time') throw new NotInSql(`a time made of a ${value.form}`);
  return { shape: 'scalar', form: 'time', sql: sql(value.sql), nullable: value.nullable };
}

/** In other zones the engine's rules for clocks that change are not those of the language. */
function inUtc({ zone }: SqlContext, what: string): void {
  if (zone !== 'UTC') throw new NotInSql(`${what} in the zone ${zone}`);
}

function floored(time: string, length: number, from: number): string {
  return `(${time} - positiveModulo(${time} - ${int64(from)}, ${int64(length)}))`;
}

/** A date-time of the years 1900 to 2299 with the same month, day and weekday. */
function calendar(time: string): string {
  return `fromUnixTimestamp64Milli(${inCycle(time)}, 'UTC')`;
}

function inCycle(time: string): string {
  return `(positiveModulo(${time} - ${int64(EPOCH_1900)}, ${int64(CYCLE)}) + ${int64(EPOCH_1900)})`;
}

/** Months since the beginning of the year 0. */
function monthIndex(time: string): string {
  const date = calendar(time);
  return `(toInt64(toYear(${date})) * 12 + toMonth(${date}) - 1 + intDiv(${time} - ${inCycle(time)}, ${int64(CYCLE)}) * 4800)`;
}

/** Days from 1970-01-01 to the first of the month with that index. */
function daysBefore(month: string): string {
  const inYear = `positiveModulo(${month}, 12)`;
  // Years begin in March, so that the leap day is the last one: days before a month are a straight line then.
  const shiftedYear = `intDiv(${month} - ${inYear}, 12) - (${inYear} < 2)`;
  const fromMarch = `positiveModulo(${inYear} + 10, 12)`;
  const years = (every: number): string => `intDiv((${shiftedYear}) - positiveModulo(${shiftedYear}, ${every}), ${every})`;
  return `((${shiftedYear}) * 365 + ${years(4)} - ${years(100)} + ${years(400)} + intDiv(153 * ${fromMarch} + 2, 5) - 719468)`;
}
