/** `/data/core/ups/config/mergePolicies` */
import type { MergePolicyBody } from '@kindred/contract';
import { mergePolicyInput, PROFILE_MODEL } from '@kindred/contract';
import type { MergePolicy, MergePolicyChange, NewMergePolicy } from '../../profile/index.ts';
import { ProfileError } from '../../profile/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { bulkIdsOf } from './bulk.ts';
import { patched } from './json-patch.ts';
import { nextStart } from './paging.ts';
import { ORGANISATION, sandboxOf } from './views.ts';

type MergePolicyRoutes =
  | 'listMergePolicies'
  | 'createMergePolicy'
  | 'bulkGetMergePolicies'
  | 'getMergePolicy'
  | 'replaceMergePolicy'
  | 'updateMergePolicy'
  | 'deleteMergePolicy';

export function mergePolicyHandlers({ mergePolicies, settings, clock }: Rooms): Handlers<MergePolicyRoutes> {
  const view = (policy: MergePolicy): MergePolicyBody => policyView(policy, settings.sandbox);
  return {
    async listMergePolicies({ query }) {
      const { start, limit, orderby, ...filters } = query;
      const all = (await mergePolicies.list()).map(view);
      const found = sorted(all, orderby).filter((policy) => Object.entries(filters).every(([path, wanted]) => fits(policy, path, wanted)));
      const page = found.slice(start, start + limit);
      const next = nextStart(found.length, { start, limit });
      return {
        _page: { totalCount: found.length, pageSize: page.length },
        children: page,
        _links: { next: next === null ? {} : { href: `@/config/mergePolicies?start=${next}&limit=${limit}` } },
      };
    },
    createMergePolicy: async ({ body }) =>
      view(await mergePolicies.create({ isDefault: false, isActiveOnEdge: false, ...policyOf(body) }, clock())),
    async bulkGetMergePolicies({ body }) {
      const byId = new Map((await mergePolicies.list()).map((policy) => [policy.id, view(policy)]));
      const results = bulkIdsOf(body).map((id) => {
        const found = byId.get(id);
        return [id, found === undefined ? { status: 404 as const } : { ...found, status: 200 as const }] as const;
      });
      return { results: Object.fromEntries(results) };
    },
    getMergePolicy: async ({ params }) => view(await mergePolicies.get(params.id)),
    replaceMergePolicy: async ({ params, body }) => view(await mergePolicies.update(params.id, policyOf(body), clock())),
    async updateMergePolicy({ params, body }) {
      const before = view(await mergePolicies.get(params.id));
      // The documented paths have dots where a JSON pointer has slashes.
      const operations = body.map((operation) => ({ ...operation, path: operation.path.replaceAll('.', '/') }));
      const after = mergePolicyInput.safeParse(patched(before, operations));
      if (!after.success) throw new RequestError('request-invalid', after.error.issues.map(({ message }) => message).join('; '));
      return view(await mergePolicies.update(params.id, policyOf(after.data), clock()));
    },
    async deleteMergePolicy({ params }) {
      await mergePolicies.delete(params.id);
      return {};
    },
  };
}

type Input = ReturnType<typeof mergePolicyInput.parse>;

/** Roles that are not spoken of stay as they are. Throws ProfileError `merge-policy-invalid`. */
function policyOf({ name, identityGraph, attributeMerge: { type, order }, isActiveOnEdge, default: isDefault }: Input): PolicyInput {
  if (type === 'dataSetPrecedence' && order === undefined) {
    throw new ProfileError({
      code: 'merge-policy-invalid',
      message: 'dataSetPrecedence needs its datasets.',
      hint: 'List their ids in attributeMerge.order, the most trusted first.',
    });
  }
  return {
    name,
    identityGraph: identityGraph.type,
    attributeMerge: type === 'timestampOrdered' ? { type } : { type, order: order ?? [] },
    ...(isDefault !== undefined && { isDefault }),
    ...(isActiveOnEdge !== undefined && { isActiveOnEdge }),
  };
}

type PolicyInput = Pick<NewMergePolicy, 'name' | 'identityGraph' | 'attributeMerge'> & MergePolicyChange;

function policyView(policy: MergePolicy, sandbox: string): MergePolicyBody {
  const { id, name, version, identityGraph, attributeMerge, isActiveOnEdge, isDefault, updatedAt } = policy;
  return {
    id,
    name,
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    schema: { name: PROFILE_MODEL },
    version,
    identityGraph: { type: identityGraph },
    attributeMerge: attributeMerge.type === 'timestampOrdered' ? attributeMerge : { ...attributeMerge, order: [...attributeMerge.order] },
    isActiveOnEdge,
    default: isDefault,
    updateEpoch: Math.floor(updatedAt.getTime() / 1000),
  };
}

function fits(policy: MergePolicyBody, path: string, wanted: string | number | undefined): boolean {
  if (wanted === undefined) return true;
  const found = path.split('.').reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], policy);
  return String(found) === String(wanted);
}

const SORTS = ['name', 'version', 'updateEpoch'] as const;

function sorted(policies: readonly MergePolicyBody[], orderby: string | undefined): readonly MergePolicyBody[] {
  if (orderby === undefined) return policies;
  const sign = orderby.startsWith('-') ? -1 : 1;
  const key = SORTS.find((name) => name === orderby.replace(/^[+-]/, ''));
  if (key === undefined)
    throw new RequestError('request-invalid', `orderby=${orderby} is not understood.`, { hint: `It takes ${SORTS.join(', ')}.` });
  return policies.toSorted((a, b) => sign * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
}
