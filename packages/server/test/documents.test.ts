/** Documents without a schema: the batch engine over a temporary database says what the reference evaluator says. */
import type { Data, DataObject, Plan } from '@kindred/pql';
import { compileInferred, evaluate, inferSchema, parseTime } from '@kindred/pql';
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { evaluateDocuments } from '../src/index.ts';
import { anyDocuments, queriesAbout } from './support/any-documents.ts';
import { query } from './segmentation/support/queries.ts';
import { NOW, person } from './segmentation/support/shop.ts';

const SEED = Number(process.env['KINDRED_DIFFERENTIAL_SEED'] ?? randomInt(2 ** 31));
const zone = 'UTC';
/** Files without a schema. Opening a database for each takes most of the time. */
const FILES = Number(process.env['KINDRED_DIFFERENTIAL_FILES'] ?? 10);

/** Ids in the order of the documents, for queries that must have a plan. */
async function members(documents: readonly DataObject[], ...texts: readonly string[]): Promise<readonly (readonly number[])[]> {
  const schemas = inferSchema(documents);
  const plans = texts.map((text) => compileInferred(text, schemas).plan as Plan);
  return (await evaluateDocuments({ documents, schema: schemas.times, plans, now: NOW, zone })).members;
}

test(`both engines agree on random documents (seed ${SEED})`, { timeout: 900_000 }, async () => {
  let pairs = 0;
  const people = fc.array(person, { minLength: 20, maxLength: 60, size: 'max' });
  const queries = fc.array(query, { minLength: 60, maxLength: 90, size: 'max' });
  await fc.assert(
    fc.asyncProperty(people, queries, async (everybody, texts) => {
      const documents = everybody.map(({ attributes, events }) =>
        inOrderOfTime(plainNames({ ...attributes, xEvent: events }) as DataObject),
      );
      const schemas = inferSchema(documents);
      const compiled = texts.map((text) => ({ text, ...compileInferred(text, schemas) }));
      for (const schema of Object.values(schemas)) {
        const planned = compiled.filter((each) => each.plan !== null && each.schema === schema);
        const plans = planned.map(({ plan }) => plan as Plan);
        const answer = await evaluateDocuments({ documents, schema, plans, now: NOW, zone });
        expect(answer.unstorable).toBe(0);
        for (const [place, { test: whole }] of plans.entries()) {
          const expected = [...documents.keys()].filter((index) => evaluate(whole, documents[index] ?? {}, { now: NOW, zone }));
          expect(answer.members[place], planned[place]?.text).toEqual(expected);
          pairs += documents.length;
        }
      }
    }),
    { seed: SEED, numRuns: 3 },
  );
  expect(pairs).toBeGreaterThan(1000);
});

test(`both engines agree on files of any kind (seed ${SEED})`, { timeout: 900_000 }, async () => {
  let pairs = 0;
  await fc.assert(
    fc.asyncProperty(anyDocuments, fc.infiniteStream(fc.nat()), async (unsorted, seeds) => {
      const documents = unsorted.map(inOrderOfTime);
      const schemas = inferSchema(documents);
      const seed = seeds.next().value;
      const texts = [...new Set(fc.sample(queriesAbout(schemas.times), { seed, numRuns: 40 }))];
      const compiled = texts.map((text) => ({ text, ...compileInferred(text, schemas) }));
      for (const schema of Object.values(schemas)) {
        const planned = compiled.filter((each) => each.plan !== null && each.schema === schema);
        const plans = planned.map(({ plan }) => plan as Plan);
        const answer = await evaluateDocuments({ documents, schema, plans, now: NOW, zone });
        for (const [place, { test: whole }] of plans.entries()) {
          const expected = [...documents.keys()].filter((index) => evaluate(whole, documents[index] ?? {}, { now: NOW, zone }));
          expect(answer.members[place], planned[place]?.text).toEqual(expected);
          pairs += documents.length;
        }
      }
    }),
    { seed: SEED, numRuns: FILES },
  );
  expect(pairs).toBeGreaterThan(FILES * 20);
});

/** Without the names that no column can have. */
function plainNames(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(plainNames);
  if (typeof data !== 'object' || data === null) return data;
  const plain = Object.entries(data).filter(([name]) => name !== '' && !/[./]/.test(name));
  return Object.fromEntries(plain.map(([name, value]) => [name, plainNames(value)]));
}

/** As files are read: the first event is the earliest. */
function inOrderOfTime(document: DataObject): DataObject {
  const { xEvent } = document;
  if (!Array.isArray(xEvent)) return document;
  const time = (event: Data): number => parseTime((event as DataObject)['timestamp']) ?? -Infinity;
  return { ...document, xEvent: xEvent.toSorted((a: Data, b: Data) => Math.sign(time(a) - time(b)) || 0) };
}

describe('what the tables cannot hold as it is', () => {
  it('is decided by the reference evaluator, in the order of the documents', async () => {
    const documents: DataObject[] = [
      { n: 1 },
      { n: 2, end: '9999-12-31' },
      { n: 3, xEvent: [{ eventType: 'view' }] },
      { n: 4, xEvent: [{ eventType: '', timestamp: 5 }] },
      { n: 5, deep: { 'a.b': 1 } },
      { n: 6, xEvent: [{ timestamp: '2026-01-01T00:00:00Z', _id: 'e' }] },
    ];
    expect(await members(documents, 'n > 0', 'end', 'xEvent[eventType = ""]', 'deep', 'deep.get("a.b") = 1', 'xEvent._id = "e"')).toEqual([
      [0, 1, 2, 3, 4, 5],
      [1],
      [3],
      [4],
      [4],
      [5],
    ]);
  });

  it('or reads fields that have no column from the documents', async () => {
    const documents: DataObject[] = [
      { version: 'a', 'odd/name': 1, mixed: 1 },
      { version: 'b', mixed: 'x' },
    ];
    expect(await members(documents, 'version = "b"', 'mixed = "x"', 'mixed = 1', 'not (mixed = 1)')).toEqual([[1], [1], [0], [1]]);
  });

  it('no documents and no queries are no trouble', async () => {
    expect(await members([], 'n > 0')).toEqual([[]]);
    expect(await members([{ n: 1 }])).toEqual([]);
  });
});
