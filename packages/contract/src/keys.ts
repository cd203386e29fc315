/** API keys: who may call. */
import { z } from 'zod';
import { idParams, instant, name } from './common.ts';
import type { Route } from './route.ts';

/** Accepted on a server bound to loopback only. */
export const LOCAL_DEVELOPMENT_KEY = 'kindred-local-dev';

const role = z
  .enum(['viewer', 'editor', 'admin'])
  .describe('viewer reads, editor also changes audiences and imports data, admin also manages keys');

export const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('The first characters of the secret'),
    role,
    createdAt: instant,
    lastUsedAt: instant.nullable().describe('To the minute'),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.output<typeof apiKey>;

export const createdKey = z
  .object({ id: z.string(), name: z.string(), role, key: z.string().describe('The secret; shown this once and stored as a hash only') })
  .meta({ id: 'CreatedApiKey' });
export type CreatedApiKey = z.output<typeof createdKey>;

export const keyRoutes = {
  listKeys: {
    method: 'GET',
    path: '/api/keys',
    summary: 'API keys, revoked ones too, without their secrets',
    tag: 'keys',
    access: 'admin',
    responses: { 200: z.object({ keys: z.array(apiKey) }) },
  },
  createKey: {
    method: 'POST',
    path: '/api/keys',
    summary: 'Create an API key',
    tag: 'keys',
    access: 'admin',
    body: z.object({ name, role: role.default('editor') }),
    responses: { 201: createdKey },
  },
  revokeKey: {
    method: 'DELETE',
    path: '/api/keys/{id}',
    summary: 'Revoke an API key, at once and for good',
    tag: 'keys',
    access: 'admin',
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
