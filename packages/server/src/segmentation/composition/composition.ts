/** A composition as it is kept, and its row in PostgreSQL. */
import type { CompositionRow } from '../../store/index.ts';
import { SegmentationError } from '../errors.ts';
import type { CompositionBody } from './body.ts';

export interface Composition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** As it is edited. */
  readonly body: CompositionBody;
  /** As it was published; null: never. */
  readonly published: CompositionBody | null;
  /** Counts the publications. */
  readonly version: number;
  /** Counts all changes, from 1. */
  readonly changes: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
  readonly publishedAt: Date | null;
}

export interface NewComposition {
  readonly name: string;
  readonly description?: string;
  readonly body?: CompositionBody;
  readonly createdBy: string;
}

export interface CompositionChange {
  readonly name?: string;
  readonly description?: string;
  readonly body?: CompositionBody;
  readonly changedBy: string;
  /** The number of changes the caller knows of; with others in between nothing is changed. */
  readonly ifChanges?: number;
}

/** What a new composition begins with. */
export function emptyBody(name: string): CompositionBody {
  return { audience: { kind: 'audiences', merge: 'union', ids: [] }, exclude: [], rank: null, split: null, paths: [{ key: 'all', name }] };
}

export function compositionOf(row: CompositionRow): Composition {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    body: row.draft as CompositionBody,
    published: row.published as CompositionBody | null,
    version: row.version,
    changes: row.changes,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    publishedAt: row.published_at,
  };
}

export function compositionNotFound(id: string): SegmentationError {
  return new SegmentationError({
    code: 'composition-not-found',
    message: `There is no composition ${id}.`,
    hint: 'List the compositions for their ids.',
  });
}

export function compositionNameTaken(name: string): SegmentationError {
  return new SegmentationError({
    code: 'composition-name-taken',
    message: `There is a composition named ${JSON.stringify(name)} already.`,
    hint: 'Choose another name, or change that composition.',
  });
}

/** Throws SegmentationError `composition-changed`. */
export function refuseChanged({ name, changes }: Composition, ifChanges: number | undefined): void {
  if (ifChanges === undefined || ifChanges === changes) return;
  throw new SegmentationError({
    code: 'composition-changed',
    message: `${name} has been changed since it was read.`,
    hint: 'Read it again, and send the change with its present number of changes.',
  });
}
