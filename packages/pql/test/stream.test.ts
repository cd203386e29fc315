/** What flips when: scenarios worked out by hand. Random ones are in packages/server/test/segmentation/stream.test.ts. */
import { describe, expect, it } from 'vitest';
import { AudienceCycle, StateMismatch, StreamEvaluator } from '../src/index.ts';
import type { DataObject, Flip } from '../src/index.ts';
import { planFor } from './support/schema.ts';

const T = Date.UTC(2024, 2, 14, 12);
const DAY = 86_400_000;
const at = (time: number, eventType: string, id = `${eventType}${time}`): DataObject => ({
  _id: id,
  timestamp: new Date(time).toISOString(),
  eventType,
});
const streamOf = (...texts: readonly string[]): StreamEvaluator =>
  new StreamEvaluator({
    zone: 'UTC',
    audiences: texts.map((text, index) => ({ key: `a${index}`, plan: planFor(text), refersAs: [{ namespace: 'ups', id: `a${index}` }] })),
  });
const told = (flips: readonly Flip[]): readonly string[] =>
  flips.map(({ audience, entered, at: when, cause }) => `${audience} ${entered ? 'in' : 'out'} ${when - T} ${cause.kind}`);

/** Strictly before now, so an event counts from the next millisecond on. */
const WEEK = 'xEvent[eventType = "buy" and timestamp occurs < 7 days before now]';

