/** The HTTP tracking specification of Segment, and the write keys that its libraries are configured with. */
import { z } from 'zod';
import { instant, name } from './common.ts';
import type { Route } from './route.ts';

const writeKey = z
  .object({
    key: z.string(),
    name: z.string(),
    dataset: z.string().describe('The dataset that events and traits sent with it go to'),
    createdAt: instant,
    createdBy: z.string(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'WriteKey' });

const call = (path: string, summary: string) =>
  ({
    method: 'POST',
    path: `/v1/${path}`,
    summary,
    tag: 'tracking',
    door: true,
    body: z.looseObject({ writeKey: z.string().optional().describe('When it is not in the Authorization header') }),
    responses: { 200: z.object({ success: z.boolean() }) },
  }) as const;

export const trackingRoutes = {
  trackIdentify: call('identify', 'Traits of a person'),
  trackEvent: call('track', 'Something a person did'),
  trackPage: call('page', 'A page viewed'),
  trackScreen: call('screen', 'A screen of an app viewed'),
  trackGroup: call('group', 'A group a person belongs to'),
  trackAlias: call('alias', 'Another id of a person'),
  trackBatch: call('batch', 'Calls of all kinds at once'),
  trackImport: call('import', 'The same as batch, for data of the past'),
  listWriteKeys: {
    method: 'GET',
    path: '/api/write-keys',
    summary: 'Write keys, revoked ones too',
    tag: 'tracking',
    access: 'admin',
    responses: { 200: z.object({ writeKeys: z.array(writeKey) }) },
  },
  createWriteKey: {
    method: 'POST',
    path: '/api/write-keys',
    summary: 'Create a write key',
    description: 'It is no secret: it stands in the pages that send events, and allows sending only.',
    tag: 'tracking',
    access: 'admin',
    body: z.object({ name, dataset: name.optional().describe('The name when left out') }),
    responses: { 201: writeKey },
  },
  revokeWriteKey: {
    method: 'DELETE',
    path: '/api/write-keys/{key}',
    summary: 'Revoke a write key, at once and for good',
    tag: 'tracking',
    access: 'admin',
    params: z.object({ key: z.string().min(1) }),
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
