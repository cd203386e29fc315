/**
 * Event leaves in families: the same event types and the same condition, apart from the texts of some fields, the window of
 * time and what is asked of the events found. The events of a family are read once.
 */
import type { EventLeaf, LeafHash, Window } from '@kindred/pql';
import { aggregateOfRows } from '../sql/aggregates.ts';
import { eventNumber } from '../sql/compiler.ts';
import type { SqlContext } from '../sql/index.ts';
import { keyCondition } from '../sql/selection.ts';
import { all } from '../sql/text.ts';
import { Keys, split } from './dimension.ts';
import { Columns, FOUND, KEY, MOST_COLUMNS, SPAN, whereEvents } from './shared-query.ts';
import type { SharedQuery, Since } from './shared-query.ts';
import type { Threshold } from './thresholds.ts';
import { Thresholds } from './thresholds.ts';
import type { Interval } from './windows.ts';
import { changedEvents, difference, intervalOf, MILLISECONDS, Spans } from './windows.ts';

export interface EventMember {
  readonly hash: LeafHash;
  /** Combinations of texts, in the order of the family's fields. */
  readonly texts: readonly (readonly string[])[];
  readonly window: Window;
  /** What the window means now. */
  readonly interval: Interval;
  /** Null: an event is enough. */
  readonly number: NumberTest | null;
}

/** A number made of the events, compared with a constant. */
interface NumberTest {
  readonly fn: EventLeaf['aggregate'];
  /** SQL of what is aggregated, '' for a count. */
  readonly value: string;
  readonly threshold: Threshold;
}

export interface EventFamily {
  readonly condition: string;
  readonly fields: readonly string[];
  readonly members: readonly EventMember[];
}

/** The family of a leaf, with it alone; null when no event can ever make it true. Throws NotInSql. */
export function familyOf(hash: LeafHash, leaf: EventLeaf, context: SqlContext): EventFamily | null {
  const { selection, aggregate, comparison, threshold } = leaf;
  const exists = aggregate === 'count' && comparison === '>=' && threshold <= 1;
  const { fields, texts, rest } = split(selection, exists, context);
  const types = keyCondition({ ...selection, window: { from: null, to: null } }, context);
  const interval = intervalOf(selection.window, context);
  if (interval === null) return null;
  const number = exists ? null : { fn: aggregate, value: valueOf(leaf, context), threshold: { comparison, value: threshold } };
  return { condition: all([types, rest]), fields, members: [{ hash, texts, window: selection.window, interval, number }] };
}

function valueOf({ aggregate, value, selection }: EventLeaf, context: SqlContext): string {
  if (aggregate === 'count' || value === null) return '';
  const { form, sql } = eventNumber(value, selection.variable, context);
  return form === null ? 'CAST(NULL AS Nullable(Float64))' : sql;
}

/** The queries that answer all members of a family. */
export function eventQueries(family: EventFamily): readonly SharedQuery[] {
  const [exists, numbers] = [
    family.members.filter(({ number }) => number === null),
    family.members.filter(({ number }) => number !== null),
  ];
  return [
    ...batches(exists, existsCells).map((batch) => existsQuery(family, batch)),
    ...batches(numbers, numberCells).map((batch) => numberQuery(family, batch)),
  ];
}

/** How many bitmaps a query makes for some members, at most. */
type Cells = (members: readonly EventMember[]) => number;

export const existsCells: Cells = (members) => new Set(members.map(({ interval }) => intervalKey(interval))).size;
const numberCells: Cells = (members) =>
  [...numbersOf(members).values()].reduce((total, { thresholds }) => total + thresholds.wanted.length, 0);

/** Members in lots for one query each. Those of one window stay together where they can. */
export function batches(members: readonly EventMember[], cells: Cells): readonly (readonly EventMember[])[] {
  if (members.length <= 1 || (cells(members) <= MOST_COLUMNS && boundsOf(members) <= MOST_BOUNDS))
    return members.length === 0 ? [] : [members];
  const sorted = members.toSorted((a, b) => a.interval.from - b.interval.from || a.interval.to - b.interval.to);
  const middle = Math.ceil(sorted.length / 2);
  return [...batches(sorted.slice(0, middle), cells), ...batches(sorted.slice(middle), cells)];
}

/** Spans are told apart by comparing with one bound after the other. */
const MOST_BOUNDS = 60;

function boundsOf(members: readonly EventMember[]): number {
  return new Set(members.flatMap(({ interval: { from, to } }) => [from, to])).size;
}

function intervalKey({ from, to }: Interval): string {
  return `${from} ${to}`;
}

function existsQuery(family: EventFamily, members: readonly EventMember[]): SharedQuery {
  const read = reading(family, members);
  return {
    ...existsOver(read, members, (filter) => rowsSql(family, read, filter)),
    changed: (since) => changedSql(family, { members, keys: read.keys, since }),
    grouped: `SELECT profile FROM events WHERE ${family.condition}`,
  };
}

/**
 * Which profiles have a row at all, in each window. No state for each profile: a bitmap for each key and span of time, then
 * each window from its spans. `rows` has the columns `profile`, `KEY` and `SPAN`.
 */
