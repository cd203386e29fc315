/** What the Experience Platform's routes have in common: base path, headers, sandbox, paging. */
import { z } from 'zod';
import { count } from '../common.ts';

/** The only model so far: the individual profile. */
export const PROFILE_MODEL = '_xdm.context.profile';

export const base = '/data/core/ups';
export const aisBase = '/data/core/ais';

/** Accepted, and optional here: a local server has one organisation and one sandbox. */
export const headers = z.looseObject({
  'x-gw-ims-org-id': z.string().optional(),
  'x-sandbox-name': z.string().optional(),
  'x-api-key': z.string().optional(),
  'x-request-id': z.string().optional().describe('Comes back in the answer'),
});

export const sandbox = z.object({
  sandboxId: z.string(),
  sandboxName: z.string(),
  type: z.enum(['production', 'development']),
  default: z.boolean(),
});

export const text = (fallback: string) => z.string().default(fallback);
export const offset = z.coerce.number().int().min(0).default(0);
export const limit = z.coerce.number().int().min(1).max(1000).default(100);
export const pageOf = {
  totalCount: count,
  totalPages: count,
  sortField: z.string(),
  sort: z.enum(['asc', 'desc']),
  pageSize: count,
  limit: count,
};
export const next = z.object({ href: z.string().optional() });
/** For changes that count only as long as nobody else made one. */
export const conditional = headers.extend({ 'if-match': z.string().optional().describe('The _etag that was read') });
export const bulkIds = z.object({
  ids: z.array(z.union([z.object({ id: z.string() }), z.string().transform((id) => ({ id }))])).describe('1 to 100'),
});
