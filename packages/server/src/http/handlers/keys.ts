/** API keys over HTTP. */
import { createKey, listKeys, revokeKey } from '../../governance/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function keyHandlers({ stores, clock }: Rooms): Handlers<'listKeys' | 'createKey' | 'revokeKey'> {
  return {
    async listKeys() {
      const keys = await listKeys(stores.postgres);
      return {
        keys: keys.map((key) => ({
          ...key,
          createdAt: key.createdAt.toISOString(),
          lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
          revokedAt: key.revokedAt?.toISOString() ?? null,
        })),
      };
    },
    async createKey({ body }) {
      const { id, secret } = await createKey(stores.postgres, body, clock());
      return { id, name: body.name, role: body.role, key: secret };
    },
    async revokeKey({ params }) {
      if (await revokeKey(stores.postgres, params.id, clock())) return;
      throw new RequestError('not-found', `There is no API key ${params.id}.`, { hint: 'See GET /api/keys.' });
    },
  };
}
