/** Our own audience paths. */
import { audienceBody, createAudience, evaluateAudience, updateAudience } from '../audiences.ts';
import { membersOf } from '../members.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type AudienceRoutes =
  | 'listAudiences'
  | 'createAudience'
  | 'getAudience'
  | 'updateAudience'
  | 'deleteAudience'
  | 'evaluateAudience'
  | 'listMembers'
  | 'listSizes';

export function audienceHandlers(rooms: Rooms): Handlers<AudienceRoutes> {
  const { segmentation, tables, clock } = rooms;
  return {
    async listAudiences() {
      const { audiences } = await segmentation.audiences.list();
      return { audiences: audiences.map(audienceBody) };
    },
    createAudience: async ({ body }) => audienceBody(await createAudience(rooms, given(body))),
    getAudience: async ({ params }) => audienceBody(await segmentation.audiences.get(params.id)),
    updateAudience: async ({ params, body }) => audienceBody(await updateAudience(rooms, params.id, given(body))),
    async deleteAudience({ params }) {
      await segmentation.audiences.delete(params.id, clock());
      return undefined;
    },
    evaluateAudience: async ({ params }) => audienceBody(await evaluateAudience(rooms, params.id)),
    async listMembers({ params, query: { start, limit } }) {
      const { total, profiles } = await segmentation.audiences.members(params.id, { start, limit });
      return { total, start, members: await membersOf(tables, profiles) };
    },
    async listSizes({ params }) {
      const sizes = await segmentation.audiences.sizes(params.id);
      return {
        sizes: sizes.map(({ evaluatedAt, size, version, tookMs }) => ({ evaluatedAt: evaluatedAt.toISOString(), size, version, tookMs })),
      };
    },
  };
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the members that were left out: rooms take absence for "as it is", never undefined. */
function given<T extends object>(body: T): Given<T> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Given<T>;
}
