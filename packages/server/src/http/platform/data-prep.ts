/** `/data/foundation/conversion` */
import { checkExpression, describeFunctions, evaluateExpression, mappingRows, previewMapping } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type DataPrepRoutes = 'previewMappingSet' | 'listMappingFunctions' | 'validateMappingExpression';

export function dataPrepHandlers({ tables, clock }: Rooms): Handlers<DataPrepRoutes> {
  const run = () => ({ now: clock().getTime(), seed: 'preview' });
  return {
    previewMappingSet({ body: { data, mappingSet, target } }) {
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