export function existsOver(
  read: Read,
  members: readonly EventMember[],
  rows: (filter: string) => string,
): Pick<SharedQuery, 'sql' | 'columns' | 'answers'> {
  const columns = new Columns();
  const answers = members.map(({ hash, texts, interval }) => {
    const keys = texts.map((each) => read.keys.of(each));
    const open = `groupBitmapMergeStateIf(${FOUND}, ${read.spans.insideSql(interval, SPAN)}`;
    return { hash, cells: columns.cells(open, keys), complement: false };
  });
  return {
    sql: (filter) => `SELECT ${KEY}, ${columns.sql(read.keys.used)} FROM (
      SELECT ${KEY}, ${SPAN}, groupBitmapState(profile) AS ${FOUND} FROM (${rows(filter)}) GROUP BY ${KEY}, ${SPAN}) GROUP BY ${KEY}`,
    columns: columns.count,
    answers,
  };
}

/** One number for each profile, key and window, and all that it is compared with. */
interface Numbered {
  readonly number: NumberTest;
  readonly interval: Interval;
  readonly thresholds: Thresholds;
}

function numbersOf(members: readonly EventMember[]): ReadonlyMap<string, Numbered> {
  const groups = Map.groupBy(members, numberKey);
  return new Map(
    [...groups].flatMap(([key, [first, ...others]]) => {
      if (first === undefined || first.number === null) return [];
      const thresholds = new Thresholds([first, ...others].flatMap(({ number }) => (number === null ? [] : [number.threshold])));
      return [[key, { number: first.number, interval: first.interval, thresholds }] as const];
    }),
  );
}

function numberKey({ number, interval }: EventMember): string {
  return JSON.stringify([number?.fn, number?.value, intervalKey(interval)]);
}

/** A number for each profile, key and window; then who is on which step of its thresholds. */
function numberQuery(family: EventFamily, members: readonly EventMember[]): SharedQuery {
  const read = reading(family, members);
  const numbers = [...numbersOf(members)].map(([key, numbered], index) => ({
    ...numbered,
    key,
    name: `\`#n${index}\``,
    step: `\`#s${index}\``,
  }));
  const columns = new Columns();
  const answers = members.flatMap((member) => {
    const numbered = numbers.find(({ key }) => key === numberKey(member));
    if (numbered === undefined || member.number === null) return [];
    const keys = member.texts.map((each) => read.keys.of(each));
    const steps = numbered.thresholds.steps(member.number.threshold);
    const cells = steps.flatMap((step) => columns.cells(`groupBitmapStateIf(profile, ${numbered.step} = ${step}`, keys));
    return [{ hash: member.hash, cells, complement: false }];
  });
  const aggregates = numbers.map(({ number, interval, name }) => {
    const value = read.values.get(number.value) ?? '';
    return `${numberSql(number.fn, value, read.spans.insideSql(interval, SPAN))} AS ${name}`;
  });
  const steps = numbers.map(({ thresholds, name, step }) => `${thresholds.stepSql(name)} AS ${step}`);
  const some = numbers.map(({ thresholds, name }) => thresholds.someSql(name));
  return {
    sql: (filter) => `SELECT ${KEY}, ${columns.sql(read.keys.used)} FROM (
      SELECT profile, ${KEY}, ${[...aggregates, ...steps].join(', ')} FROM (${rowsSql(family, read, filter)}) GROUP BY profile, ${KEY} HAVING ${some.join(' OR ')}) GROUP BY ${KEY}`,
    columns: columns.count,
    answers,
    changed: (since) => changedSql(family, { members, keys: read.keys, since }),
    grouped: `SELECT profile FROM events WHERE ${family.condition}`,
  };
}

export interface Read {
  readonly keys: Keys;
  readonly spans: Spans;
  /** SQL of values → name. */
  readonly values: ReadonlyMap<string, string>;
}

export function reading({ fields }: EventFamily, members: readonly EventMember[]): Read {
  const values = new Set(members.flatMap(({ number }) => (number === null || number.value === '' ? [] : [number.value])));
  return {
    keys: new Keys(
      fields,
      members.flatMap(({ texts }) => texts),
    ),
    spans: new Spans(members.map(({ interval }) => interval)),
    values: new Map([...values].map((sql, index) => [sql, `\`#v${index}\``])),
  };
}

/** The events of a family with a wanted key, and what is asked of each. */
export function rowsSql(family: EventFamily, { keys, spans, values }: Read, filter: string): string {
  const read = [...values].map(([sql, name]) => `, ${sql} AS ${name}`).join('');
  const where = whereEvents(filter, all([family.condition, spans.wholeSql(MILLISECONDS)]));
  const rows = `SELECT profile, ${keys.sql} AS ${KEY}, ${spans.numberSql(MILLISECONDS)} AS ${SPAN}${read} FROM events ${where}`;
  return wantedSql(family, rows);
}

interface Changed {
  readonly members: readonly EventMember[];
  readonly keys: Keys;
  readonly since: Since;
}

/** Events that are new, and those that came into some window or left it as the clock moved. */
export function changedSql(family: EventFamily, { members, keys, since }: Changed): string {
  const moved = members.flatMap(({ window, interval }) => difference(intervalOf(window, since), interval));
  const where = whereEvents(changedEvents(since.revision, moved), family.condition);
  return wantedSql(family, `SELECT profile, ${keys.sql} AS ${KEY} FROM events ${where}`);
}

/** Rows without a wanted key count for nobody. */
function wantedSql({ fields }: EventFamily, rows: string): string {
  return fields.length === 0 ? rows : `SELECT * FROM (${rows}) WHERE ${KEY} != 0`;
}

function numberSql(fn: EventLeaf['aggregate'], value: string, condition: string): string {
  return fn === 'count' ? `countIf(${condition})` : `ifNotFinite(${aggregateOfRows(fn, value, condition)}, NULL)`;
}
