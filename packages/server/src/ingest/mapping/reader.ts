/** Reads the parts of a mapping file, with errors that say where they are. */
import { nearest } from '@kindred/pql';
import { ImportError } from '../errors.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Throws an ImportError for the part of the mapping called `where`. */
export function invalid(where: string, message: string, hint: string): never {
  throw new ImportError({ code: 'MAPPING_INVALID', message: `mapping, ${where}: ${message}`, hint });
}

/** A JSON object that has no other keys than the ones allowed. */
export function objectAt(json: unknown, where: string, allowed: readonly string[]): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return invalid(where, 'this must be a JSON object', `Known keys: ${allowed.join(', ')}.`);
  }
  for (const key of Object.keys(json)) {
    if (allowed.includes(key)) continue;
    const near = nearest(key, allowed);
    invalid(
      where,
      `there is no key ${JSON.stringify(key)}`,
      `${near === null ? '' : `Did you mean ${near}? `}Known keys: ${allowed.join(', ')}.`,
    );
  }
  return json as Json;
}

export function arrayAt(json: unknown, where: string): readonly unknown[] {
  return Array.isArray(json) ? (json as readonly unknown[]) : invalid(where, 'this must be an array', 'Write it in [ ].');
}

export function textAt(json: unknown, where: string): string {
  return typeof json === 'string' && json !== '' ? json : invalid(where, 'this must be text', 'Write it in quotes.');
}