describe('the stream evaluator', () => {
  it('lets people leave at the very instant, however late time is told', () => {
    const stream = streamOf(WEEK);
    expect(told(stream.event('p', at(T, 'buy'), T + 5))).toEqual(['a0 in 5 event']);
    expect(stream.nextDue()).toBe(T + 7 * DAY);
    expect(told(stream.time(T + 7 * DAY - 1))).toEqual([]);
    expect(told(stream.time(T + 90 * DAY))).toEqual([`a0 out ${7 * DAY} time`]);
    expect(stream.nextDue()).toBeNull();
  });

  it('lets people enter by time alone', () => {
    const stream = streamOf(`not ${WEEK}`);
    expect(told(stream.event('p', at(T, 'buy'), T + 1))).toEqual([]);
    expect(told(stream.time(T + 7 * DAY))).toEqual([`a0 in ${7 * DAY} time`]);
  });

  it('counts a repeated event once and a late one where it belongs', () => {
    const stream = streamOf(`${WEEK}.count() >= 2`);
    stream.event('p', at(T, 'buy'), T + 1);
    expect(told(stream.event('p', at(T, 'buy'), T + 1))).toEqual([]);
    expect(told(stream.event('p', at(T - 8 * DAY, 'buy'), T + 2))).toEqual([]);
    expect(told(stream.event('p', at(T - 6 * DAY, 'buy'), T + 3))).toEqual(['a0 in 3 event']);
    expect(told(stream.time(T + DAY))).toEqual([`a0 out ${DAY} time`]);
  });

  it('finds a sequence whose steps come in the wrong order', () => {
    const stream = streamOf('chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy") WHEN(<= 7 days after A)])');
    expect(told(stream.event('p', at(T, 'buy'), T))).toEqual([]);
    expect(told(stream.event('p', at(T - 8 * DAY, 'view'), T))).toEqual([]);
    expect(told(stream.event('p', at(T - DAY, 'view'), T + 1))).toEqual(['a0 in 1 event']);
  });

  it('sees an event of a sequence come into its window by time, beside a window of the wall clock', () => {
    const rule =
      'chain(xEvent, timestamp, [A: WHAT(eventType = "view" and timestamp occurs today), B: WHAT(eventType = "buy" and timestamp occurs < 100 hours before now)])';
    const stream = new StreamEvaluator({ zone: 'Europe/Berlin', audiences: [{ key: 'a0', plan: planFor(rule) }] });
    const HOUR = 3_600_000;
    expect(told(stream.event('p', at(T, 'view'), T + 1))).toEqual([]);
    // A clock that is ahead: the event counts once its time has come, until the day of the view is over.
    expect(told(stream.event('p', at(T + HOUR, 'buy'), T + 2))).toEqual([]);
    expect(told(stream.time(T + 2 * HOUR))).toEqual([`a0 in ${HOUR + 1} time`]);
    expect(told(stream.time(T + DAY))).toEqual([`a0 out ${11 * HOUR} time`]);
  });

  it('flips audiences of audiences in the same step', () => {
    const stream = streamOf('not inSegment("a1")', 'inSegment("a2")', WEEK);
    expect(told(stream.attributes('p', {}, T))).toEqual(['a0 in 0 attributes']);
    expect(told(stream.event('p', at(T, 'buy'), T + 1))).toEqual(['a2 in 1 event', 'a1 in 1 event', 'a0 out 1 event']);
    expect(told(stream.time(T + 7 * DAY))).toEqual([`a2 out ${7 * DAY} time`, `a1 out ${7 * DAY} time`, `a0 in ${7 * DAY} time`]);
    expect(() => streamOf('inSegment("a1")', 'inSegment("a0")')).toThrow(AudienceCycle);
  });

  it('goes on from what was saved, for the same audiences only', () => {
    const stream = streamOf(WEEK);
    stream.event('p', at(T, 'buy'), T + 1);
    const saved = stream.save('p') ?? expect.fail();
    const other = streamOf(WEEK);
    other.load('p', saved);
    expect(other.members('p')).toEqual(['a0']);
    expect(told(other.time(T + 7 * DAY))).toEqual([`a0 out ${7 * DAY} time`]);
    expect(() => streamOf('level = "gold"').load('p', saved)).toThrow(StateMismatch);
    expect(() => stream.load('p', '{}')).toThrow(StateMismatch);
  });

  it('does not stop at a rule that may turn with every millisecond, and has it right at the end', () => {
    const events = [at(T - DAY, 'buy'), at(T, 'buy')];
    const rule = 'exists E from xEvent, F from xEvent where (E.timestamp = F.timestamp and [today, now].distinct().count() = 1)';
    const stream = new StreamEvaluator({ zone: 'UTC', audiences: [{ key: 'a0', plan: planFor(rule) }], history: () => events });
    stream.rebuild('p', { record: {}, events }, T + 1);
    // Noon and midnight, by turns.
    for (let half = 1; half <= 14; half++) {
      stream.time(T + half * (DAY / 2));
      expect(stream.members('p')).toEqual(half % 2 === 0 ? [] : ['a0']);
    }
  });

  it('packs a state, and goes on from it by time, by events and by attributes', () => {
    const stream = streamOf(WEEK, 'level = "gold"');
    stream.attributes('p', { level: 'gold' }, T);
    stream.event('p', at(T, 'buy'), T + 1);
    const open = stream.bytesOf('p');
    const saved = stream.save('p');
    stream.pack('p');
    expect(stream.bytesOf('p')).toBeLessThan(open);
    expect([stream.has('p'), stream.save('p'), stream.nextDue(), stream.nextChange('p')]).toEqual([true, saved, T + 7 * DAY, T + 7 * DAY]);
    expect(told(stream.event('p', at(T, 'buy'), T + 2)), 'a known event').toEqual([]);
    expect(stream.members('p')).toEqual(['a0', 'a1']);
    stream.pack('p');
    expect(told(stream.time(T + 7 * DAY))).toEqual([`a0 out ${7 * DAY} time`]);
    expect(stream.nextDue()).toBeNull();
    stream.pack('p');
    expect(told(stream.attributes('p', {}, T + 8 * DAY))).toEqual([`a1 out ${8 * DAY} attributes`]);
    stream.pack('p');
    stream.forget('p');
    expect([stream.has('p'), stream.bytesOf('p'), stream.save('p')]).toEqual([false, 0, null]);
  });

  it('tells the differences of a rebuilt history, and that a removed profile leaves everything', () => {
    const stream = streamOf(WEEK, 'level = "gold"');
    stream.attributes('p', { level: 'gold' }, T);
    const events = [at(T - DAY, 'buy')];
    expect(told(stream.rebuild('p', { record: {}, events }, T + 1))).toEqual(['a0 in 1 rebuild', 'a1 out 1 rebuild']);
    expect(told(stream.remove('p', T + 2))).toEqual(['a0 out 2 removal']);
    expect(stream.nextDue()).toBeNull();
  });
});
