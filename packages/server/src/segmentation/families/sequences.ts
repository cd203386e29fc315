/**
 * Sequences of two events in families: one event, and within a span of time after it another. The first ones may differ in
 * the texts of some fields and in their window; each is joined to the first of the others that is late enough.
 */
import type { LeafHash, SequenceLeaf, Window } from '@kindred/pql';
import { gapOf } from '../sql/gaps.ts';
import type { Gap } from '../sql/gaps.ts';
import type { SqlContext } from '../sql/index.ts';
import { keyCondition, selectionCondition } from '../sql/selection.ts';
import { all } from '../sql/text.ts';
import { split } from './dimension.ts';
import type { EventFamily, EventMember } from './events.ts';
import { batches, changedSql, existsCells, existsOver, reading, rowsSql } from './events.ts';
import type { SharedQuery, Since } from './shared-query.ts';
import { ANY_KEY, KEY, SPAN, whereEvents } from './shared-query.ts';
import type { Interval } from './windows.ts';
import { changedEvents, difference, intervalOf, intervalSql, MILLISECONDS } from './windows.ts';

export interface SequenceFamily {
  readonly first: EventFamily;
  /** The condition on the other event, its window left out. */
  readonly second: string;
  readonly window: Window;
  readonly interval: Interval;
  readonly gap: Gap;
}

const ANY_TIME: Window = { from: null, to: null };

/** The family of a leaf, with it alone; null when it is another kind of sequence. Throws NotInSql. */
export function sequenceFamilyOf(hash: LeafHash, { steps }: SequenceLeaf, context: SqlContext): SequenceFamily | null {
  const [one, two, ...others] = steps;
  if (one === undefined || two === undefined || others.length > 0) return null;
  if ([one, two].some(({ negated, count }) => negated || count !== 1)) return null;
  const { gap, exact } = gapOf(two, one.selection.variable, context);
  const [before, after] = [one, two].map(({ selection }) => intervalOf(selection.window, context));
  if (!exact || before === undefined || before === null || after === undefined || after === null) return null;
  const { fields, texts, rest } = split(one.selection, true, context);
  const condition = all([keyCondition({ ...one.selection, window: ANY_TIME }, context), rest]);
  const member: EventMember = { hash, texts, window: one.selection.window, interval: before, number: null };
  const second = selectionCondition({ ...two.selection, window: ANY_TIME }, context);
  return { first: { condition, fields, members: [member] }, second, window: two.selection.window, interval: after, gap };
}

export function sequenceQueries(family: SequenceFamily): readonly SharedQuery[] {
  return batches(family.first.members, existsCells).map((members) => sequenceQuery(family, members));
}

const AT = '`#at`';
const FIRST = '`#first`';
const LAST = '`#last`';

function sequenceQuery({ first, second, window, interval, gap }: SequenceFamily, members: readonly EventMember[]): SharedQuery {
  const values = new Map([[MILLISECONDS, AT]]);
  const read = { ...reading(first, members), values };
  const bounded = (filter: string): string =>
    `SELECT *, ${gap.from(AT)} AS ${FIRST}, ${gap.to(AT)} AS ${LAST} FROM (${rowsSql(first, read, filter)})`;
  const seconds = (filter: string): string =>
    `SELECT profile, ${MILLISECONDS} AS ${AT} FROM events ${whereEvents(filter, all([second, intervalSql(interval, MILLISECONDS)]))}`;
  const rows = (filter: string): string => `SELECT one.profile AS profile, ${KEY}, ${SPAN} FROM (${bounded(filter)}) AS one
      ASOF JOIN (${seconds(filter)}) AS two ON one.profile = two.profile AND one.${FIRST} <= two.${AT} WHERE two.${AT} <= ${LAST}`;
  const changed = (since: Since): string => {
    const moved = difference(intervalOf(window, since), interval);
    return `${changedSql(first, { members, keys: read.keys, since })} UNION ALL
      SELECT profile, toUInt32(${ANY_KEY}) FROM events ${whereEvents(changedEvents(since.revision, moved), second)}`;
  };
  // The others are kept by profile while the first ones are read.
  return { ...existsOver(read, members, rows), changed, grouped: `SELECT profile FROM events WHERE (${first.condition}) OR (${second})` };
}
