/** Which record each value of a profile came from: the newest one that says the same. */
import type { ProfileRecord } from '@kindred/contract';

export type Origin = Pick<ProfileRecord, 'dataset' | 'identity' | 'time'>;

/** By the path of the value, names joined by dots. @param records newest first */
export type Origins = (path: readonly string[], value: unknown) => Origin | null;

export function originsOf(records: readonly ProfileRecord[]): Origins {
  return (path, value) => records.find(({ fields }) => sameText(at(fields, path), value)) ?? null;
}

function at(fields: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined),
    fields,
  );
}

const sameText = (one: unknown, other: unknown): boolean => one !== undefined && JSON.stringify(one) === JSON.stringify(other);
