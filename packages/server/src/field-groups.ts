/** The user's own field groups and identity descriptors, from the folder that KINDRED_FIELD_GROUPS names. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldGroup, IdentityDescriptor } from './schema/index.ts';
import { SchemaError, parseFieldGroup, parseIdentityDescriptor } from './schema/index.ts';

export interface OwnSchema {
  readonly fieldGroups: readonly FieldGroup[];
  readonly descriptors: readonly IdentityDescriptor[];
}

/** One JSON file each; a file with `@type` is an identity descriptor. Throws SchemaError, which names the file. */
export function readOwnSchema(folder: string | undefined, tenant: string): OwnSchema {
  const documents = folder === undefined ? [] : filesOf(folder).map((file) => ({ file, json: readJson(file) }));
  const descriptors = documents.filter(({ json }) => isDescriptor(json));
  const groups = documents.filter(({ json }) => !isDescriptor(json));
  return {
    fieldGroups: groups.map(({ file, json }) => parseFieldGroup(json, tenant, { source: file })),
    descriptors: descriptors.map(({ json }) => parseIdentityDescriptor(json)),
  };
}

function isDescriptor(json: unknown): boolean {
  return typeof json === 'object' && json !== null && '@type' in json;
}

function filesOf(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.toSorted((a, b) => a.localeCompare(b)).map((name) => join(folder, name));
  } catch (error) {
    throw unreadable(folder, error, 'KINDRED_FIELD_GROUPS names a folder of JSON files.');
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, error, 'A field group is a JSON file; see docs/import.md.');
  }
}

function unreadable(path: string, error: unknown, hint: string): SchemaError {
  return new SchemaError({ code: 'SCHEMA_FILE_INVALID', message: `cannot read ${path}: ${(error as Error).message}`, hint });
}
