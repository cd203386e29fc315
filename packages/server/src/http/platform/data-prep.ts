/** `/data/foundation/conversion` */
import type { Body, Result, Routes } from '@kindred/contract';
import type { MappingSet } from '../../ingest/index.ts';
import {
  checkExpression,
  describeFunctions,
  evaluateExpression,
  mappingRows,
  previewMapping,
  requireMappings,
} from '../../ingest/index.ts';
import { classOf, classOfSchema } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type SetRoutes = 'listMappingSets' | 'createMappingSet' | 'getMappingSet' | 'getMappings' | 'replaceMappingSet' | 'deleteMappingSet';
type LanguageRoutes = 'previewMappingSet' | 'listMappingFunctions' | 'validateMappingExpression';

export function dataPrepHandlers(rooms: Rooms): Handlers<SetRoutes | LanguageRoutes> {
  return { ...setHandlers(rooms), ...languageHandlers(rooms) };
}

function setHandlers({ mappingSets }: Rooms): Handlers<SetRoutes> {
  return {
    listMappingSets: async ({ query }) => ({ data: (await mappingSets.list(query)).map(view) }),
    async createMappingSet({ query: { validate }, body, request }) {
      if (validate === 'true') requireMappings(body);
      return view(await mappingSets.create(body, request.caller.name));
    },
    getMappingSet: async ({ params }) => view(await mappingSets.get(params.id)),
    getMappings: async ({ params }) => view(await mappingSets.get(params.id)).mappings,
    async replaceMappingSet({ params, query: { validate }, body }) {
      if (validate === 'true') requireMappings(body);
      return view(await mappingSets.replace(params.id, body));
    },
    async deleteMappingSet({ params }) {
      await mappingSets.delete(params.id);
      return undefined;
    },
  };
}

function view({ id, version, body, createdAt, updatedAt, createdBy }: MappingSet): Result<Routes['getMappingSet']> {
  const given = body as unknown as Body<Routes['createMappingSet']>;
  return { ...given, id, version, createdDate: createdAt.getTime(), modifiedDate: updatedAt.getTime(), createdBy };
}

/** What the records of a mapping set become, by the schema or class that it names. */
function targetOf({ outputSchema }: Body<Routes['createMappingSet']>, { registry }: Rooms): 'event' | 'profile' {
  const id = outputSchema?.schemaRef?.id;
  const schema = id === undefined ? undefined : registry.state.resources.get(id);
  return classOf(schema === undefined ? id : classOfSchema(registry.state, schema.body)?.id) ?? 'event';
}

function languageHandlers(rooms: Rooms): Handlers<LanguageRoutes> {
  const { tables, clock } = rooms;
  const run = () => ({ now: clock().getTime(), seed: 'preview' });
  return {
    previewMappingSet({ body: { data, mappingSet, target = targetOf(mappingSet, rooms) } }) {
      const records = Array.isArray(data) ? data : [data];
      const made = previewMapping(mappingRows(mappingSet.mappings), records, { schema: tables.schema, target, run: run() });
      return Promise.resolve(
        made.map(({ data: document, problems }) => ({
          data: document as Record<string, unknown>,
          errors: problems.map(({ field, reason }) => ({ field, message: reason })),
        })),
      );
    },
    listMappingFunctions: () =>
      Promise.resolve(describeFunctions().map((each) => ({ ...each, examples: each.examples.map((example) => ({ ...example })) }))),
    validateMappingExpression({ body: { expression, sampleData } }) {
      const errors = checkExpression(expression).map((each) => ({ ...each }));
      if (errors.length > 0 || sampleData === undefined) return Promise.resolve({ valid: errors.length === 0, errors });
      const sample = typeof sampleData === 'string' ? parsed(sampleData) : sampleData;
      const { value, reason } = evaluateExpression(expression, sample, run());
      if (reason === null) return Promise.resolve({ valid: true, errors, result: value ?? null });
      return Promise.resolve({ valid: true, errors: [{ message: reason, hint: null, from: 0, to: expression.length }] });
    },
  };
}

/** Throws RequestError. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RequestError('request-invalid', `sampleData is not JSON: ${(error as Error).message}`, { hint: 'Send one record as JSON.' });
  }
}
