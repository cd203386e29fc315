/** Estimates on both engines: by parts, as of a past instant, from a sample, seen through a lens. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Estimator } from '../../src/segmentation/estimate/estimator.ts';
import type { SizedNode } from '../../src/segmentation/estimate/nodes.ts';
import { nodesOf } from '../../src/segmentation/estimate/nodes.ts';
import { Views } from '../../src/segmentation/estimate/views.ts';
import { BitmapCache } from '../../src/segmentation/cache.ts';
import { Evaluator } from '../../src/segmentation/evaluator.ts';
import { LeafEngine } from '../../src/segmentation/leaf-engine.ts';
import { withProfiles } from '../../src/segmentation/lens.ts';
import { readDocuments } from '../../src/profile/index.ts';
import { UNIVERSE } from '../../src/identity/index.ts';
import { ENGINES } from '../support/engines.ts';
import { NO_POLICY } from './support/policies.ts';
import type { TestPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { query } from './support/queries.ts';
import { NOW, person, schema } from './support/shop.ts';

interface Opened {
  readonly estimator: Estimator;
  readonly views: Views;
  readonly count: () => Promise<number>;
}

async function open({ tables }: TestPopulation): Promise<Opened> {
  const { clickhouse } = tables;
  const find = () => Promise.resolve(undefined);
  const engine = new LeafEngine({
    clickhouse,
    schema: () => schema,
    layout: (table) => tables.layout(table),
    lookups: tables.lookups,
    readDocuments: async (ordinals) => (await readDocuments(tables, ordinals)) as never,
    cache: new BitmapCache(1 << 24),
    rebuilt: () => tables.rebuilt,
  });
  const views = await Views.open({ clickhouse, tables, find, ...NO_POLICY });
  const count = async (): Promise<number> => (await engine.select(UNIVERSE, tables.currentRevision(), undefined)).size;
  const evaluator = new Evaluator({ engineOf: () => Promise.resolve(engine), tables, find });
  return { views, count, estimator: new Estimator({ evaluator, views, schema: () => schema, universe: count, zone: 'UTC' }) };
}

const DAY = 86_400_000;
const now = new Date(NOW);
const past = new Date(NOW - 7 * DAY);

/** Queries without audiences of audiences. */
const queries = (count: number, seed: number): readonly string[] =>
  fc.sample(
    query.filter((text) => !text.includes('inSegment') && !text.includes('segmentMembership')),
    { numRuns: count, seed },
  );

describe.each(ENGINES)('on the %s engine', (name) => {
  /** All of the data, and what there was of it in the past. */
  let present: TestPopulation;
  let opened: Opened;
  /** Records before, at and after the instant looked back to. */
  const people: readonly TestPerson[] = fc.sample(fc.tuple(person, person, person), { numRuns: 40, seed: 11 }).map(([one, two, three]) => ({
    attributes: {},
    events: [...one.events, ...two.events].map((event, index) => ({ ...event, _id: `e${index}` })),
    records: [
      { at: new Date(past.getTime() - DAY).toISOString(), attributes: one.attributes },
      { at: past.toISOString(), attributes: two.attributes },
      { at: new Date(past.getTime() + 1).toISOString(), attributes: three.attributes },
    ],
  }));

  beforeAll(async () => {
    present = await TestPopulation.open(schema, name);
    await present.add([
      ...people,
      // Known since yesterday only.
      { attributes: {}, events: [], records: [{ at: new Date(NOW - DAY).toISOString(), attributes: { name: 'new' } }] },
    ]);
    opened = await open(present);
  });
  afterAll(async () => {
    await opened.views.close();
    await present.close();
  });

  test('the sizes of parts are those of the parts asked alone, and join as they should', async () => {
    const { estimator } = opened;
    for (const text of queries(40, 3)) {
      for (const joined of [`(${text}) and not (vip) and points > 1`, `points > 2 or not ((${text}) and (level = "gold"))`]) {
        const { nodes, estimate } = await estimator.nodes(joined, { now });
        expect(estimate.size, joined).toBe((await estimator.estimate(joined, { now })).estimate.size);
        for (const node of flat(nodes.root)) {
          const part = joined.slice(node.span.from, node.span.to);
          expect(node.size, part).toBe((await estimator.estimate(part, { now })).estimate.size);
        }
      }
    }
  });

  test('who is one condition away would be in, were that one condition otherwise', async () => {
    const { estimator } = opened;
    let some = 0;
    for (const text of queries(15, 9)) {
      for (const joined of [`(${text}) and not (vip) and (points > 1 or level = "gold")`, `not (points > 2 or not ((${text}) and vip))`]) {
        const { misses, estimate } = await estimator.nearMisses(joined, { now });
        expect(estimate.size).toBe((await estimator.estimate(joined, { now })).estimate.size);
        for (const { condition, holds, people: missing } of misses.conditions) {
          const { from, to } = condition.span;
          const otherwise = `${joined.slice(0, from)}(not (${joined.slice(from, to)}))${joined.slice(to)}`;
          const { members } = await estimator.estimate(`(${otherwise}) and not (${joined})`, { now });
          expect({ otherwise, people: [...missing] }).toEqual({ otherwise, people: [...members] });
          const { members: holding } = await estimator.estimate(joined.slice(from, to), { now });
          expect((holds ? missing.andNot(holding) : missing.and(holding)).size, otherwise).toBe(0);
          some += missing.size;
        }
      }
    }
    expect(some).toBeGreaterThan(100);
  });

  test('as of a past instant the answer is that of a store which had got nothing later', async () => {
    const then = await TestPopulation.open(schema, name === 'embedded' ? 'server' : 'embedded');
    try {
      await then.add(
        people.map(({ events, records = [] }) => ({
          attributes: {},
          events: events.filter(({ timestamp }) => Date.parse(timestamp) <= past.getTime()),
          records: records.filter(({ at }) => Date.parse(at) <= past.getTime()),
        })),
      );
      const before = await open(then);
      let different = 0;
      for (const text of queries(60, 5)) {
        const asked = await opened.estimator.estimate(text, { now, asOf: past });
        const expected = await before.estimator.estimate(text, { now: past });
        expect({ text, members: [...asked.members] }).toEqual({ text, members: [...expected.members] });
        expect(asked.estimate).toMatchObject({ universe: people.length, evaluatedAt: past });
        if (asked.estimate.size !== (await opened.estimator.estimate(text, { now })).estimate.size) different++;
      }
      expect(different).toBeGreaterThan(10);
      await before.views.close();
    } finally {
      await then.close();
    }
  });

  test('the past leaves no tables behind, and the future is refused', async () => {
    const made = async (): Promise<number> => {
      const [row] = await present.tables.clickhouse.query<{ n: string }>(
        "SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'profiles_as_of_')",
      );
      return Number(row?.n);
    };
    for (let days = 1; days <= 4; days++) await opened.estimator.estimate('points > 1', { now, asOf: new Date(past.getTime() - days) });
    expect(await made()).toBeLessThanOrEqual(2);
    await opened.views.close();
    expect(await made()).toBe(0);
    await present.tables.mergeApart('profiles_as_of_left', { version: 1, until: 0 });
    await Views.open({
      clickhouse: present.tables.clickhouse,
      tables: present.tables,
      find: () => Promise.resolve(undefined),
      ...NO_POLICY,
    });
    expect(await made()).toBe(0);
    await expect(opened.estimator.estimate('vip', { now, asOf: new Date(NOW + 1) })).rejects.toMatchObject({ code: 'as-of-future' });
  });

  test('a sample is the same profiles for every table, and another one by another seed', async () => {
    const evaluate = async (seed: number, pql: string) => {
      const plan = (await import('../../src/segmentation/plans.ts')).planFor(pql, schema);
      return await opened.views.sample(4, seed).evaluate([{ id: '', name: '', plan }], { now: NOW, zone: 'UTC' });
    };
    const whole = (await opened.estimator.estimate('points > 1 or xEvent.count() > 0', { now })).members;
    const one = await evaluate(1, 'points > 1 or xEvent.count() > 0');
    expect([...(one.members.get('') ?? [])]).toEqual([...whole.and(one.universe)]);
    expect(one.universe.size).toBeLessThan(await opened.count());
    expect([...(await evaluate(2, 'vip')).universe]).not.toEqual([...one.universe]);
    expect(await opened.estimator.sampled('vip', { now })).toBeNull();
  });

  test('an aborted question ends, its parts too', async () => {
    const signal = AbortSignal.abort(new DOMException('gone', 'AbortError'));
    for (const asOf of [undefined, new Date(NOW - 3 * DAY)]) {
      await expect(opened.estimator.nodes('visits > 77 and visits < 99', { now, asOf, signal })).rejects.toThrow();
    }
  });
});

function flat(node: SizedNode): readonly SizedNode[] {
  return [node, ...node.parts.flatMap(flat)];
}

describe('parts', () => {
  const text = 'vip and (points > 1 or not (level = "gold")) and xEvent[eventType = "buy"].count() >= 2';

  test('lie where they are written', () => {
    const root = nodesOf(text, schema);
    const places = (node: typeof root): readonly string[] => [
      `${node.path} ${node.kind} ${text.slice(node.span.from, node.span.to)}`,
      ...node.parts.flatMap(places),
    ];
    expect(places(root)).toEqual([
      ` and ${text}`,
      '0 condition vip',
      '1 or points > 1 or not (level = "gold")',
      '1.0 condition points > 1',
      expect.stringMatching(/^1\.1 not not \(level = "gold"\)?/),
      '1.1.0 condition level = "gold"',
      '2 condition xEvent[eventType = "buy"].count() >= 2',
    ]);
  });

  test('are no more than anybody reads', () => {
    const many = Array.from({ length: 5000 }, (_, n) => `points = ${n}`).join(' or ');
    expect(nodesOf(many, schema)).toMatchObject({ kind: 'condition', parts: [] });
    expect(() => nodesOf('points >', schema)).toThrow(expect.objectContaining({ code: 'pql-invalid' }));
  });
});

test('the table of profiles is exchanged where it is read, not in texts and names', () => {
  expect(
    withProfiles(
      "SELECT `FROM profiles` FROM profiles FINAL WHERE x = 'FROM profiles \\' JOIN profiles' AND y IN (SELECT 1 FROM profiles)",
      'p',
    ),
  ).toBe("SELECT `FROM profiles` FROM `p` FINAL WHERE x = 'FROM profiles \\' JOIN profiles' AND y IN (SELECT 1 FROM `p`)");
});
