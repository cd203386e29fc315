/** `/data/core/ups/segment/definitions` */
import type { Body, Query, Routes, SegmentDefinition } from '@kindred/contract';
import type { Definition, DefinitionDetails, DefinitionQuery, Rule } from '../../segmentation/index.ts';
import { ruleOf } from '../../segmentation/index.ts';
import { RequestError } from '../errors.ts';
import { given } from '../given.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { methodOf } from './audience-input.ts';
import { bulkIdsOf } from './bulk.ts';
import { nextStart, pageFacts, parseSort } from './paging.ts';
import { definitionView, valueOf } from './views.ts';

type DefinitionRoutes =
  | 'listDefinitions'
  | 'createDefinition'
  | 'getDefinition'
  | 'updateDefinition'
  | 'deleteDefinition'
  | 'bulkGetDefinitions';

export function definitionHandlers({ segmentation, settings, clock }: Rooms): Handlers<DefinitionRoutes> {
  const { definitions } = segmentation;
  const views = async (found: readonly Definition[]): Promise<SegmentDefinition[]> => {
    const since = await definitions.versions.since(found.map(({ id }) => id));
    return found.map((each) => definitionView(each, settings.sandbox, since.get(each.id)));
  };
  const view = async (definition: Definition): Promise<SegmentDefinition> => {
    const [shown] = await views([definition]);
    if (shown === undefined) throw new Error('one view for each definition');
    return shown;
  };
  /** An audience from outside, or of a composition, has no definition. */
  const rule = async (id: string): Promise<Definition> => {
    const definition = await definitions.get(id);
    if (definition.kind === 'rule') return definition;
    throw new RequestError('not-found', `${definition.name} has no segment definition: its members do not follow from a rule of its own.`, {
      hint: `See /data/core/ups/audiences/${id}.`,
    });
  };
  return {
    async listDefinitions({ query }) {
      const range = { start: query.page === undefined ? query.start : query.page * query.limit, limit: query.limit };
      const { definitions: found, total } = await definitions.list({
        ...range,
        kind: 'rule',
        ...filters(query),
        sort: parseSort(query.sort),
      });
      const next = nextStart(total, range);
      const link = next === null ? {} : { next: `@/segment/definitions?start=${next}&limit=${range.limit}` };
      return { segments: await views(found), page: pageFacts(total, query.sort, { size: found.length, limit: range.limit }), link };
    },
    async createDefinition({ body, reply, request }) {
      const created = await definitions.create({ ...inputOf(body), createdBy: request.caller.name }, clock());
      reply.header('x-location', `/data/core/ups/segment/definitions/${created.id}`);
      return view(created);
    },
    getDefinition: async ({ params }) => view(await rule(params.id)),
    async updateDefinition({ params, body, request }) {
      const { documented } = await rule(params.id);
      const { documented: said, ...change } = inputOf(body);
      const kept = { ...documented, profileInstanceId: undefined, payloadSchema: undefined, ...said };
      return view(await definitions.update(params.id, { ...change, documented: given(kept), changedBy: request.caller.name }, clock()));
    },
    async deleteDefinition({ params }) {
      await rule(params.id);
      await segmentation.audiences.delete(params.id, clock());
      return { status: true, message: `Segment definition ${params.id} deleted` };
    },
    async bulkGetDefinitions({ body }) {
      const found = (await definitions.getMany(bulkIdsOf(body))).filter(({ kind }) => kind === 'rule');
      if (found.length === 0) throw new RequestError('bulk-none', 'None of the ids is a segment definition.');
      return { results: Object.fromEntries((await views(found)).map((each) => [each.id, each])) };
    },
  };
}

/** A definition has one method: `true` asks for those with it, `false` for those with another one. */
function filters(query: Query<Routes['listDefinitions']>): Pick<DefinitionQuery, 'evaluation'> {
  const enabled = {
    batch: query['evaluationInfo.batch.enabled'],
    streaming: query['evaluationInfo.continuous.enabled'],
    edge: query['evaluationInfo.synchronous.enabled'],
  };
  const asked = Object.entries(enabled).filter(([, value]) => value !== undefined);
  if (asked.length === 0) return {};
  const evaluation = (Object.keys(enabled) as (keyof typeof enabled)[]).filter((method) =>
    asked.every(([named, value]) => (named === method) === (value === 'true')),
  );
  if (evaluation.length > 0) return { evaluation };
  throw new RequestError('request-invalid', 'A definition has one evaluation method; filter by one.');
}

/** Throws SegmentationError `pql-invalid` for broken JSON. */
function inputOf(body: Body<Routes['createDefinition']>): DefinitionDetails & Rule & { readonly name: string } {
  const { name, description, expression, evaluationInfo, dataGovernancePolicy, mergePolicyId, ttlInDays } = body;
  const { profileInstanceId, payloadSchema } = body;
  return {
    name,
    description,
    ...ruleOf(valueOf(expression.value), expression.format),
    evaluation: methodOf(evaluationInfo),
    excludeOptOut: dataGovernancePolicy?.excludeOptOut ?? false,
    mergePolicyId: mergePolicyId ?? null,
    ttlInDays: ttlInDays ?? null,
    documented: given({ profileInstanceId, payloadSchema }),
  };
}
