/** Building blocks that several routes share. */
import { z } from 'zod';

/** The longest PQL text the API takes, in characters. */
export const MAX_PQL_LENGTH = 1_000_000;

export const pqlText = z.string().min(1, 'the query is empty').max(MAX_PQL_LENGTH).describe('A query in Profile Query Language, text form');
/** The longest pql/json the API takes, in characters: nodes are wordier than text. */
export const MAX_PQL_JSON_LENGTH = 4_000_000;

export const pqlFormat = z.enum(['pql/text', 'pql/json'], 'pql/text and pql/json are understood');
/** A query in either format. */
export const pqlExpression = z
  .union([z.string().min(1, 'the query is empty').max(MAX_PQL_JSON_LENGTH), z.looseObject({ nodeType: z.string() })])
  .describe('A query: text, pql/json as a string, or pql/json as it is. What it really is counts, whatever its format says');
export const name = z.string().trim().min(1, 'the name is empty').max(255);
export const instant = z.iso.datetime({ offset: true }).describe('RFC 3339 instant');
export const count = z.int().min(0);
export const milliseconds = z.number().min(0).describe('Milliseconds');
export const epochMs = z.int().describe('Epoch milliseconds');
export const epochSeconds = z.int().describe('Epoch seconds');

/** `true` or `false` in a query string, in any case: languages spell it differently. */
export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false']));

export const idParams = z.object({ id: z.string().min(1) });

/** Offset paging of our own lists. */
export const paging = z.object({
  start: z.coerce.number().int().min(0).default(0).describe('How many to skip'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('How many to return at most'),
});

/** An identity: a namespace code and the id within it. */
export const identity = z.object({ namespace: z.string(), id: z.string() });
export type Identity = z.output<typeof identity>;

/** An answer that is no JSON: `call` gives the response itself. */
export const rawBody = z.custom<Response>();

/** XDM values as plain JSON. */
export const document = z.record(z.string(), z.unknown());

/**
 * The one form of every error, on all paths: the documented form of the Experience Platform, whose entries
 * also carry our hint and details.
 */
export const errorEntry = z.object({
  code: z.string().describe('Stable and machine-readable'),
  message: z.string().describe('What is wrong, and where'),
  hint: z.string().optional().describe('What to do about it'),
  details: z.unknown().optional().describe('More about it, for example the problems of a query with their places'),
});
export const errorBody = z
  .object({
    requestId: z.string(),
    type: z.string(),
    title: z.string(),
    status: z.int(),
    errors: z.record(z.string(), z.array(errorEntry)).describe('Entries by HTTP status'),
  })
  .meta({ id: 'Error' });
export type ErrorEntry = z.output<typeof errorEntry>;
export type ErrorBody = z.output<typeof errorBody>;
