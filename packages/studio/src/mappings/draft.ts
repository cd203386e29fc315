/** A mapping set while it is edited. */
import type { Body, Result, Routes } from '@kindred/contract';

export type MappingSet = Result<Routes['getMappingSet']>;
export type MappingSetBody = Body<Routes['createMappingSet']>;
export type Target = 'event' | 'profile';

export interface Row {
  /** Stays with the row, whatever is above it. */
  readonly key: number;
  readonly sourceType: 'ATTRIBUTE' | 'EXPRESSION';
  readonly source: string;
  readonly destination: string;
}

export interface Draft {
  readonly name: string;
  readonly target: Target;
  readonly rows: readonly Row[];
  /** What else the set has, as it came. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export const EMPTY: Draft = { name: '', target: 'event', rows: [newRow([])], rest: {} };

export function newRow(rows: readonly Row[]): Row {
  return { key: Math.max(0, ...rows.map(({ key }) => key)) + 1, sourceType: 'ATTRIBUTE', source: '', destination: '' };
}

export function nameOf({ id, name }: MappingSet): string {
  return typeof name === 'string' && name !== '' ? name : id;
}

export function draftOf(set: MappingSet): Draft {
  const {
    mappings,
    name,
    target,
    id: _id,
    version: _version,
    createdDate: _created,
    modifiedDate: _modified,
    createdBy: _by,
    ...rest
  } = set;
  const rows = mappings.map(({ sourceType = 'ATTRIBUTE', source, destination }, key): Row => {
    const expression = sourceType === 'EXPRESSION' || sourceType === 'text/x.aep-xl';
    return { key, sourceType: expression ? 'EXPRESSION' : 'ATTRIBUTE', source, destination };
  });
  return { name: typeof name === 'string' ? name : '', target: target === 'profile' ? 'profile' : 'event', rows, rest };
}

/** Rows that nothing stands in are left out. */
export function bodyOf({ name, target, rows, rest }: Draft): MappingSetBody {
  return {
    ...rest,
    name,
    target,
    mappings: filled(rows).map(({ sourceType, source, destination }) => ({ sourceType, source, destination })),
  };
}

export const filled = (rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ source, destination }) => source.trim() + destination.trim() !== '');

/** Which row a problem is about; null when it is about none in particular. */
export function rowOf(message: string, rows: readonly Row[]): Row | null {
  const all = filled(rows);
  const index = /mappings\[(\d+)\]/.exec(message)?.[1];
  if (index !== undefined) return all[Number(index)] ?? null;
  const named = all.filter(({ destination }) => destination !== '' && message.includes(destination));
  return named.toSorted((one, other) => other.destination.length - one.destination.length)[0] ?? null;
}
