import { describe, expect, it } from 'vitest';
import { slots } from '../../src/store/slots.ts';

describe('slots', () => {
  it('are given to urgent work before all that waits, and else in order', async () => {
    const pool = slots(['only'], () => new Error('closed'));
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const order: string[] = [];
    const note = (name: string) => async () => void order.push(name);
    const all = [pool.use(() => held), pool.use(note('first')), pool.use(note('second')), pool.use(note('urgent'), { urgent: true })];
    release();
    await Promise.all(all);
    expect(order).toEqual(['urgent', 'first', 'second']);
  });
});
