/** Rules given as pql/json, over HTTP. */
import { ApiError, routes } from '@kindred/contract';
import { toJson, parse } from '@kindred/pql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { PEOPLE_MAPPING, importEnded, startTestServer, writePeople } from './server.ts';

const BERLIN = 'homeAddress.city = "Berlin"';
const jsonOf = (text: string): string => JSON.stringify(toJson(parse(text).ast ?? expect.fail()));
const asJson = (value: string) => ({ type: 'PQL', format: 'pql/json', value }) as const;
const asText = (value: string) => ({ type: 'PQL', format: 'pql/text', value }) as const;
const schema = { name: '_xdm.context.profile' } as const;

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

async function refusal(answer: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await answer.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ApiError ? error : expect.fail('it was not refused');
}

beforeAll(async () => {
  server = await startTestServer();
  const job = await call(routes.startImport, {
    body: { path: writePeople(server.folder), mapping: PEOPLE_MAPPING, dataset: 'people' },
  });
  await importEnded(server.client, job);
});
afterAll(async () => {
  await server.stop();
});

describe('a definition given as pql/json', () => {
  // Spaces tell that it comes back as given.
  const given = JSON.stringify(JSON.parse(jsonOf(BERLIN)), null, 1);

  it('comes back as given, is text for the rest of the server, and is evaluated', async () => {
    const created = await call(routes.createDefinition, { body: { name: 'Berlin', schema, expression: asJson(given) } });
    expect(created.expression).toEqual(asJson(given));
    const params = { id: created.id };
    expect((await call(routes.getDefinition, { params })).expression).toEqual(asJson(given));
    expect((await call(routes.getPlatformAudience, { params })).expression).toEqual(asJson(given));
    expect(await call(routes.getAudience, { params })).toMatchObject({ pql: BERLIN });
    expect(await call(routes.evaluateAudience, { params })).toMatchObject({ size: 2 });
  });

  it('keeps its version while only the format changes, and becomes text with a new rule of our API', async () => {
    const { id } = await call(routes.createDefinition, { body: { name: 'Either', schema, expression: asText(BERLIN) } });
    const update = (expression: ReturnType<typeof asText> | ReturnType<typeof asJson>) =>
      call(routes.updateDefinition, { params: { id }, body: { name: 'Either', schema, expression } });
    expect(await update(asJson(given))).toMatchObject({ version: 1, expression: asJson(given) });
    await call(routes.updateAudience, { params: { id }, body: { name: 'Either way', pql: BERLIN } });
    expect((await call(routes.getDefinition, { params: { id } })).expression).toEqual(asJson(given));
    expect(await update(asText(BERLIN))).toMatchObject({ version: 1, expression: asText(BERLIN) });
    expect(await update(asJson(jsonOf('person.birthYear > 1990')))).toMatchObject({ version: 2, expression: { format: 'pql/json' } });
    await call(routes.updateAudience, { params: { id }, body: { pql: BERLIN } });
    expect(await call(routes.getDefinition, { params: { id } })).toMatchObject({ version: 3, expression: asText(BERLIN) });
  });

  it('is understood whatever its format says, and when it comes as an object', async () => {
    const create = (name: string, expression: { type: 'PQL'; format: 'pql/json' | 'pql/text'; value: string | { nodeType: string } }) =>
      call(routes.createDefinition, { body: { name, schema, expression } });
    expect((await create('Text as JSON', { ...asText(BERLIN), format: 'pql/json' })).expression).toEqual(asText(BERLIN));
    expect((await create('JSON as text', { ...asJson(given), format: 'pql/text' })).expression).toEqual(asJson(given));
    const value = JSON.parse(given) as { nodeType: string };
    expect((await create('An object', { type: 'PQL', format: 'pql/json', value })).expression).toEqual(asJson(JSON.stringify(value)));
  });

  it('is refused with the place of what is wrong', async () => {
    const body = (value: string) => ({ name: 'Broken', schema, expression: asJson(value) });
    const broken = await refusal(
      call(routes.createDefinition, { body: body('{"nodeType": "fnApply", "fnName": "=", "params": [{}, {}]}') }),
    );
    expect(broken).toMatchObject({ status: 400, code: 'pql-invalid', message: expect.stringContaining('/params/0/nodeType') });
    expect(await refusal(call(routes.createDefinition, { body: body('{"nodeType"') }))).toMatchObject({ code: 'pql-invalid' });
    const unknown = jsonOf('homeAddress.town = "Berlin"');
    expect(await refusal(call(routes.createDefinition, { body: body(unknown) }))).toMatchObject({
      message: expect.stringContaining('town'),
    });
  });
});

it('a preview takes pql/json', async () => {
  const { previewId } = await call(routes.createPreview, {
    body: { predicateExpression: jsonOf(BERLIN), predicateType: 'pql/json', predicateModel: '_xdm.context.profile' },
  });
  await expect
    .poll(() => call(routes.getEstimate, { params: { id: previewId } }))
    .toMatchObject({ state: 'RESULT_READY', estimatedSize: 2 });
});

describe('the conversion', () => {
  it('answers with the expression in the other format and nothing else of the definition', async () => {
    const body = { name: 'Berlin', description: 'People there', schema, expression: asText(BERLIN), ttlInDays: 30 };
    const answer = await call(routes.convertExpression, { body });
    expect(answer).toEqual({
      ttlInDays: 30,
      imsOrgId: expect.any(String),
      sandbox: expect.objectContaining({ sandboxName: expect.any(String) }),
      description: 'People there',
      expression: asJson(jsonOf(BERLIN)),
    });
    const back = await call(routes.convertExpression, { body: { ...body, expression: answer.expression } });
    expect(back.expression).toEqual(asText(BERLIN));
  });

  it('refuses what it cannot read, in either format', async () => {
    expect(await refusal(call(routes.convertExpression, { body: { expression: asText('a = (') } }))).toMatchObject({ code: 'pql-invalid' });
    expect(await refusal(call(routes.convertExpression, { body: { expression: asJson('{"nodeType":"x"}') } }))).toMatchObject({
      status: 400,
      code: 'pql-invalid',
    });
  });
});
