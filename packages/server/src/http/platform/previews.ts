/** `/data/core/ups/preview` and `/data/core/ups/estimate` */
import type { Result, Routes } from '@kindred/contract';
import { readProfiles } from '../../profile/index.ts';
import type { Preview } from '../../segmentation/index.ts';
import { Bitmap, ruleOf, sizesWithin } from '../../segmentation/index.ts';
import { nodesBody } from '../estimate-nodes.ts';
import { identitiesOf } from '../members.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { valueOf } from './views.ts';

type PreviewRoutes = 'createPreview' | 'getPreview' | 'cancelPreview' | 'getEstimate' | 'getEstimateNodes';

export function previewHandlers(rooms: Rooms): Handlers<PreviewRoutes> {
  const { segmentation, clock } = rooms;
  const { previews } = segmentation;
  return {
    async createPreview({ body }) {
      const { id, state } = previews.create(ruleOf(valueOf(body.predicateExpression), body.predicateType).pql, clock());
      return { state, previewQueryId: id, previewQueryStatus: state, previewId: id, previewExecutionId: 0 };
    },
    async getPreview({ params: { id }, query }) {
      const { state } = previews.get(id);
      const results = await entities(rooms, [...previews.members(id, query.offset, query.limit)]);
      const at = (offset: number): string => `/preview/${id}?offset=${offset}&limit=${query.limit}`;
      return {
        previewQueryId: id,
        previewQueryStatus: state,
        previewId: id,
        results,
        page: { offset: query.offset, size: results.length },
        links: {
          _self: at(query.offset),
          next: results.length < query.limit ? '' : at(query.offset + query.limit),
          prev: query.offset === 0 ? '' : at(Math.max(0, query.offset - query.limit)),
        },
      };
    },
    async cancelPreview({ params: { id } }) {
      previews.cancel(id);
      return { status: true, message: `Preview ${id} cancelled` };
    },
    async getEstimateNodes({ params: { id }, signal }) {
      const { pql, createdAt: now } = previews.get(id);
      return nodesBody(await segmentation.estimateNodes(pql, { now, signal }));
    },
    async getEstimate({ params: { id } }) {
      const preview = previews.get(id);
      const members = Bitmap.of(previews.members(id, 0, preview.estimate?.size ?? 0));
      return estimateView(preview, await distribution(rooms, members));
    },
  };
}

type Entities = Result<Routes['getPreview']>['results'];

/** Keyed by XID: ours is the primary identity, `namespace-id`. */
async function entities({ tables }: Rooms, ordinals: readonly number[]): Promise<Entities> {
  const documents = await readProfiles(tables, ordinals);
  return ordinals.flatMap((ordinal) => {
    const document = documents.get(ordinal);
    if (document === undefined) return [];
    const { identities, primary } = identitiesOf(document);
    const xid = `${primary.namespace}-${primary.id}`;
    const href = `/api/profiles/${encodeURIComponent(primary.namespace)}/${encodeURIComponent(primary.id)}`;
    return [{ [xid]: { _href: href, endCustomerIds: Object.fromEntries(identities.map(({ namespace, id }) => [namespace, { id }])) } }];
  });
}

type Distribution = Result<Routes['getEstimate']>['estimatedNamespaceDistribution'];

/** Members that have an identity of each namespace; one with several counts several times. */
async function distribution({ segmentation, namespaces }: Rooms, members: Bitmap): Promise<Distribution> {
  if (members.size === 0) return [];
  const sizes = sizesWithin(members, await segmentation.namespaces());
  return Object.entries(sizes).map(([code, size]) => ({
    namespaceId: String(namespaces().find(code)?.id ?? code),
    profilesMatchedSoFar: size,
  }));
}

/** Every profile is read or none is: the answer comes at once and is exact. */
function estimateView(
  { id, state, estimate, error }: Preview,
  estimatedNamespaceDistribution: Distribution,
): Result<Routes['getEstimate']> {
  const read = estimate?.universe ?? 0;
  const matched = estimate?.size ?? 0;
  return {
    estimatedSize: matched,
    numRowsToRead: read,
    totalRows: read,
    profilesReadSoFar: read,
    profilesMatchedSoFar: matched,
    standardError: 0,
    confidenceInterval: '95%',
    state,
    ...(error && { error: { description: error.message, traceback: '' } }),
    estimatedNamespaceDistribution,
    _links: { preview: `/preview/${id}` },
  };
}
