import { routes } from '@kindred/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { startTestServer } from './server.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let server: TestServer;
let document: OpenApi;

beforeAll(async () => {
  server = await startTestServer();
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
});
afterAll(async () => {
  await server.stop();
});

const operations = (): readonly (readonly [path: string, method: string, Operation])[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
  );

/** Every object of a JSON value. */
function* objectsOf(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const inner of Object.values(value)) yield* objectsOf(inner);
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and names itself', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Kindred', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it('lists exactly the routes of the contract, under their names', () => {
    const listed = operations().map(([path, method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`);
    expect(new Set(listed)).toEqual(new Set(Object.entries(routes).map(([name, { method, path }]) => `${name} ${method} ${path}`)));
    expect(listed).toHaveLength(Object.keys(routes).length);
  });

  it('declares every parameter of a path, and a body where one is sent', () => {
    for (const [path, method, { operationId, parameters = [], requestBody }] of operations()) {
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      expect(new Set(declared.map(({ name }) => name)), operationId).toEqual(
        new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)),
      );
      expect(
        declared.every(({ required }) => required),
        operationId,
      ).toBe(true);
      if (method === 'get') expect(requestBody, operationId).toBeUndefined();
      if (method === 'put' || method === 'patch') expect(Object.values(requestBody?.content ?? {})[0]?.schema, operationId).toBeDefined();
    }
  });

  it('describes every answer, the error form among them', () => {
    for (const [, , { operationId, responses }] of operations()) {
      expect(
        Object.keys(responses).some((status) => status.startsWith('2')),
        operationId,
      ).toBe(true);
      expect(responses['default']?.content?.['application/json']?.schema, operationId).toEqual({ $ref: '#/components/schemas/Error' });
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description, operationId).toEqual(expect.any(String));
        if (status !== '204') expect(Object.values(content ?? {})[0]?.schema, `${operationId} ${status}`).toBeDefined();
      }
    }
  });

  it('has no reference that leads nowhere and no schema nobody uses', () => {
    const references = new Set(
      [...objectsOf(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref.replace('#/components/schemas/', '')] : [])),
    );
    const schemas = new Set(Object.keys(document.components.schemas));
    expect(references.difference(schemas)).toEqual(new Set());
    expect(schemas.difference(references)).toEqual(new Set());
  });

  it('uses the words of JSON Schema 2020-12 as OpenAPI 3.1 wants', () => {
    for (const object of objectsOf({ paths: document.paths, components: document.components })) {
      expect(object).not.toHaveProperty('nullable', true);
      if (typeof object['exclusiveMinimum'] === 'boolean') throw new Error(`draft 4 in ${JSON.stringify(object)}`);
    }
  });
});
