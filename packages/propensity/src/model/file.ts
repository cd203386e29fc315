/**
 * Models as JSON documents with a version and a hash of what they say. The hash does not depend on the order of keys, so a document
 * may live in a database that keeps its own.
 */
import { createHash } from 'node:crypto';
import type { Calibration } from '../calibrate/beta.ts';
import { PropensityError } from '../problems.ts';
import type { PropensityModel } from './model.ts';

export const MODEL_FORMAT = 'kindred-propensity';
export const MODEL_VERSION = 1;

/** A model and how its log odds become probabilities (null: as they are). */
export interface SavedModel {
  readonly model: PropensityModel;
  readonly calibration: Calibration | null;
}

export interface ModelDocument {
  readonly format: typeof MODEL_FORMAT;
  readonly version: number;
  /** Of `content`, hexadecimal. */
  readonly sha256: string;
  readonly content: unknown;
}

/** How the content of each version becomes that of the next: the first entry lifts version 1 to 2, and so on. */
const UPGRADES: readonly ((content: unknown) => unknown)[] = [];

export function saveModel(saved: SavedModel): ModelDocument {
  return { format: MODEL_FORMAT, version: MODEL_VERSION, sha256: modelHash(saved), content: saved };
}

/** SHA-256 of what a model says, hexadecimal: equal for equal models. */
export function modelHash(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/**
 * The model of a document of this or any older version.
 * @throws PropensityError `unknown-model` for other documents and newer versions, `damaged-model` when the hash does not match
 */
export function loadModel(document: unknown): SavedModel {
  const { format, version, sha256, content } = (document ?? {}) as Partial<ModelDocument>;
  if (format !== MODEL_FORMAT || typeof version !== 'number')
    throw new PropensityError('unknown-model', `this is no ${MODEL_FORMAT} document: its format is ${JSON.stringify(format)}`);
  if (!Number.isSafeInteger(version) || version < 1 || version > MODEL_VERSION)
    throw new PropensityError(
      'unknown-model',
      `the model has version ${version}, but versions 1 to ${MODEL_VERSION} can be read: update Kindred`,
    );
  if (modelHash(content) !== sha256)
    throw new PropensityError(
      'damaged-model',
      'the model is not what was saved: its hash differs. Restore it from a backup or train it again',
    );
  return UPGRADES.slice(version - 1).reduce((older, upgrade) => upgrade(older), content) as SavedModel;
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}
