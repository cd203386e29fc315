/** Features made of events: how many, how long ago, how regular, how much, of which kinds. */
import { literal, identifier } from '../../store/index.ts';
import type { Feature, Unit } from './feature.ts';
import type { Survey, SurveyedColumn } from './survey.ts';
import { dotted, MOST_CATEGORIES } from './survey.ts';
import { eventWords, pathWords, singular } from './words.ts';

/** Some events under a name that people understand. */
export interface EventKind {
  readonly code: string;
  readonly words: string;
  /** A condition on a row of `events`. */
  readonly sql: string;
}

/** Days that events are looked back to. */
export const LOOK_BACK = 365;
const WINDOWS = [7, 30, 90] as const;
/** Event types with features of their own. */
const MOST_TYPES = 20;
/** Numbers, texts with few values and texts with many, that get features. */
const MOST_NUMBERS = 6;
const MOST_MIXES = 5;
const MOST_DISTINCT = 4;
const MOST_SHARES = 4;
/** Of the events looked at, how many must have a field. */
const LEAST_FILLED = 0.003;

export function eventFeatures(survey: Survey, named: readonly EventKind[], excluded: (path: string) => boolean): readonly Feature[] {
  const types = survey.eventTypes
    .filter(({ name }) => name !== '')
    .slice(0, MOST_TYPES)
    .map(({ name }): EventKind => ({ code: name, words: eventWords(name), sql: `eventType = ${literal(name)}` }));
  const kinds = [...named, ...types];
  const rows = survey.eventTypes.reduce((sum, { events }) => sum + events, 0);
  const looked = Math.max(...survey.events.map(({ filled }) => filled), 1);
  const usable = survey.events.filter(({ column, filled }) => filled >= Math.min(looked, rows) * LEAST_FILLED && !excluded(dotted(column)));
  return [...overall(), ...kinds.flatMap(ofKind), ...numbersOf(usable), ...mixesOf(usable), ...distinctOf(usable), lastKind(types)];
}

interface Given {
  readonly code: string;
  readonly label: string;
  readonly family: string;
  readonly unit: Unit;
  readonly sql: string;
}

function numeric(given: Given): Feature {
  return { ...given, kind: 'numeric', from: 'events' };
}

const since = (days: number): string => `timestamp > T - toIntervalDay(${days})`;
const inLast = (days: number): string => `in the last ${days} days`;
/** Days from an instant to T. */
const ago = (instant: string): string => `dateDiff('second', ${instant}, T) / 86400`;

function overall(): readonly Feature[] {
  const activity = { family: 'activity' } as const;
  const times = 'arraySort(groupArrayLast(50)(toUInt32(timestamp)))';
  // Once for all windows, which count whole days.
  const dates = 'groupUniqArray(toDate(timestamp))';
  const gaps = `arrayPopFront(arrayDifference(${times}))`;
  const windows = WINDOWS.flatMap((days) => [
    numeric({ ...activity, code: `events.${days}`, label: `Events ${inLast(days)}`, unit: 'count', sql: `countIf(${since(days)})` }),
    numeric({
      ...activity,
      code: `activeDays.${days}`,
      label: `Days with events ${inLast(days)}`,
      unit: 'count',
      sql: `arrayCount(day -> day > toDate(T) - ${days}, ${dates})`,
    }),
  ]);
  return [
    numeric({ ...activity, code: 'recency', label: 'Days since the last event', unit: 'days', sql: ago('max(timestamp)') }),
    numeric({ ...activity, code: 'tenure', label: 'Days since the first event', unit: 'days', sql: ago('min(timestamp)') }),
    numeric({ ...activity, code: 'events', label: 'Events in all', unit: 'count', sql: 'count()' }),
    numeric({ ...activity, code: 'activeDays', label: 'Days with events in all', unit: 'count', sql: `length(${dates})` }),
    ...windows,
    ...trendsOf('events', 'events', '1', 'activity'),
    ...gapsOf(gaps),
    numeric({
      family: 'habits',
      code: 'night',
      label: 'Share of events at night (UTC)',
      unit: 'share',
      sql: 'countIf(toHour(timestamp) >= 22 OR toHour(timestamp) < 6) / count()',
    }),
    numeric({
      family: 'habits',
      code: 'weekend',
      label: 'Share of events at weekends',
      unit: 'share',
      sql: 'countIf(toDayOfWeek(timestamp) >= 6) / count()',
    }),
  ];
}

