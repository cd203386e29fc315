/** `/data/core/ups/segment/definitions` */
import type { Body, Query, Routes, SegmentDefinition } from '@kindred/contract';
import type { Definition, DefinitionQuery, Rule } from '../../segmentation/index.ts';
import { ruleOf } from '../../segmentation/index.ts';
import { SOURCE } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { nextStart, pageFacts, parseSort } from './paging.ts';
import { definitionView, valueOf } from './views.ts';

type DefinitionRoutes =
  | 'listDefinitions'
  | 'createDefinition'
  | 'getDefinition'
  | 'updateDefinition'
  | 'deleteDefinition'
  | 'bulkGetDefinitions';

/** Most ids of a bulk-get. */
const BULK = 100;

export function definitionHandlers({ segmentation, settings, clock }: Rooms): Handlers<DefinitionRoutes> {
  const { definitions } = segmentation;
  const view = (definition: Definition): SegmentDefinition => definitionView(definition, settings.sandbox);
  return {
    async listDefinitions({ query }) {
      const range = { start: query.page === undefined ? query.start : query.page * query.limit, limit: query.limit };
      const { definitions: found, total } = await definitions.list({ ...range, ...filters(query), sort: parseSort(query.sort) });
      const next = nextStart(total, range);
      const link = next === null ? {} : { next: `@/segment/definitions?start=${next}&limit=${range.limit}` };
      return { segments: found.map(view), page: pageFacts(total, query.sort, { size: found.length, limit: range.limit }), link };
    },
    async createDefinition({ body, reply }) {
      const created = await definitions.create({ ...inputOf(body), createdBy: SOURCE }, clock());
      reply.header('x-location', `/data/core/ups/segment/definitions/${created.id}`);
      return view(created);
    },
    getDefinition: async ({ params }) => view(await definitions.get(params.id)),
    updateDefinition: async ({ params, body }) => view(await definitions.update(params.id, inputOf(body), clock())),
    async deleteDefinition({ params }) {
      await segmentation.audiences.delete(params.id, clock());
      return { status: true, message: `Segment definition ${params.id} deleted` };
    },
    async bulkGetDefinitions({ body }) {
      const ids = body.ids.map(({ id }) => id);
      if (ids.length === 0 || ids.length > BULK) {
        throw new RequestError('bulk-count', `${ids.length} ids were asked for; it takes 1 to ${BULK}.`);
      }
      const found = await definitions.getMany(ids);
      if (found.length === 0) throw new RequestError('bulk-none', 'None of the ids is a segment definition.');
      return { results: Object.fromEntries(found.map((definition) => [definition.id, view(definition)])) };
    },
  };
}

/** A definition has one method; asking for two finds none. */
function filters(query: Query<Routes['listDefinitions']>): Pick<DefinitionQuery, 'evaluation'> {
  const wanted = [
    ...(query['evaluationInfo.batch.enabled'] ? (['batch'] as const) : []),
    ...(query['evaluationInfo.continuous.enabled'] ? (['streaming'] as const) : []),
    ...(query['evaluationInfo.synchronous.enabled'] ? (['edge'] as const) : []),
  ];
  const [evaluation, another] = wanted;
  if (another !== undefined) throw new RequestError('request-invalid', 'A definition has one evaluation method; filter by one.');
  return evaluation === undefined ? {} : { evaluation };
}

interface Input extends Rule {
  readonly name: string;
  readonly description: string;
  readonly evaluation: 'batch';
}

/** Throws RequestError for what the platform has and we do not have yet: it must not be promised. */
function inputOf({ name, description, expression, evaluationInfo, dataGovernancePolicy }: Body<Routes['createDefinition']>): Input {
  if (evaluationInfo && (evaluationInfo.continuous.enabled || evaluationInfo.synchronous.enabled || !evaluationInfo.batch.enabled)) {
    throw new RequestError('not-supported', 'evaluationInfo: only batch evaluation exists yet.', {
      hint: 'Leave evaluationInfo out, or enable batch alone.',
    });
  }
  if (dataGovernancePolicy?.excludeOptOut) {
    throw new RequestError('not-supported', 'dataGovernancePolicy.excludeOptOut: opt-outs are not left out by themselves yet.', {
      hint: 'Say it in the rule, with the consent fields of the profile.',
    });
  }
  return { name, description, ...ruleOf(valueOf(expression.value), expression.format), evaluation: 'batch' };
}
