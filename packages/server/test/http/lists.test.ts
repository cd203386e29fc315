/** Audiences of uploaded lists over HTTP: our own paths, and the documented ones. */
import type { Audience, CompositionBody, Ingestion } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { PEOPLE_MAPPING, importEnded, routesTagged, startTestServer, writePeople } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);
const AIS = '/data/core/ais';

async function code(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'done';
}

async function ended({ audienceId: id, id: ingestionId }: Ingestion): Promise<Ingestion> {
  for (;;) {
    const now = await call(routes.getIngestion, { params: { id, ingestionId } });
    if (now.status !== 'PROCESSING') return now;
    await sleep(20);
  }
}

async function runEnded(id: string, runId: string) {
  for (;;) {
    const run = await call(routes.getExternalAudienceRun, { params: { id, runId } });
    if (run.status !== 'PROCESSING') return run;
    await sleep(20);
  }
}

function file(name: string, ...lines: readonly string[]): string {
  const path = join(server.folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

async function memberIds({ id }: { readonly id: string }): Promise<string[]> {
  return (await call(routes.listMembers, { params: { id } })).members.map(({ identity }) => identity.id);
}

const IDENTITY = { column: 'email', namespace: 'email' };

beforeAll(async () => {
  server = await startTestServer();
  const people = { path: writePeople(server.folder), mapping: PEOPLE_MAPPING, dataset: 'people' };
  await importEnded(server.client, await call(routes.startImport, { body: people }));
});
afterAll(async () => {
  await server.stop();
});

describe('a list of e-mail addresses', () => {
  let audience: Audience;

  it('goes in by an upload; known people are found by any of their identities, others become profiles', async () => {
    const before = (await call(routes.getStatus)).profiles;
    const body = ['email,grade,since', 'anna@example.com,1,2026-01-01', 'eve@example.com,2,2026-02-01', 'nobody,3', ',4,2026-01-01'].join(
      '\n',
    );
    await call(routes.upload, { params: { name: 'readers.csv' }, body });
    const created = await call(routes.createExternalAudience, {
      body: {
        name: 'Readers',
        description: 'of the paper',
        audienceId: 'readers_1',
        identity: IDENTITY,
        fields: [
          { name: 'email', type: 'string' },
          { name: 'grade', type: 'integer' },
          { name: 'since', type: 'date' },
        ],
        ttlInDays: 90,
        tags: ['paper'],
        labels: ['core/C2'],
        upload: 'readers.csv',
      },
    });
    expect(created.ingestion).toMatchObject({ status: 'PROCESSING', number: 1, source: 'readers.csv', createdBy: 'local' });
    const done = await ended(created.ingestion ?? expect.fail());
    expect(done).toMatchObject({ status: 'SUCCESS', recordsIn: 4, failed: 2, newProfiles: 1, knownProfiles: 1, error: null });
    expect(done.problems).toHaveLength(2);
    audience = await call(routes.getAudience, { params: { id: created.audience.id } });
    expect(audience).toMatchObject({
      kind: 'external',
      pql: '',
      size: 2,
      origin: 'CUSTOM_UPLOAD',
      lifecycleState: 'published',
      ttlInDays: 90,
      tags: ['paper'],
      labels: ['core/C2'],
      external: {
        audienceId: 'readers_1',
        namespace: 'CustomerAudienceUpload',
        identity: { column: 'email', namespace: 'Email' },
        expired: false,
      },
    });
    const { ingestedAt, expiresAt } = audience.external ?? expect.fail();
    expect(Date.parse(expiresAt ?? '') - Date.parse(ingestedAt ?? '')).toBe(90 * 86_400_000);
    expect(await memberIds(audience)).toEqual(['C1', 'eve@example.com']);
    expect((await call(routes.getStatus)).profiles).toBe(before + 1);
    const { attributes } = await call(routes.getProfile, { params: { namespace: 'Email', id: 'eve@example.com' } });
    expect(attributes).toEqual({});
    expect(await call(routes.listRecords, { params: { id: audience.id } })).toMatchObject({
      total: 2,
      records: [
        { identity: { namespace: 'Email', id: 'anna@example.com' }, payload: { grade: 1, since: '2026-01-01' } },
        { identity: { namespace: 'Email', id: 'eve@example.com' }, payload: { grade: 2 } },
      ],
    });
  });

  it('is an audience among the others, with its origin', async () => {
    const { children } = await call(routes.listPlatformAudiences, { query: { property: 'originName==CUSTOM_UPLOAD' } });
    expect(children).toMatchObject([
      {
        id: audience.id,
        audienceId: 'readers_1',
        type: 'ExternalSegment',
        namespace: 'CustomerAudienceUpload',
        metrics: { data: { totalProfiles: 2 } },
      },
    ]);
    expect(children[0]).not.toHaveProperty('expression');
    expect((await call(routes.listDefinitions)).segments).toEqual([]);
    expect(await code(call(routes.getDefinition, { params: { id: audience.id } }))).toBe('not-found');
    expect((await call(routes.listAudiences, { query: { kind: 'external' } })).audiences.map(({ name }) => name)).toEqual(['Readers']);
  });

  it('is used in rules, and then cannot be deleted', async () => {
    const pql = `inSegment("${audience.id}") and homeAddress.city = "Berlin"`;
    const rule = await call(routes.createAudience, { body: { name: 'Readers of Berlin', pql } });
    expect(rule.size).toBe(1);
    const other = 'segmentMembership.get("CustomerAudienceUpload").get("readers_1").status in ["realized", "existing"]';
    expect(await call(routes.estimatePql, { body: { pql: other } })).toMatchObject({ size: 2 });
    expect(await code(call(routes.deleteAudience, { params: { id: audience.id } }))).toBe('audience-in-use');
    const { dependents } = await call(routes.getPlatformAudience, { params: { id: audience.id } });
    expect(dependents).toEqual([rule.id]);
    await call(routes.deleteAudience, { params: { id: rule.id } });
  });

  it('is refreshed and added to', async () => {
    const params = { id: audience.id };
    const path = file('more.csv', 'since,email,grade', '2026-03-01,ben@example.com,5');
    const added = await ended(await call(routes.ingestAudience, { params, body: { path, mode: 'add' } }));
    expect(added).toMatchObject({ status: 'SUCCESS', number: 2, mode: 'add', newProfiles: 0, knownProfiles: 1 });
    expect(await memberIds(audience)).toEqual(['C1', 'C2', 'eve@example.com']);
    await ended(await call(routes.ingestAudience, { params, body: { path } }));
    expect(await memberIds(audience)).toEqual(['C2']);
    const { ingestions } = await call(routes.listIngestions, { params });
    expect(ingestions.map(({ number, mode }) => [number, mode])).toEqual([
      [3, 'replace'],
      [2, 'add'],
      [1, 'replace'],
    ]);
    const { sizes } = await call(routes.listSizes, { params });
    expect(sizes.map(({ size }) => size)).toEqual([2, 3, 1]);
    const broken = file('broken.csv', 'email,grade,since', 'x@example.com,much,2026-01-01');
    expect(await ended(await call(routes.ingestAudience, { params, body: { path: broken } }))).toMatchObject({
      status: 'FAILED',
      failed: 1,
      error: { code: 'external-invalid' },
      problems: [{ line: 2, field: 'grade', reason: '"much" is no integer' }],
    });
    expect(await memberIds(audience)).toEqual(['C2']);
  });

  it('does only what lists can do', async () => {
    const params = { id: audience.id };
    expect(await code(call(routes.evaluateAudience, { params }))).toBe('audience-external');
    expect(await code(call(routes.copyAudience, { params, body: {} }))).toBe('audience-external');
    expect(await code(call(routes.updateAudience, { params, body: { pql: 'person.birthYear > 1' } }))).toBe('audience-external');
    expect(await code(call(routes.updateAudience, { params, body: { lifecycleState: 'draft' } }))).toBe('audience-lifecycle');
    const shorter = await call(routes.updateAudience, { params, body: { ttlInDays: 1, name: 'Few readers' } });
    expect(shorter).toMatchObject({ name: 'Few readers', ttlInDays: 1, version: 1 });
    expect(Date.parse(shorter.external?.expiresAt ?? '') - Date.parse(shorter.updatedAt)).toBeLessThan(2 * 86_400_000);
    const rule = await call(routes.createAudience, { body: { name: 'A rule', pql: 'person.birthYear > 1' } });
    const upload = { params: { id: rule.id }, body: { upload: 'readers.csv' } };
    expect(await code(call(routes.ingestAudience, upload))).toBe('audience-not-external');
    expect(await code(call(routes.listIngestions, { params: { id: rule.id } }))).toBe('audience-not-external');
    expect(await code(call(routes.listRecords, { params: { id: rule.id } }))).toBe('audience-not-external');
    expect(await code(call(routes.getIngestion, { params: { ...params, ingestionId: 'none' } }))).toBe('ingestion-not-found');
    expect(await code(call(routes.listIngestions, { params: { id: 'none' } }))).toBe('audience-not-found');
  });

  it('is not made of what is no such list', async () => {
    const make = (more: object) => code(call(routes.createExternalAudience, { body: { name: 'No list', identity: IDENTITY, ...more } }));
    expect(await make({ identity: { column: 'email', namespace: 'Nonsense' } })).toBe('external-invalid');
    expect(await make({ identity: { column: 'e mail', namespace: 'Email' } })).toBe('external-invalid');
    expect(await make({ audienceId: '1st' })).toBe('request-invalid');
    expect(await make({ ttlInDays: 91 })).toBe('request-invalid');
    expect(await make({ ttlInDays: 0 })).toBe('request-invalid');
    expect(await make({ upload: 'none.csv' })).toBe('not-found');
    expect(await make({ path: '/no/such.csv' })).toBe('file-missing');
    expect(await make({ path: 'a', upload: 'b' })).toBe('request-invalid');
    expect(await make({ fields: [{ name: 'email', type: 'uuid' }] })).toBe('request-invalid');
    expect(await make({ fields: Array.from({ length: 25 }, (_, index) => ({ name: `c${index}`, type: 'string' })) })).toBe(
      'external-invalid',
    );
    expect(await make({ name: 'Few readers' })).toBe('audience-name-taken');
    expect(await make({ audienceId: 'readers_1' })).toBe('external-id-taken');
    expect((await call(routes.listAudiences, { query: { name: 'No list' } })).total).toBe(0);
  });
});

describe('the documented paths of lists', () => {
  const who = { name: 'customer', type: 'string', identityNs: 'CRMID' } as const;
  const score = { name: 'score', type: 'number' as const, labels: ['core/C4'] };
  const fields = [who, score];
  let id = '';

  it('submit an audience, and tell by its task what became of it', async () => {
    const path = file('scores.csv', 'customer,score', 'C1,1.5', 'C9,2', 'C2,x');
    const submitted = await call(routes.submitExternalAudience, {
      body: { name: 'Scores', fields, sourceSpec: { path, type: 'file' }, labels: ['core/C1'] },
    });
    expect(submitted).toMatchObject({ name: 'Scores', ttlInDays: 30, originName: 'CUSTOM_UPLOAD', namespace: 'CustomerAudienceUpload' });
    const params = { taskId: submitted.taskId };
    const task = await call(routes.getExternalAudienceTask, { params });
    expect(task).toEqual({ taskId: submitted.taskId, audienceId: expect.any(String), status: 'SUCCESS' });
    expect(await call(routes.getExternalAudiencesTask, { params })).toEqual(task);
    id = task.audienceId;
    expect((await call(routes.getAudience, { params: { id } })).size).toBeNull();
    expect((await fetch(`${server.url}${AIS}/external-audience/task/none`)).status).toBe(404);
  });

  it('run it, with differences or as a whole', async () => {
    const params = { id };
    const started = await call(routes.runExternalAudience, { params, body: { differentialIngestion: false } });
    expect(started).toMatchObject({ audienceName: 'Scores', audienceId: id, differentialIngestion: false });
    const run = await runEnded(id, started.runId);
    expect(run).toMatchObject({
      status: 'SUCCESS',
      details: [
        { stage: 'DATASET_INGEST', status: 'SUCCESS', recordsIn: 3, recordsFailed: 1, flowId: id, flowRunId: started.runId },
        { stage: 'PROFILE_STORE_INGEST', status: 'SUCCESS', newProfiles: 1, knownProfiles: 1 },
      ],
      errors: [],
    });
    expect(run.ingestionTime).toBeGreaterThanOrEqual(run.createdAt);
    expect(await memberIds({ id })).toEqual(['C1', 'C9']);
    file('scores.csv', 'customer,score', 'C3,7');
    await runEnded(id, (await call(routes.runExternalAudience, { params, body: {} })).runId);
    expect(await memberIds({ id })).toEqual(['C1', 'C3', 'C9']);
    const later = { dataFilterStartTime: '2100-01-01T00:00:00Z' };
    const nothing = await runEnded(id, (await call(routes.runExternalAudience, { params, body: later })).runId);
    expect(nothing).toMatchObject({ status: 'SUCCESS', details: [{ recordsIn: 0 }, { newProfiles: 0 }] });
    expect(await memberIds({ id })).toEqual(['C1', 'C3', 'C9']);
    const { runs } = await call(routes.listExternalAudienceRuns, { params });
    expect(runs.map(({ runId }) => runId)).toHaveLength(3);
    const answer = await fetch(`${server.url}${AIS}/external-audience/${id}/run/none`);
    expect(answer.status).toBe(404);
  });

  it('read the files of a folder that were changed in a time', async () => {
    const folder = join(server.folder, 'daily');
    mkdirSync(folder);
    for (const [day, customer] of [
      [1, 'C1'],
      [2, 'C2'],
      [3, 'C3'],
    ] as const) {
      const path = join(folder, `2026-01-0${day}.csv`);
      writeFileSync(path, `customer,score\n${customer},1`);
      utimesSync(path, new Date(Date.UTC(2026, 0, day, 12)), new Date(Date.UTC(2026, 0, day, 12)));
    }
    const submission = { name: 'Daily', fields, sourceSpec: { path: folder, type: 'folder' as const } };
    const { taskId } = await call(routes.submitExternalAudience, { body: submission });
    const { audienceId } = await call(routes.getExternalAudienceTask, { params: { taskId } });
    const body = { dataFilterStartTime: Date.UTC(2026, 0, 2), dataFilterEndTime: '2026-01-03T00:00:00Z' };
    await runEnded(audienceId, (await call(routes.runExternalAudience, { params: { id: audienceId }, body })).runId);
    expect(await memberIds({ id: audienceId })).toEqual(['C2']);
  });

  it('change labels, description and time', async () => {
    const body = { description: 'of the season', labels: ['core/C3'], fields: [{ name: 'score', labels: ['core/C5'] }], ttlInDays: 10 };
    expect(await call(routes.patchExternalAudience, { params: { id }, body })).toEqual({
      audienceId: id,
      name: 'Scores',
      description: 'of the season',
      labels: ['core/C3'],
      fields: [
        { ...who, labels: [] },
        { ...score, labels: ['core/C5'] },
      ],
      ttlInDays: 10,
    });
    const strange = { fields: [{ name: 'colour', labels: [] }] };
    expect(await code(call(routes.patchExternalAudience, { params: { id }, body: strange }))).toBe('external-invalid');
    expect(await code(call(routes.patchExternalAudience, { params: { id }, body: { ttlInDays: 365 } }))).toBe('UPLIB-101206-500');
  });

  it('take audiences of others without a list, too', async () => {
    const body = {
      name: 'From AAM',
      audienceId: '4711',
      namespace: 'AAM',
      originName: 'AUDIENCE_MANAGER',
      type: 'ExternalAudience',
      audienceMeta: { traits: 3 },
    } as const;
    const created = await call(routes.createPlatformAudience, { body });
    expect(created).toMatchObject({
      audienceId: '4711',
      namespace: 'AAM',
      originName: 'AUDIENCE_MANAGER',
      type: 'ExternalSegment',
      audienceMeta: { traits: 3 },
    });
    expect(await code(call(routes.runExternalAudience, { params: { id: created.id }, body: {} }))).toBe('external-invalid');
    const used = 'segmentMembership.get("AAM").get("4711").status in ["realized", "existing"]';
    expect((await call(routes.estimatePql, { body: { pql: used } })).size).toBe(0);
    const patched = await call(routes.patchPlatformAudience, {
      params: { id: created.id },
      body: [{ op: 'add', path: '/linkedAudienceRef', value: { flowId: 'f' } }],
    });
    expect(patched).toMatchObject({ linkedAudienceRef: { flowId: 'f' }, audienceMeta: { traits: 3 } });
    expect(await code(call(routes.createPlatformAudience, { body: { ...body, name: 'Again' } }))).toBe('external-id-taken');
    expect(await code(call(routes.createPlatformAudience, { body: { ...body, audienceId: 'x', namespace: 'AEPSegments' } }))).toBe(
      'UPAPI-113434-400',
    );
  });

  it('delete it', async () => {
    await call(routes.deleteExternalAudience, { params: { id } });
    expect(await code(call(routes.deleteExternalAudience, { params: { id } }))).toBe('UPAPI-113430-404');
    const rule = await call(routes.createAudience, { body: { name: 'Not a list', pql: 'person.birthYear > 1' } });
    expect(await code(call(routes.deleteExternalAudience, { params: { id: rule.id } }))).toBe('audience-not-external');
  });

  it('refuse submissions that are none', async () => {
    const submit = (more: object) =>
      code(call(routes.submitExternalAudience, { body: { name: 'Bad', fields, sourceSpec: { path: 'x.csv' }, ...more } }));
    expect(await submit({ fields: [{ name: 'customer', type: 'string' }] })).toBe('external-invalid');
    expect(await submit({ fields: [...fields, { name: 'mail', type: 'string', identityNs: 'Email' }] })).toBe('external-invalid');
    expect(await submit({ fields: [{ name: 'customer', type: 'string', identityNs: 'Nonsense' }] })).toBe('external-invalid');
    expect(await submit({ fields: [who, { name: 'two words', type: 'string' }] })).toBe('external-invalid');
    expect(await submit({ namespace: 'AEPSegments' })).toBe('external-invalid');
    expect(await submit({ audienceType: 'accounts' })).toBe('UPLIB-101206-500');
    expect(await submit({ ttlInDays: 91 })).toBe('UPLIB-101206-500');
  });
});

describe('compositions', () => {
  it('are edited, counted, published and deleted; their audiences are audiences like any other', async () => {
    const { audiences } = await call(routes.listAudiences, { query: { kind: 'external' } });
    const list = audiences.find(({ size }) => size !== null && size > 0);
    const created = await call(routes.createComposition, { body: { name: 'Spring', description: 'For spring' } });
    const params = { id: created.id };
    expect(created).toMatchObject({
      state: 'draft',
      version: 0,
      changes: 1,
      published: null,
      outputs: [],
      body: { paths: [{ key: 'all', name: 'Spring' }] },
    });
    const { problems } = await call(routes.validateComposition, { params, body: {} });
    expect(problems).toMatchObject([{ block: 'audience', message: 'No audience is chosen.' }]);
    expect(await code(call(routes.publishComposition, { params, body: {} }))).toBe('composition-invalid');
    const body: CompositionBody = {
      ...created.body,
      audience: { kind: 'rule', pql: 'person.birthYear > 1900' },
      exclude: [{ kind: 'audience', id: list?.id ?? '' }],
      split: { by: 'attribute', attribute: 'homeAddress.city' },
      paths: [
        { key: 'berlin', name: 'Spring in Berlin', values: ['Berlin'] },
        { key: 'rest', name: 'Spring elsewhere' },
      ],
    };
    const draft = await call(routes.updateComposition, { params, body: { body, ifChanges: 1 } });
    expect(draft).toMatchObject({ state: 'draft', changes: 2 });
    expect(await code(call(routes.updateComposition, { params, body: { name: 'X', ifChanges: 1 } }))).toBe('composition-changed');
    const preview = await call(routes.previewComposition, { params, body: {} });
    const { counts } = preview;
    expect(preview).toMatchObject({ problems: [], counts: { audience: 3, inputs: [] } });
    expect((counts?.paths ?? []).reduce((sum, each) => sum + each, 0) + (counts?.unassigned ?? NaN)).toBe(counts?.remaining);
    expect((counts?.exclude?.[0]?.removes ?? NaN) + (counts?.remaining ?? NaN)).toBe(3);
    const published = await call(routes.publishComposition, { params, body: { ifChanges: 2 } });
    expect(published).toMatchObject({ state: 'published', version: 1 });
    expect(published.outputs.map(({ path, size }) => [path, size])).toEqual([
      ['berlin', counts?.paths?.[0]],
      ['rest', counts?.paths?.[1]],
    ]);
    const [berlin] = published.outputs;
    const audience = await call(routes.getAudience, { params: { id: berlin?.id ?? '' } });
    expect(audience).toMatchObject({
      kind: 'composition',
      origin: 'AUDIENCE_ORCHESTRATION',
      composition: { id: created.id, path: 'berlin', choice: null },
      pql: expect.stringContaining('(homeAddress.city) in ["Berlin"]'),
    });
    expect(await code(call(routes.copyAudience, { params: { id: audience.id }, body: {} }))).toBe('audience-composed');
    expect(await code(call(routes.deleteAudience, { params: { id: audience.id } }))).toBe('audience-composed');
    expect(await call(routes.getPlatformAudience, { params: { id: audience.id } })).toMatchObject({ originName: 'AUDIENCE_ORCHESTRATION' });
    const renamed = [{ op: 'add', path: '/name', value: 'Other' }] as const;
    expect(await code(call(routes.patchPlatformAudience, { params: { id: audience.id }, body: [...renamed] }))).toBe('UPAPI-113434-400');
    const related = await call(routes.listRelations, { params: { id: audience.id } });
    expect(related.dependencies.map(({ id }) => id)).toEqual([list?.id]);
    expect(await code(call(routes.deleteAudience, { params: { id: list?.id ?? '' } }))).toBe('audience-in-use');
    expect(await call(routes.updateComposition, { params, body: { body: created.body } })).toMatchObject({ state: 'changed' });
    expect((await call(routes.listCompositions)).compositions.map(({ name }) => name)).toEqual(['Spring']);
    await call(routes.deleteComposition, { params });
    expect(await code(call(routes.getComposition, { params }))).toBe('composition-not-found');
    expect(await code(call(routes.getAudience, { params: { id: audience.id } }))).toBe('audience-not-found');
    const again = await call(routes.createComposition, { body: { name: 'Spring' } });
    expect(await call(routes.getComposition, { params: { id: again.id } })).toMatchObject({ name: 'Spring' });
    expect(await code(call(routes.createComposition, { body: { name: 'Spring' } }))).toBe('composition-name-taken');
  });
});

it('had every route of these parts of the contract called', () => {
  const tags = ['audiences from outside', 'external audiences', 'compositions'];
  expect(routesTagged((tag) => tags.includes(tag)).difference(server.called)).toEqual(new Set());
});