function gapsOf(gaps: string): readonly Feature[] {
  const rhythm = { family: 'rhythm' } as const;
  const mean = `if(empty(${gaps}), NULL, arrayAvg(${gaps}) / 86400)`;
  return [
    numeric({ ...rhythm, code: 'gap.mean', label: 'Days between events, on average', unit: 'days', sql: mean }),
    numeric({
      ...rhythm,
      code: 'gap.max',
      label: 'Longest time between events',
      unit: 'days',
      sql: `if(empty(${gaps}), NULL, arrayMax(${gaps}) / 86400)`,
    }),
    numeric({
      ...rhythm,
      code: 'gap.overdue',
      label: 'Time since the last event, measured in usual gaps',
      unit: 'ratio',
      sql: `${ago('max(timestamp)')} / nullIf(${mean}, 0)`,
    }),
  ];
}

/** The last month against the last three, the last week against the last month: 1 is as usual. */
function trendsOf(code: string, words: string, sql: string, family: string): readonly Feature[] {
  const count = (days: number): string => `countIf(${since(days)} AND ${sql})`;
  return [
    numeric({
      code: `trend.${code}.7`,
      label: `Last week's ${words} against the last month's`,
      family,
      unit: 'ratio',
      sql: `${count(7)} / (${count(30)} / 4.3 + 0.5)`,
    }),
    numeric({
      code: `trend.${code}.30`,
      label: `Last month's ${words} against the last three months'`,
      family,
      unit: 'ratio',
      sql: `${count(30)} / (${count(90)} / 3 + 0.2)`,
    }),
  ];
}

function ofKind({ code, words, sql }: EventKind): readonly Feature[] {
  const family = words;
  return [
    numeric({
      code: `recency.${code}`,
      label: `Days since the last ${singular(words)}`,
      family,
      unit: 'days',
      sql: `if(countIf(${sql}) = 0, NULL, ${ago(`maxIf(timestamp, ${sql})`)})`,
    }),
    numeric({ code: `count.${code}`, label: `Count of ${words}`, family, unit: 'count', sql: `countIf(${sql})` }),
    ...WINDOWS.map((days) =>
      numeric({
        code: `count.${code}.${days}`,
        label: `Count of ${words} ${inLast(days)}`,
        family,
        unit: 'count',
        sql: `countIf(${since(days)} AND ${sql})`,
      }),
    ),
  ];
}

/** Sums, means and the largest of numbers in events. */
function numbersOf(columns: readonly SurveyedColumn[]): readonly Feature[] {
  const numbers = columns.filter(({ column, distinct }) => (column.kind === 'number' || column.kind === 'integer') && distinct > 1);
  return best(numbers, MOST_NUMBERS).flatMap(({ column }) => {
    const [path, words] = [dotted(column), pathWords(column)];
    const stored = identifier(column.name);
    const value = column.depth === 0 ? `ifNull(toFloat64(${stored}), 0)` : `arraySum(arrayMap(x -> ifNull(toFloat64(x), 0), ${stored}))`;
    const known = column.depth === 0 ? `isNotNull(${stored})` : `notEmpty(${stored})`;
    const unit = 'number';
    const family = words;
    return [
      numeric({ code: `sum.${path}`, label: `Sum of ${words}`, family, unit, sql: `sum(${value})` }),
      ...[30, 90].map((days) =>
        numeric({
          code: `sum.${path}.${days}`,
          label: `Sum of ${words} ${inLast(days)}`,
          family,
          unit,
          sql: `sumIf(${value}, ${since(days)})`,
        }),
      ),
      numeric({
        code: `mean.${path}`,
        label: `Average ${words}`,
        family,
        unit,
        sql: `if(countIf(${known}) = 0, NULL, avgIf(${value}, ${known}))`,
      }),
      numeric({
        code: `max.${path}`,
        label: `Largest ${words}`,
        family,
        unit,
        sql: `if(countIf(${known}) = 0, NULL, maxIf(${value}, ${known}))`,
      }),
      numeric({
        code: `last.${path}`,
        label: `Latest ${words}`,
        family,
        unit,
        sql: `if(countIf(${known}) = 0, NULL, argMaxIf(${value}, timestamp, ${known}))`,
      }),
    ];
  });
}

