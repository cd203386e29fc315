/** Time rules as the builder names them. */
import type { DayOfYear, TimeReference, TimeRule, TimeSpan } from '@kindred/pql';

type Unit = Extract<TimeSpan, { readonly kind: 'distance' }>['unit'];
export const UNITS: readonly Unit[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'];

export type TimeKind =
  | 'today'
  | 'yesterday'
  | 'thisMonth'
  | 'thisYear'
  | 'date'
  | 'inLast'
  | 'between'
  | 'during'
  | 'within'
  | 'before'
  | 'beforeAgo'
  | 'after'
  | 'rolling'
  | 'inNext'
  | 'other';

export const TIME_KINDS: readonly (readonly [TimeKind, string])[] = [
  ['inLast', 'In last'],
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['thisMonth', 'This month'],
  ['thisYear', 'This year'],
  ['date', 'Custom date'],
  ['between', 'From (to)'],
  ['during', 'During'],
  ['within', 'Within (+/-)'],
  ['before', 'Before'],
  ['beforeAgo', 'Longer ago than'],
  ['after', 'After'],
  ['rolling', 'Rolling range'],
  ['inNext', 'In next'],
];

const NOW: TimeReference = { kind: 'word', word: 'now' };
const span = (given: TimeSpan): TimeRule => ({ kind: 'span', span: given });
const on = (reference: TimeReference): TimeRule => span({ kind: 'on', reference });

export const inLast = (amount: number, unit: Unit): TimeRule =>
  span({ kind: 'distance', comparison: '<=', amount, unit, direction: 'before', reference: NOW });
const inNext = (amount: number, unit: Unit): TimeRule =>
  span({ kind: 'distance', comparison: '<=', amount, unit, direction: 'after', reference: NOW });
const beforeAgo = (amount: number, unit: Unit): TimeRule =>
  span({ kind: 'distance', comparison: '>', amount, unit, direction: 'before', reference: NOW });

/** What the fields of a time rule hold; each kind reads those it shows. */
export interface TimeFields {
  readonly kind: TimeKind;
  readonly ignoreYear: boolean;
  readonly amount: number;
  /** The nearer end of a rolling range. */
  readonly nearer: number;
  readonly unit: Unit;
  /** ISO days. */
  readonly first: string;
  readonly last: string;
  /** `2026-11` or `2026`. */
  readonly period: string;
  readonly around: 'today' | 'yesterday' | 'date';
}

export const ALLOWS_IGNORED_YEAR: ReadonlySet<TimeKind> = new Set(['today', 'yesterday', 'date', 'between']);

const dayText = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** @param today ISO day, for fields that were not filled in */
export function timeFields(rule: TimeRule | null, today: string): TimeFields {
  const blank: TimeFields = {
    kind: 'other',
    ignoreYear: false,
    amount: 30,
    nearer: 7,
    unit: 'day',
    first: today,
    last: today,
    period: today.slice(0, 7),
    around: 'today',
  };
  if (rule === null) return { ...blank, kind: 'inLast' };
  return { ...blank, ...known(rule, today) };
}

function known(rule: TimeRule, today: string): Partial<TimeFields> {
  switch (rule.kind) {
    case 'span':
      return knownSpan(rule.span);
    case 'both':
      return knownPair(rule.spans);
    case 'around': {
      const { amount, unit, reference } = rule;
      if (reference.kind === 'date') return { kind: 'within', amount, unit, around: 'date', first: dateText(reference) };
      const word = reference.kind === 'word' && (reference.word === 'today' || reference.word === 'yesterday') ? reference.word : null;
      return word === null ? {} : { kind: 'within', amount, unit, around: word };
    }
    case 'anniversary':
      if (typeof rule.of === 'string') return { kind: rule.of, ignoreYear: true };
      return { kind: 'date', ignoreYear: true, first: yearly(rule.of, today) };
    case 'season':
      return { kind: 'between', ignoreYear: true, first: yearly(rule.first, today), last: yearly(rule.last, today) };
    default:
      return rule satisfies never;
  }
}

const yearly = ({ month, day }: DayOfYear, today: string): string => dayText(Number(today.slice(0, 4)), month, day);
const dateText = ({ year, month, day }: Extract<TimeReference, { readonly kind: 'date' }>): string => dayText(year, month, day);

function knownSpan(given: TimeSpan): Partial<TimeFields> {
  switch (given.kind) {
    case 'distance': {
      const { amount, unit, comparison, direction, reference } = given;
      if (reference.kind !== 'word' || reference.word !== 'now') return {};
      if (comparison === '<=') return { kind: direction === 'before' ? 'inLast' : 'inNext', amount, unit };
      return comparison === '>' && direction === 'before' ? { kind: 'beforeAgo', amount, unit } : {};
    }
    case 'relative':
      return given.reference.kind === 'date' ? { kind: given.direction, first: dateText(given.reference) } : {};
    case 'between':
      return given.first.kind === 'date' && given.last.kind === 'date' ? knownPeriod(dateText(given.first), dateText(given.last)) : {};
    case 'on':
      return knownReference(given.reference);
    default:
      return given satisfies never;
  }
}

function knownReference(reference: TimeReference): Partial<TimeFields> {
  if (reference.kind === 'date') return { kind: 'date', first: dateText(reference) };
  if (reference.kind === 'word') return reference.word === 'today' || reference.word === 'yesterday' ? { kind: reference.word } : {};
  if (reference.kind !== 'calendar' || reference.which !== 'this') return {};
  if (reference.unit === 'month') return { kind: 'thisMonth' };
  return reference.unit === 'year' ? { kind: 'thisYear' } : {};
}

function knownPair([first, second]: readonly [TimeSpan, TimeSpan]): Partial<TimeFields> {
  if (first.kind !== 'distance' || second.kind !== 'distance') return {};
  const same = first.unit === second.unit && first.direction === 'before' && second.direction === 'before';
  const fromNow = [first, second].every(({ reference }) => reference.kind === 'word' && reference.word === 'now');
  if (!same || !fromNow || first.comparison !== '<=' || second.comparison !== '>=') return {};
  return { kind: 'rolling', amount: first.amount, nearer: second.amount, unit: first.unit };
}

/** A whole month or year is named, other days are listed. */
function knownPeriod(first: string, last: string): Partial<TimeFields> {
  const [year = '', month = ''] = first.split('-');
  for (const period of [year, `${year}-${month}`]) {
    const [start, end] = periodDays(period);
    if (start === first && end === last) return { kind: 'during', period };
  }
  return { kind: 'between', first, last };
}

/** First and last day of `2026` or `2026-11`. */
function periodDays(period: string): readonly [string, string] {
  const [year = 0, month] = period.split('-').map(Number);
  if (month === undefined) return [dayText(year, 1, 1), dayText(year, 12, 31)];
  return [dayText(year, month, 1), dayText(year, month, new Date(Date.UTC(year, month, 0)).getUTCDate())];
}

function referenceTo(day: string): TimeReference {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return { kind: 'date', year, month, day: date };
}

function dayOfYear(day: string): DayOfYear {
  const [, month = 1, date = 1] = day.split('-').map(Number);
  return { month, day: date };
}

/** Null: the rule stays as it is. */
export function timeRuleOf(fields: TimeFields): TimeRule | null {
  const { kind, ignoreYear, amount, unit, first, last } = fields;
  if (ignoreYear && ALLOWS_IGNORED_YEAR.has(kind)) return ignoringYear(fields);
  switch (kind) {
    case 'today':
    case 'yesterday':
      return on({ kind: 'word', word: kind });
    case 'thisMonth':
      return on({ kind: 'calendar', which: 'this', unit: 'month' });
    case 'thisYear':
      return on({ kind: 'calendar', which: 'this', unit: 'year' });
    case 'date':
      return on(referenceTo(first));
    case 'inLast':
      return inLast(amount, unit);
    case 'inNext':
      return inNext(amount, unit);
    case 'beforeAgo':
      return beforeAgo(amount, unit);
    case 'before':
    case 'after':
      return span({ kind: 'relative', direction: kind, reference: referenceTo(first) });
    case 'between':
      return span({ kind: 'between', first: referenceTo(first), last: referenceTo(last) });
    case 'during': {
      const [start, end] = periodDays(fields.period);
      return span({ kind: 'between', first: referenceTo(start), last: referenceTo(end) });
    }
    case 'within':
      return {
        kind: 'around',
        amount,
        unit,
        reference: fields.around === 'date' ? referenceTo(first) : { kind: 'word', word: fields.around },
      };
    case 'rolling':
      return { kind: 'both', spans: [ago('<=', amount, unit), ago('>=', fields.nearer, unit)] };
    case 'other':
      return null;
    default:
      return kind satisfies never;
  }
}

const ago = (comparison: '<=' | '>=', amount: number, unit: Unit): TimeSpan => ({
  kind: 'distance',
  comparison,
  amount,
  unit,
  direction: 'before',
  reference: NOW,
});

function ignoringYear({ kind, first, last }: TimeFields): TimeRule | null {
  if (kind === 'today' || kind === 'yesterday') return { kind: 'anniversary', of: kind };
  if (kind === 'date') return { kind: 'anniversary', of: dayOfYear(first) };
  return { kind: 'season', first: dayOfYear(first), last: dayOfYear(last) };
}
