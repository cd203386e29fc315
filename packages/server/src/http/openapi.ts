/** `/openapi.json` (OpenAPI 3.1, made from the contract) and `/docs` (to browse it; loads nothing from outside). */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { Route } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

const DESCRIPTION = [
  'Paths below `/data/core/ups` have the shapes of the Experience Platform; those below `/api` are our own.',
  'A server bound to loopback needs no key; any other needs `Authorization: Bearer <key>` or `x-api-key: <key>`.',
].join(' ');

/** Must be registered before the routes: it collects them. */
export async function serveOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: { title: 'Kindred', version, description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
      security: [{}, { bearer: [] }, { key: [] }],
    },
    transform: createJsonSchemaTransform({}),
    transformObject: (document) => tidy(jsonSchemaTransformObject(document) as OpenApi) as ReturnType<typeof jsonSchemaTransformObject>,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** What the generator leaves to do: raw bodies of uploads and downloads, and input twins of schemas that only answers use. */
function tidy(document: OpenApi): OpenApi {
  const text = JSON.stringify(document.paths);
  const used = Object.entries(document.components.schemas).filter(
    ([name]) => !name.endsWith('Input') || text.includes(`"#/components/schemas/${name}"`),
  );
  const paths: Record<string, Record<string, object>> = structuredClone(document.paths);
  for (const { method, path, stream, produces } of Object.values(routes) as Route[]) {
    const operation = paths[path]?.[method.toLowerCase()] as { responses: Record<string, unknown> } | undefined;
    if (stream && operation) Object.assign(operation, { requestBody: BINARY });
    if (produces !== undefined && operation)
      operation.responses['200'] = { description: 'Default Response', content: rawContent(produces) };
  }
  return { ...document, paths, components: { ...document.components, schemas: Object.fromEntries(used) } };
}

function rawContent(produces: string): object {
  return { [produces]: { schema: { type: 'string', ...(produces.startsWith('text/') ? {} : { format: 'binary' }) } } };
}

const BINARY = { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } };
