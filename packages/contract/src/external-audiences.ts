/** Audiences whose members come from outside, in lists of identities. */
import { z } from 'zod';
import { audience, audienceDetails, externalField, ttlInDays } from './audiences.ts';
import { count, errorEntry, idParams, instant, name } from './common.ts';
import { deadLetter, uploadName } from './imports.ts';
import type { Route } from './route.ts';

export const ingestion = z
  .object({
    id: z.string(),
    audienceId: z.string(),
    number: count.describe('Counts the lists of the audience, from 1'),
    status: z.enum(['PROCESSING', 'SUCCESS', 'FAILED']),
    mode: z.enum(['replace', 'add']),
    source: z.string(),
    recordsIn: count.describe('Records of the list, broken ones too'),
    failed: count.describe('Records that identify nobody or have a wrong value'),
    newProfiles: count.describe('People nobody knew; they became profiles without attributes'),
    knownProfiles: count.describe('People who had a profile already'),
    problems: z.array(deadLetter).describe('The first records that failed'),
    error: errorEntry.nullable().describe('Why it failed as a whole'),
    createdAt: instant,
    createdBy: z.string(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Ingestion' });
export type Ingestion = z.output<typeof ingestion>;

const list = {
  upload: uploadName.optional().describe('The name of an upload'),
  path: z.string().min(1).optional().describe('A CSV file on the server; loopback only'),
};

const { evaluation: _, excludeOptOut: __, ...details } = audienceDetails;

export const externalAudienceRoutes = {
  createExternalAudience: {
    method: 'POST',
    path: '/api/audiences/external',
    summary: 'Create an audience from a list of identities, and take the list in when it is named',
    tag: 'audiences from outside',
    body: z
      .object({
        name,
        ...details,
        audienceId: z
          .string()
          .regex(/^[A-Za-z_$][\w$]{0,254}$/, 'begins with a letter, _ or $, and has letters, digits, _ and $ only')
          .optional()
          .describe('An id of your own, for segmentMembership; that of the audience when left out'),
        identity: z.object({ column: z.string().min(1), namespace: z.string().min(1) }),
        fields: z
          .array(externalField.omit({ identityNs: true }))
          .optional()
          .describe('All columns with their types; else each list tells, and all is text'),
        ttlInDays: ttlInDays.default(30),
        profileIngestion: z.boolean().default(true),
        ...list,
      })
      .refine((body) => body.upload === undefined || body.path === undefined, 'give either path or upload'),
    responses: { 201: z.object({ audience, ingestion: ingestion.nullable() }) },
  },
  ingestAudience: {
    method: 'POST',
    path: '/api/audiences/{id}/ingestions',
    summary: 'Take in another list: it replaces the members, or adds to them',
    tag: 'audiences from outside',
    params: idParams,
    body: z
      .object({ ...list, mode: z.enum(['replace', 'add']).default('replace') })
      .refine((body) => (body.path === undefined) !== (body.upload === undefined), 'give either path or upload'),
    responses: { 202: ingestion },
  },
  listIngestions: {
    method: 'GET',
    path: '/api/audiences/{id}/ingestions',
    summary: 'Lists that were taken in, newest first',
    tag: 'audiences from outside',
    params: idParams,
    responses: { 200: z.object({ ingestions: z.array(ingestion) }) },
  },
  getIngestion: {
    method: 'GET',
    path: '/api/audiences/{id}/ingestions/{ingestionId}',
    summary: 'What became of one list',
    tag: 'audiences from outside',
    params: z.object({ id: z.string().min(1), ingestionId: z.string().min(1) }),
    responses: { 200: ingestion },
  },
} as const satisfies Record<string, Route>;
