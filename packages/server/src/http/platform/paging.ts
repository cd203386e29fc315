/** Sorting and paging of lists as the Experience Platform documents them. */
import type { DefinitionQuery, DefinitionSortKey } from '../../segmentation/index.ts';
import { RequestError } from '../errors.ts';

type Sorts = NonNullable<DefinitionQuery['sort']>;

/** Documented attribute → ours. */
const ATTRIBUTES: Readonly<Record<string, DefinitionSortKey>> = {
  id: 'id',
  audienceId: 'id',
  internalId: 'id',
  name: 'name',
  description: 'description',
  namespace: 'namespace',
  originName: 'origin',
  lifecycleState: 'lifecycleState',
  createdBy: 'createdBy',
  creationTime: 'createdAt',
  createEpoch: 'createdAt',
  updateTime: 'updatedAt',
  updateEpoch: 'updatedAt',
  version: 'version',
};

/** `name:asc,updateTime:desc`; an attribute alone is ascending. Throws RequestError for what cannot be sorted by. */
export function parseSort(text: string): Sorts {
  return parseSortBy(text, ATTRIBUTES);
}

/** The same with other attributes. @param attributes documented attribute → ours */
export function parseSortBy<Key>(
  text: string,
  attributes: Readonly<Record<string, Key>>,
): { readonly by: Key; readonly descending: boolean }[] {
  return text.split(',').map((part) => {
    const [attribute = '', direction = 'asc'] = part.trim().split(':');
    const by = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (by !== undefined && (direction === 'asc' || direction === 'desc')) return { by, descending: direction === 'desc' };
    throw new RequestError('request-invalid', `sort=${text}: "${part}" is not understood.`, {
      hint: `It takes attribute:asc or attribute:desc with one of ${Object.keys(attributes).join(', ')}.`,
    });
  });
}

export interface Range {
  readonly start: number;
  readonly limit: number;
}

/** Where the next page starts; null on the last one. */
export function nextStart(total: number, { start, limit }: Range): number | null {
  return start + limit < total ? start + limit : null;
}

interface PageFacts {
  readonly totalCount: number;
  readonly totalPages: number;
  readonly sortField: string;
  readonly sort: 'asc' | 'desc';
  readonly pageSize: number;
  readonly limit: number;
}

/** What every page tells of itself. */
export function pageFacts(total: number, sort: string, { size, limit }: { readonly size: number; readonly limit: number }): PageFacts {
  const [field = '', direction] = (sort.split(',')[0] ?? '').trim().split(':');
  return {
    totalCount: total,
    totalPages: Math.ceil(total / limit),
    sortField: field,
    sort: direction === 'desc' ? 'desc' : 'asc',
    pageSize: size,
    limit,
  };
}
