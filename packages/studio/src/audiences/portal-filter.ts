/** Which audiences a list shows: kept in the address, so that a link shows the same. */
import type { Audience } from '@kindred/contract';
import { methodOf } from './method.ts';

/** What can be chosen many of; nothing chosen leaves everything. */
export const FACETS = ['lifecycle', 'method', 'origin', 'tags', 'labels', 'createdBy'] as const;
export type Facet = (typeof FACETS)[number];

/** Days of the reader's calendar, `2026-11-27`; both ends included. */
export const RANGES = ['createdFrom', 'createdTo', 'changedFrom', 'changedTo'] as const;
export type Range = (typeof RANGES)[number];

export interface PortalFilter {
  readonly search: string;
  /** Null: all; `none`: those in no folder. */
  readonly folder: string | null;
  readonly chosen: Readonly<Record<Facet, readonly string[]>>;
  /** Whether one of the tags is enough. */
  readonly tagMatch: 'any' | 'all';
  readonly days: Readonly<Partial<Record<Range, string>>>;
}

export const FACET_TITLES: Readonly<Record<Facet, string>> = {
  lifecycle: 'Lifecycle',
  method: 'Update frequency',
  origin: 'Origin',
  tags: 'Tags',
  labels: 'Access labels',
  createdBy: 'Created by',
};

const ORIGINS: Readonly<Record<string, string>> = {
  REAL_TIME_CUSTOMER_PROFILE: 'Segmentation Service',
  CUSTOM_UPLOAD: 'Custom upload',
  AUDIENCE_ORCHESTRATION: 'Audience composition',
  AUDIENCE_MANAGER: 'Audience Manager',
};

export const originOf = ({ origin }: Audience): string => ORIGINS[origin] ?? origin;

export const FACET_VALUES: Readonly<Record<Facet, (audience: Audience) => readonly string[]>> = {
  lifecycle: ({ lifecycleState }) => [lifecycleState],
  method: (audience) => [methodOf(audience)],
  origin: (audience) => [originOf(audience)],
  tags: ({ tags }) => tags,
  labels: ({ labels }) => labels,
  createdBy: ({ createdBy }) => [createdBy],
};

export function filterOf(params: URLSearchParams): PortalFilter {
  const days = RANGES.flatMap((range) => {
    const day = params.get(range);
    return day === null || day === '' ? [] : [[range, day] as const];
  });
  return {
    search: params.get('q') ?? '',
    folder: params.get('folder'),
    chosen: Object.fromEntries(FACETS.map((facet) => [facet, params.getAll(facet)])) as unknown as PortalFilter['chosen'],
    tagMatch: params.get('tagMatch') === 'all' ? 'all' : 'any',
    days: Object.fromEntries(days),
  };
}

/** The address of a filter; other parameters stay. */
export function withFilter(params: URLSearchParams, { search, folder, chosen, tagMatch, days }: PortalFilter): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of ['q', 'folder', 'tagMatch', ...FACETS, ...RANGES]) next.delete(name);
  if (search !== '') next.set('q', search);
  if (folder !== null) next.set('folder', folder);
  for (const facet of FACETS) for (const value of chosen[facet]) next.append(facet, value);
  if (tagMatch === 'all') next.set('tagMatch', 'all');
  for (const range of RANGES) if (days[range] !== undefined) next.set(range, days[range]);
  return next;
}

export const isFiltered = ({ search, folder, chosen, days }: PortalFilter): boolean =>
  search !== '' || folder !== null || Object.keys(days).length > 0 || FACETS.some((facet) => chosen[facet].length > 0);

/** @param inside folders that belong to the chosen one: itself and those below it */
export function matching(audiences: readonly Audience[], filter: PortalFilter, inside: ReadonlySet<string>): readonly Audience[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return audiences.filter(
    (audience) =>
      inFolder(audience, filter.folder, inside) &&
      FACETS.every((facet) => fits(FACET_VALUES[facet](audience), filter.chosen[facet], facet === 'tags' ? filter.tagMatch : 'any')) &&
      inRange(audience.createdAt, filter.days.createdFrom, filter.days.createdTo) &&
      inRange(audience.updatedAt, filter.days.changedFrom, filter.days.changedTo) &&
      hasWords(audience, words),
  );
}

/** What is searched of an audience, made once for all letters that are typed. */
const texts = new WeakMap<Audience, string>();

function textOf(audience: Audience): string {
  const { name, description, pql, tags } = audience;
  const text = texts.get(audience) ?? `${name}\n${description}\n${pql}\n${tags.join('\n')}`.toLowerCase();
  texts.set(audience, text);
  return text;
}

function hasWords(audience: Audience, words: readonly string[]): boolean {
  return words.every((word) => textOf(audience).includes(word));
}

function inFolder({ folderId }: Audience, folder: string | null, inside: ReadonlySet<string>): boolean {
  if (folder === null) return true;
  return folder === 'none' ? folderId === null : folderId !== null && inside.has(folderId);
}

function fits(values: readonly string[], chosen: readonly string[], match: 'any' | 'all'): boolean {
  if (chosen.length === 0) return true;
  return match === 'all' ? chosen.every((value) => values.includes(value)) : chosen.some((value) => values.includes(value));
}

function inRange(instant: string, from: string | undefined, to: string | undefined): boolean {
  const at = Date.parse(instant);
  if (from !== undefined && at < new Date(`${from}T00:00`).getTime()) return false;
  return to === undefined || at <= new Date(`${to}T23:59:59.999`).getTime();
}

/** The values of a facet with how many audiences have them, most first. */
export function countsOf(audiences: readonly Audience[], facet: Facet): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const audience of audiences) for (const value of FACET_VALUES[facet](audience)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([a, some], [b, others]) => others - some || a.localeCompare(b));
}
