/** XDM types as JSON: the union schema that queries are checked against. */
import type { Type } from '@kindred/pql';
import { z } from 'zod';
import { count } from './common.ts';
import type { Route } from './route.ts';

const scalar = z.object({
  kind: z.enum(['string', 'boolean', 'integer', 'number', 'date', 'datetime']),
  enum: z.array(z.string()).readonly().exactOptional().describe('Closed list of values'),
  suggested: z.array(z.string()).readonly().exactOptional().describe('Open list of values'),
  reference: z.string().exactOptional().describe('The value is the id of a record of this lookup entity, a key of `lookups`'),
});
/** Recursive: objects, arrays and maps hold types again. */
export const xdmType: z.ZodType<Type> = z
  .union([
    scalar,
    z.object({
      kind: z.literal('object'),
      fields: z.record(
        z.string(),
        z.lazy(() => xdmField),
      ),
      open: z.boolean().exactOptional(),
    }),
    z.object({ kind: z.literal('array'), items: z.lazy(() => xdmType) }),
    z.object({ kind: z.literal('map'), values: z.lazy(() => xdmType) }),
    z.object({ kind: z.literal('unknown') }),
  ])
  .meta({ id: 'XdmType' });
const xdmField = z
  .object({
    type: z.lazy(() => xdmType),
    title: z.string().exactOptional(),
    description: z.string().exactOptional(),
    deprecated: z.boolean().exactOptional(),
  })
  .meta({ id: 'XdmField' });
const objectType = z.object({ kind: z.literal('object'), fields: z.record(z.string(), xdmField), open: z.boolean().exactOptional() });

export const schemaBody = z
  .object({
    profile: objectType,
    event: objectType,
    lookups: z.record(z.string(), objectType).describe('What records of lookup entities hold, by the $id of their class'),
    lookupTitles: z.record(z.string(), z.string()).describe('What lookup entities are called, by the same'),
    populated: z
      .object({ profile: z.array(z.string()), event: z.array(z.string()) })
      .describe('Dotted paths that hold data, for example commerce.order.priceTotal'),
    eventTypes: z.array(z.object({ eventType: z.string(), events: count })).describe('Event types that occur, most frequent first'),
  })
  .meta({ id: 'UnionSchema' });
export type SchemaBody = z.output<typeof schemaBody>;

export const fieldValues = z
  .object({
    total: count.describe('All profiles, or all events'),
    known: count.describe('Those that have a value'),
    distinct: count.describe('How many different values there are'),
    values: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), count })).describe('The most frequent first'),
  })
  .meta({ id: 'FieldValues' });
export type FieldValues = z.output<typeof fieldValues>;

export const schemaRoutes = {
  listFieldValues: {
    method: 'GET',
    path: '/api/schema/values',
    summary: 'The values of a field that occur, and how often',
    description: 'Of a field below a list every member counts. Empty for fields without data, for objects and below maps.',
    tag: 'schema',
    query: z.object({
      of: z.enum(['profile', 'event']),
      path: z.string().min(1).max(1000).describe('Dotted, as in a rule: `loyalty.tier`'),
      search: z.string().max(255).optional().describe('Contained in the value, in any case'),
      limit: z.coerce.number().int().min(1).max(1000).optional().describe('50 when left out'),
    }),
    responses: { 200: fieldValues },
  },
  getSchema: {
    method: 'GET',
    path: '/api/schema',
    summary: 'The union schema, and which of its fields hold data',
    tag: 'schema',
    responses: { 200: schemaBody },
  },
} as const satisfies Record<string, Route>;
