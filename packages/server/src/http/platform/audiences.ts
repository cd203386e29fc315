/** `/data/core/ups/audiences` */
import type { PlatformAudience } from '@kindred/contract';
import type { Audience, DefinitionQuery, Relations } from '../../segmentation/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { nextStart, pageFacts, parseSort } from './paging.ts';
import { audienceView } from './views.ts';

/** Of an audience that refers to none and that none refers to. */
const ALONE: Relations = { dependents: [], dependencies: [] };

export function platformAudienceHandlers({ segmentation, settings }: Rooms): Handlers<'listPlatformAudiences' | 'getPlatformAudience'> {
  const { audiences, definitions } = segmentation;
  const views = async (found: readonly Audience[]): Promise<PlatformAudience[]> => {
    const relations = await definitions.relations(found);
    return found.map((audience) => audienceView(audience, settings.sandbox, relations.get(audience.id) ?? ALONE));
  };
  return {
    async listPlatformAudiences({ query }) {
      const { start, limit, sort, name, description } = query;
      const texts = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
      const wanted = { start, limit, sort: parseSort(sort), ...texts, ...propertyFilter(query.property) };
      const { audiences: found, total } = await audiences.list(wanted);
      const next = nextStart(total, { start, limit });
      return {
        children: await views(found),
        _page: {
          ...pageFacts(total, sort, { size: found.length, limit }),
          start: String(start),
          ...(next !== null && { next: String(next) }),
        },
        _links: { next: next === null ? {} : { href: `@/audiences?start=${next}&limit=${limit}&totalCount=${total}` } },
      };
    },
    async getPlatformAudience({ params }) {
      const audience = await audiences.get(params.id);
      const relations = await definitions.relations([audience]);
      return audienceView(audience, settings.sandbox, relations.get(audience.id) ?? ALONE);
    },
  };
}

const STATES = ['draft', 'published', 'inactive'] as const;

/** `lifecycleState==published` is what one can filter by so far. */
function propertyFilter(property: string | undefined): Pick<DefinitionQuery, 'lifecycleState'> {
  if (property === undefined) return {};
  const lifecycleState = STATES.find((state) => property === `lifecycleState==${state}`);
  if (lifecycleState !== undefined) return { lifecycleState };
  throw new RequestError('not-supported', `property=${property} is not understood.`, {
    hint: `It takes lifecycleState== with one of ${STATES.join(', ')}.`,
  });
}
