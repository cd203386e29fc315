import type { CallInput, Prediction, PredictionRun, Routes } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { importEnded, PREDICTION_TAGS, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

const BUYS: CallInput<Routes['previewPrediction']>['body'] = {
  kind: 'conversion',
  goal: { events: [{ name: 'Purchase', condition: 'eventType = "commerce.purchases"' }], windowDays: 30 },
};

/** The demo shop's past depends on the day, and with it how well a model of few people can be. */
const BEGAN = Date.parse('2026-12-10T12:00:00Z') - Date.now();
const clock = (): Date => new Date(BEGAN + Date.now());

beforeAll(async () => {
  server = await startTestServer({}, { clock });
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

async function ended(id: string, { id: runId }: PredictionRun): Promise<PredictionRun> {
  for (;;) {
    const run = await call(routes.getPredictionRun, { params: { id, runId } });
    if (run.endedAt !== null) return run;
    await sleep(100);
  }
}

const sizeOf = async (pql: string): Promise<number> => (await call(routes.estimatePql, { body: { pql } })).size;

describe('a model', () => {
  let prediction: Prediction;

  it('is trained on the past, tested on later windows, and better than knowing who came last', async () => {
    prediction = await call(routes.createPrediction, { body: { name: 'Buys in 30 days', ...BUYS, excludedFields: ['homeAddress'] } });
    const { id } = prediction;
    expect(await refusal(call(routes.getPredictionModel, { params: { id }, query: {} }))).toMatchObject({ code: 'prediction-untrained' });
    const started = await call(routes.trainPrediction, { params: { id } });
    expect(await refusal(call(routes.trainPrediction, { params: { id } }))).toMatchObject({ status: 409, code: 'prediction-running' });
    const run = await ended(id, started);
    expect(run).toMatchObject({ status: 'succeeded', done: 1, modelVersion: 1, error: null });
    const model = await call(routes.getPredictionModel, { params: { id }, query: {} });
    expect(model.backTest).toHaveLength(3);
    for (const { cutOff, results } of model.backTest) {
      const rule = results.find(({ name }) => name === 'Recency rule');
      // Purchases come again; in days, who is there buys every few weeks or months.
      const comeAgain = results.find(({ name }) => name === 'BG/NBD');
      const { alpha = 0, r = 1 } = comeAgain?.parameters ?? {};
      expect(alpha / r, cutOff).toBeGreaterThan(7);
      expect(comeAgain?.auc, cutOff).toBeGreaterThan(0.5);
      expect(comeAgain?.brier, cutOff).toBeLessThan(0.25);
      const best = Math.max(...results.map(({ auc }) => auc));
      expect(best, cutOff).toBeGreaterThan(rule?.auc ?? 1);
      // Whatever is learned from had ended before: windows are 30 days long.
      expect(Date.parse(cutOff)).toBeLessThanOrEqual(Date.parse(model.snapshots[0]?.at ?? ''));
    }
    expect(model.metrics.auc.low).toBeGreaterThan(0.6);
    const [high, , low] = model.buckets;
    expect(high?.actualRate).toBeGreaterThan(2 * (low?.actualRate ?? 1));
    expect(model.leftOut.map(({ what }) => what)).toEqual(expect.arrayContaining(['person.gender', 'homeAddress.city']));
    expect(model.features.every(({ code }) => !code.startsWith('attribute.homeAddress'))).toBe(true);
  }, 240_000);

  it('gives scores that rules read, in SQL as by the reference evaluator, and a reason for each', async () => {
    const { id } = prediction;
    prediction = await call(routes.getPrediction, { params: { id } });
    expect(prediction).toMatchObject({ status: 'ready', model: { version: 1 }, scores: { modelVersion: 1 } });
    const { profiles, buckets, distribution } = await call(routes.getPredictionScores, { params: { id } });
    expect(distribution.reduce((sum, each) => sum + each.profiles, 0)).toBe(profiles);
    const { scorings } = await call(routes.listPredictionOutcomes, { params: { id } });
    expect(scorings).toMatchObject([{ modelVersion: 1, status: 'waiting', outcome: null, scoredAt: prediction.scores?.scoredAt }]);
    expect(Date.parse(scorings[0]?.dueAt ?? '') - Date.parse(scorings[0]?.scoredAt ?? '')).toBe(
      (prediction.goal.windowDays + 1) * 86_400_000,
    );
    expect(['fine', 'warn', 'alert']).toContain(prediction.health?.state);
    const field = `customerAI.${prediction.key}`;
    expect(await sizeOf(`${field}.score >= 0`)).toBe(profiles);
    expect(await sizeOf(`${field}.bucket = "High"`)).toBe(buckets.find(({ bucket }) => bucket === 'High')?.profiles);
    const counted = await call(routes.estimatePql, { body: { pql: `${field}.percentile = 100` } });
    const { identity } = counted.sample[0] ?? { identity: { namespace: '', id: '' } };
    const { predictions } = await call(routes.getProfilePredictions, { params: identity });
    const [score] = predictions;
    expect(score).toMatchObject({ percentile: 100, bucket: 'High', prediction: { key: prediction.key } });
    expect(Math.round((score?.probability ?? 0) * 100)).toBe(score?.score);
    const { attributes } = await call(routes.getProfile, { params: identity, query: {} });
    expect(attributes).toMatchObject({
      customerAI: { [prediction.key]: { score: score?.score, factors: { length: score?.factors.length } } },
    });
    for (const factor of score?.factors ?? []) {
      const { code, direction } = factor;
      const pql = `${field}.factors[code = ${JSON.stringify(code)} and direction = "${direction}"] and ${field}.percentile = 100`;
      const audience = await call(routes.createAudience, { body: { name: `Because of ${code}`, pql } });
      const { member } = await call(routes.explainMembership, { params: { ...identity, audienceId: audience.id } });
      expect([audience.size, member]).toEqual([await sizeOf(pql), true]);
      expect(await refusal(call(routes.deletePrediction, { params: { id } }))).toMatchObject({ status: 409, code: 'prediction-in-use' });
      await call(routes.deleteAudience, { params: { id: audience.id } });
    }
    const { profile, populated } = await call(routes.getSchema);
    expect(Object.keys(profile.fields)).toContain('customerAI');
    expect(populated.profile).toContain(`${field}.score`);
  }, 60_000);

  it('says what the model would say of somebody with other values', async () => {
    const { id, key } = prediction;
    const personIn = async (pql: string) => {
      const { sample } = await call(routes.estimatePql, { body: { pql } });
      return { ...(sample[0]?.identity ?? { namespace: '', id: '' }), prediction: id };
    };
    const [high, low] = [await personIn(`customerAI.${key}.percentile = 100`), await personIn(`customerAI.${key}.percentile = 1`)];
    const [asHigh, asLow] = [
      await call(routes.askWhatIf, { params: high, body: {} }),
      await call(routes.askWhatIf, { params: low, body: {} }),
    ];
    expect(asHigh.after).toEqual(asHigh.before);
    expect(asHigh.before.probability).toBeGreaterThan(asLow.before.probability);
    const { predictions } = await call(routes.getProfilePredictions, { params: high });
    expect(asHigh.before.probability).toBeCloseTo(predictions[0]?.probability ?? 0, 2);
    // Who has all features of somebody else has their score, and its reasons.
    const ofLow = Object.fromEntries(asLow.features.map(({ code, value }) => [code, value]));
    const swapped = await call(routes.askWhatIf, { params: high, body: { changes: ofLow } });
    expect(swapped.before.factors).toEqual(asHigh.before.factors);
    expect(swapped.after).toEqual(asLow.before);
    expect(swapped.features.map(({ taken }) => taken)).toEqual(asLow.features.map(({ value }) => value));

    const number = asHigh.features.find(({ usual }) => usual !== null);
    const far = { [number?.code ?? '']: 1000 * (1 + (number?.usual?.high ?? 0)) };
    const { warnings } = await call(routes.askWhatIf, { params: high, body: { changes: far } });
    expect(warnings).toEqual([expect.stringContaining(`${number?.label}: `)]);
    const category = asHigh.features.find(({ categories }) => categories !== null);
    for (const changes of [{ nothing: 1 }, { [number?.code ?? '']: 'many' }, { [category?.code ?? '']: 'no such category' }]) {
      const refused = await refusal(call(routes.askWhatIf, { params: high, body: { changes } }));
      expect(refused).toMatchObject({ status: 400, code: 'prediction-invalid', details: { feature: Object.keys(changes)[0] } });
    }
    const nobody = { namespace: 'CRMID', id: 'nobody', prediction: id };
    expect(await refusal(call(routes.askWhatIf, { params: nobody, body: {} }))).toMatchObject({ status: 404, code: 'profile-not-found' });
    const away = await personIn(`homeAddress.city.isNotNull() and not customerAI.${key}.score >= 0`);
    expect(await refusal(call(routes.askWhatIf, { params: away, body: {} }))).toMatchObject({ status: 404, code: 'prediction-unscored' });
  }, 60_000);

  it('keeps its scores over a restart and a run that is stopped, and goes over to new ones at once', async () => {
    const { id, key } = prediction;
    const before = await sizeOf(`customerAI.${key}.score > 5`);
    await server.restart();
    expect(await sizeOf(`customerAI.${key}.score > 5`)).toBe(before);
    const stopped = await call(routes.scorePrediction, { params: { id } });
    await call(routes.cancelPredictionRun, { params: { id, runId: stopped.id } });
    expect((await ended(id, stopped)).status).toBe('cancelled');
    expect(await sizeOf(`customerAI.${key}.score > 5`)).toBe(before);
    const again = await ended(id, await call(routes.scorePrediction, { params: { id } }));
    expect(again).toMatchObject({ kind: 'score', status: 'succeeded' });
    const { models } = await call(routes.listPredictionModels, { params: { id } });
    const { model } = await call(routes.getPrediction, { params: { id } });
    expect(models).toEqual([{ ...model, state: 'inForce', reason: null }]);
    const { runs } = await call(routes.listPredictionRuns, { params: { id } });
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'cancelled', 'succeeded']);
    expect(await sizeOf(`customerAI.${key}.score >= 0`)).toBe(again.profiles);
  }, 60_000);

  it('scores whoever an event is about anew, and live audiences follow', async () => {
    const { key } = prediction;
    const counted = await call(routes.estimatePql, { body: { pql: `customerAI.${key}.percentile > 80` } });
    const { identity } = counted.sample.find((each) => each.identity.namespace === 'CRMID') ?? { identity: { namespace: '', id: '' } };
    const scoreOf = async () => (await call(routes.getProfilePredictions, { params: identity })).predictions[0];
    const before = await scoreOf();
    // Whether that makes a purchase more or less likely, the shop's past decides.
    const pql = `customerAI.${key}.scoredAt > "${before?.scoredAt}"`;
    const audience = await call(routes.createAudience, { body: { name: 'Scored since', pql, evaluation: 'streaming' } });
    const { member } = await call(routes.explainMembership, { params: { ...identity, audienceId: audience.id } });
    expect(member).toBe(false);
    const { key: writeKey } = await call(routes.createWriteKey, { body: { name: 'shop' } });
    const track = { type: 'track', event: 'Order Completed', userId: identity.id, properties: { order_id: 'o', total: 10 } };
    const sent = await fetch(`${server.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: [1, 2, 3].map((number) => ({ ...track, messageId: `refresh ${number}` })) }),
    });
    expect(sent.status).toBe(200);
    const log = async () =>
      (await call(routes.readMembershipLog, { query: { audience: audience.id, ...identity } })).entries.map(({ change, cause }) => [
        change,
        cause.kind,
      ]);
    await expect.poll(log, { timeout: 30_000 }).toEqual([['entered', 'attributes']]);
    const after = await scoreOf();
    expect(after?.probability).not.toBe(before?.probability);
    expect(Date.parse(after?.scoredAt ?? '')).toBeGreaterThan(Date.parse(before?.scoredAt ?? ''));
    // Everybody was scored twice, with nothing new in between: since the first time, the orders moved it.
    expect(before?.previous).toMatchObject({ score: before?.score, probability: before?.probability, factors: [] });
    expect(after?.previous).toMatchObject({ probability: before?.probability, scoredAt: before?.previous?.scoredAt });
    expect(after?.previous?.factors?.length).toBeGreaterThan(0);
    const change = (after?.score ?? 0) - (before?.score ?? 0);
    const { attributes } = await call(routes.getProfile, { params: identity, query: {} });
    expect(attributes).toMatchObject({ customerAI: { [key]: { change, previousScore: before?.score } } });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^kindred_score_refresh_waiting 0$/m);
    expect(metrics).toMatch(/^kindred_score_refreshed_total [1-9]/m);
    await call(routes.deleteAudience, { params: { id: audience.id } });
  }, 60_000);

  it('gives its scores out as files, and takes them along when it is deleted', async () => {
    const { id, key } = prediction;
    const response = await call(routes.exportPredictionScores, { params: { id }, query: {} });
    const lines = (await response.text()).trim().split('\n');
    expect(lines).toHaveLength((await sizeOf(`customerAI.${key}.score >= 0`)) + 1);
    const parquet = await call(routes.exportPredictionScores, { params: { id }, query: { format: 'parquet' } });
    expect(
      Buffer.from(await parquet.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1');
    await call(routes.deletePrediction, { params: { id } });
    expect(await refusal(call(routes.estimatePql, { body: { pql: `customerAI.${key}.score > 5` } }))).toMatchObject({
      code: 'pql-invalid',
    });
    const { profile } = await call(routes.getSchema);
    expect(Object.keys(profile.fields)).not.toContain('customerAI');
  }, 30_000);
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
