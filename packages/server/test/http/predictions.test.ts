import type { CallInput, Routes } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { importEnded, PREDICTION_TAGS, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

const BUYS: CallInput<Routes['previewPrediction']>['body'] = {
  kind: 'conversion',
  goal: { events: [{ name: 'Purchase', condition: 'eventType = "commerce.purchases"' }], windowDays: 30 },
};

beforeAll(async () => {
  server = await startTestServer();
  const job = await call(routes.startDemo, { body: { profiles: 4000, seed: 1 } });
  expect((await importEnded(server.client, job)).state).toBe('succeeded');
}, 120_000);

afterAll(async () => {
  expect(routesTagged((tag) => PREDICTION_TAGS.has(tag)).difference(server.called)).toEqual(new Set());
  await server.stop();
});

describe('a goal, before anything is trained', () => {
  it('tells how many people it is about, how many reach it, and whether the history is long enough', async () => {
    const ready = await call(routes.previewPrediction, { body: BUYS });
    expect(ready).toMatchObject({ ready: true, refusals: [], daysNeeded: 105, daysPresent: 364 });
    expect(ready.positives + ready.negatives).toBe(ready.eligible);
    const past = ready.cutOff;
    const counted = await call(routes.estimatePql, {
      body: { pql: 'xEvent[timestamp occurs <= 45 days before now].count() >= 1', asOf: past },
    });
    expect(ready.eligible).toBe(counted.size);
    const never = await call(routes.previewPrediction, { body: { ...BUYS, goal: { ...BUYS.goal, occurs: 'willNot' } } });
    expect(never.positives).toBe(ready.negatives);
  });

  it('names what is missing with the documented codes and the numbers', async () => {
    const nobody = { ...BUYS, population: 'person.birthYear < 1000' };
    const refused = await call(routes.previewPrediction, { body: nobody });
    expect(refused.ready).toBe(false);
    expect(refused.refusals[0]).toMatchObject({ code: 'no-population', details: { status: 410, actual_num_samples: 0 } });
    const long = await call(routes.previewPrediction, { body: { ...BUYS, goal: { ...BUYS.goal, windowDays: 180 } } });
    expect(long.refusals[0]).toMatchObject({
      code: 'not-enough-history',
      details: { status: 407, days_of_data_available: 364, days_of_data_required: 405 },
    });
  });

  it('refuses conditions that are no conditions on one event', async () => {
    const wrong = { ...BUYS, goal: { ...BUYS.goal, events: [{ condition: 'no.such.field = 1' }] } };
    expect(await refusal(call(routes.previewPrediction, { body: wrong }))).toMatchObject({ status: 400, code: 'pql-invalid' });
    const about = { ...BUYS, goal: { ...BUYS.goal, events: [{ condition: 'eventType = "a"] or xEvent[eventType = "b"' }] } };
    expect(await refusal(call(routes.previewPrediction, { body: about }))).toMatchObject({ status: 400, code: 'event-condition-invalid' });
  });
});

describe('the definition of a prediction', () => {
  it('is created, read, changed, cloned and deleted', async () => {
    const made = await call(routes.createPrediction, { body: { name: 'Buys in 30 days', ...BUYS } });
    expect(made).toMatchObject({ key: 'buysIn30Days', status: 'draft', buckets: { high: 10, medium: 30 }, model: null });
    expect(await call(routes.getPrediction, { params: { id: made.id } })).toEqual(made);
    const clone = await call(routes.clonePrediction, { params: { id: made.id }, body: { name: 'Buys again' } });
    expect(clone).toMatchObject({ key: 'buysAgain', goal: made.goal });
    const { predictions } = await call(routes.listPredictions);
    expect(predictions.map(({ name }) => name)).toEqual(['Buys again', 'Buys in 30 days']);
    const changed = await call(routes.updatePrediction, { params: { id: clone.id }, body: { description: 'Soon' } });
    expect(changed.description).toBe('Soon');
    const taken = call(routes.createPrediction, { body: { name: 'Buys again', ...BUYS } });
    expect(await refusal(taken)).toMatchObject({ status: 409, code: 'prediction-name-taken' });
    for (const { id } of predictions) await call(routes.deletePrediction, { params: { id } });
    expect(await refusal(call(routes.getPrediction, { params: { id: made.id } }))).toMatchObject({ status: 404 });
  });
});