/** Of texts with few values: which one came last, and the shares of the most frequent ones. */
function mixesOf(columns: readonly SurveyedColumn[]): readonly Feature[] {
  const texts = columns.filter(({ column, distinct }) => isText(column) && distinct > 1 && distinct <= MOST_CATEGORIES);
  return best(texts, MOST_MIXES).flatMap(({ column, values }): readonly Feature[] => {
    const [path, words] = [dotted(column), pathWords(column)];
    const stored = identifier(column.name);
    return [
      {
        kind: 'categorical',
        from: 'events',
        code: `latest.${path}`,
        label: `Latest ${words}`,
        family: words,
        unit: 'category',
        categories: values,
        sql: codeSql(`argMaxIf(ifNull(toString(${stored}), ''), timestamp, isNotNull(${stored}))`, values),
      },
      ...values.slice(0, MOST_SHARES).map((value) =>
        numeric({
          code: `share.${path}.${value}`,
          label: `Share of ${words} ${value}`,
          family: words,
          unit: 'share',
          sql: `if(countIf(isNotNull(${stored})) = 0, NULL, countIf(${stored} = ${literal(value)}) / countIf(isNotNull(${stored})))`,
        }),
      ),
    ];
  });
}

/** Of texts with many values: how many different ones. */
function distinctOf(columns: readonly SurveyedColumn[]): readonly Feature[] {
  const texts = columns.filter(({ column, distinct }) => column.kind === 'string' && column.depth <= 1 && distinct > MOST_CATEGORIES);
  return best(texts, MOST_DISTINCT).flatMap(({ column }) => {
    const [path, words] = [dotted(column), pathWords(column)];
    const uniq = column.depth === 0 ? 'uniqCombined(12)' : 'uniqCombinedArray(12)';
    const [stored, family] = [identifier(column.name), words];
    const uniqIf = column.depth === 0 ? 'uniqCombinedIf(12)' : 'uniqCombinedArrayIf(12)';
    return [
      numeric({ code: `distinct.${path}`, label: `Different ${words}`, family, unit: 'count', sql: `${uniq}(${stored})` }),
      numeric({
        code: `distinct.${path}.30`,
        label: `Different ${words} ${inLast(30)}`,
        family,
        unit: 'count',
        sql: `${uniqIf}(${stored}, ${since(30)})`,
      }),
    ];
  });
}

function lastKind(types: readonly EventKind[]): Feature {
  const categories = types.map(({ words }) => words);
  const codes = codeSql(
    `argMax(toString(eventType), timestamp)`,
    types.map(({ code }) => code),
  );
  return {
    kind: 'categorical',
    from: 'events',
    code: 'latest.eventType',
    label: 'Latest event',
    family: 'latest event',
    unit: 'category',
    categories,
    sql: codes,
  };
}

/** The index of a text among some; -1 when it is none of them. */
export function codeSql(text: string, values: readonly string[]): string {
  return `toInt32(indexOf(${literal(values)}, ${text})) - 1`;
}

function isText({ kind, depth }: SurveyedColumn['column']): boolean {
  return kind === 'string' && depth === 0;
}

function best(columns: readonly SurveyedColumn[], most: number): readonly SurveyedColumn[] {
  return columns.toSorted((one, other) => other.filled - one.filled || (one.column.name < other.column.name ? -1 : 1)).slice(0, most);
}
