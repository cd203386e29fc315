/** Our own audience paths. */
import type { Query, Routes } from '@kindred/contract';
import { pathsRead } from '@kindred/pql';
import type { Audience, Definition, DefinitionQuery, DefinitionSortKey } from '../../segmentation/index.ts';
import { audienceBody, copyAudience, createAudience, evaluateAudience, updateAudience } from '../audiences.ts';
import { given } from '../given.ts';
import { profilesLike } from '../member-search.ts';
import { membersOf } from '../members.ts';
import { causeBody } from '../membership-log.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type AudienceRoutes =
  | 'listAudiences'
  | 'createAudience'
  | 'getAudience'
  | 'updateAudience'
  | 'deleteAudience'
  | 'copyAudience'
  | 'evaluateAudience'
  | 'listMembers'
  | 'listChanges'
  | 'listSizes'
  | 'listRelations'
  | 'overlapAudiences'
  | 'listRecords';

export function audienceHandlers(rooms: Rooms): Handlers<AudienceRoutes> {
  const { segmentation, tables, clock } = rooms;
  const body = (audience: Audience): ReturnType<typeof audienceBody> => audienceBody(audience, clock());
  return {
    async listAudiences({ query }) {
      const { audiences, total } = await segmentation.audiences.list(queryOf(query));
      return { audiences: audiences.map(body), total };
    },
    createAudience: async (call) => body(await createAudience(rooms, { ...given(call.body), createdBy: call.request.caller.name })),
    getAudience: async ({ params }) => body(await segmentation.audiences.get(params.id)),
    updateAudience: async (call) =>
      body(await updateAudience(rooms, call.params.id, { ...given(call.body), changedBy: call.request.caller.name })),
    async deleteAudience({ params }) {
      await segmentation.audiences.delete(params.id, clock());
      return undefined;
    },
    copyAudience: async (call) => body(await copyAudience(rooms, call.params.id, { name: call.body.name, by: call.request.caller.name })),
    evaluateAudience: async ({ params }) => body(await evaluateAudience(rooms, params.id)),
    async listMembers({ params, query: { start, limit, search = '' } }) {
      const among = search.trim() === '' ? {} : { among: await profilesLike(rooms, search) };
      const { total, profiles } = await segmentation.audiences.members(params.id, { start, limit, ...among });
      return { total, start, members: await membersOf(tables, profiles) };
    },
    async listChanges({ params, query: { limit, from } }) {
      const [version = 0, skip = 0] = from?.split('.').map(Number) ?? [];
      const page = await segmentation.audiences.flips(params.id, { limit, from: from === undefined ? null : { version, skip } });
      const people = await membersOf(tables, [...new Set(page.flips.map(({ profile }) => profile))]);
      const byOrdinal = new Map(people.map((member) => [member.profile, member]));
      return {
        changes: page.flips.flatMap(({ evaluated, profile, change, cause }) => {
          const member = byOrdinal.get(profile);
          return member === undefined ? [] : [{ at: new Date(evaluated).toISOString(), change, cause: causeBody(cause), member }];
        }),
        next: page.next === null ? null : `${page.next.version}.${page.next.skip}`,
      };
    },
    async listSizes({ params, query: { points } }) {
      const { evaluations, sizes } = await segmentation.audiences.sizes(params.id, points);
      return {
        evaluations,
        sizes: sizes.map(({ evaluatedAt, size, version, tookMs }) => ({ evaluatedAt: evaluatedAt.toISOString(), size, version, tookMs })),
      };
    },
    listRelations: async ({ params }) => relationsOf(rooms, params.id),
    overlapAudiences: async (call) => overlapOf(rooms, [...new Set(call.body.ids)]),
    async listRecords({ params, query: { start, limit } }) {
      const audience = await segmentation.definitions.get(params.id);
      const { identity } = await segmentation.external.get(audience);
      const { total, records } = await segmentation.external.page(params.id, { start, limit, now: clock() });
      const namespace = identity?.namespace ?? '';
      return { total, start, records: records.map(({ id, payload }) => ({ identity: { namespace, id }, payload })) };
    },
  };
}

type Related = Pick<Definition, 'id' | 'name' | 'lifecycleState'>;

async function relationsOf(
  { segmentation }: Rooms,
  id: string,
): Promise<{ dependencies: Related[]; dependents: Related[]; fields: string[] }> {
  const { definitions } = segmentation;
  const definition = await definitions.get(id);
  const relations = (await definitions.relations([definition])).get(id);
  const named = async (ids: readonly string[] = []): Promise<Related[]> => {
    const found = (await definitions.getMany(ids)).toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
    return found.map(({ id: each, name, lifecycleState }) => ({ id: each, name, lifecycleState }));
  };
  const plan = definition.pql === '' ? null : segmentation.check(definition.pql).plan;
  return {
    dependencies: await named(relations?.dependencies),
    dependents: await named(relations?.dependents),
    fields: plan === null ? [] : [...pathsRead(plan.test)],
  };
}

async function overlapOf({ segmentation }: Rooms, ids: readonly string[]) {
  const { audiences, combinations, intersections, jaccard, lift, ...rest } = await segmentation.overlap(ids);
  return {
    ...rest,
    audiences: audiences.map(({ audience: { id, name, last }, size, only }) => {
      return { id, name, size, only, evaluatedAt: last?.evaluatedAt.toISOString() ?? null };
    }),
    combinations: combinations && combinations.map((each) => ({ audiences: [...each.audiences], size: each.size })),
    intersections: intersections.map((row) => [...row]),
    jaccard: jaccard.map((row) => [...row]),
    lift: lift.map((row) => [...row]),
  };
}

function queryOf(query: Query<Routes['listAudiences']>): DefinitionQuery {
  const { sort, tags, folderId, evaluation, createdFrom, createdTo, updatedFrom, updatedTo, ...rest } = query;
  const created = rangeOf(createdFrom, createdTo);
  const updated = rangeOf(updatedFrom, updatedTo);
  return {
    ...given(rest),
    ...(sort !== undefined && { sort: [sortOf(sort)] }),
    ...(tags !== undefined && { tags: tags.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()])) }),
    ...(evaluation !== undefined && { evaluation: [evaluation] }),
    ...(folderId !== undefined && { folderId: folderId === 'none' ? null : folderId }),
    ...(created && { created }),
    ...(updated && { updated }),
  };
}

/** The contract keeps other words out. */
function sortOf(text: string): { readonly by: DefinitionSortKey; readonly descending: boolean } {
  const [by = 'name', direction] = text.split(':');
  return { by: by as DefinitionSortKey, descending: direction === 'desc' };
}

function rangeOf(from: string | undefined, to: string | undefined): DefinitionQuery['created'] {
  if (from === undefined && to === undefined) return undefined;
  return { ...(from !== undefined && { from: new Date(from) }), ...(to !== undefined && { to: new Date(to) }) };
}
