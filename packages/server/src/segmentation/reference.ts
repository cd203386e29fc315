/** Deciding profile by profile with the reference evaluator: slow and exact, for what SQL cannot say. */
import type { DataObject, EvaluationContext, Test, Value } from '@kindred/pql';
import { evaluate, evaluateValue } from '@kindred/pql';
import type { Lookups } from '../profile/index.ts';
import { Bitmap } from './bitmap/index.ts';
import type { Evaluation } from './evaluation.ts';
import { audienceKey } from './evaluation.ts';

/** Reads whole documents with their events; profiles that do not exist are absent. */
export type ReadDocuments = (ordinals: readonly number[]) => Promise<ReadonlyMap<number, DataObject>>;

/** What tests are decided on. */
export interface ReferenceData {
  readonly readDocuments: ReadDocuments;
  readonly lookups: Lookups;
}

/** Profiles read at a time. */
const PAGE = 500;

/** Those of the candidates that satisfy the test. Throws the signal's reason when it aborts. */
export async function selectByReference(test: Test, candidates: Bitmap, evaluation: Evaluation, data: ReferenceData): Promise<Bitmap> {
  const members: number[] = [];
  await eachDocument(candidates, { evaluation, data }, (profile, document, context) => {
    if (evaluate(test, document, context)) members.push(profile);
  });
  return Bitmap.of(members);
}

/** One number of each profile, in their order, NaN where it is not known. Throws the signal's reason when it aborts. */
export async function numbersByReference(
  value: Value,
  profiles: Bitmap,
  evaluation: Evaluation,
  data: ReferenceData,
): Promise<Float64Array> {
  const numbers = new Float64Array(profiles.size);
  let at = 0;
  await eachDocument(profiles, { evaluation, data }, (_, document, context) => {
    const number = evaluateValue(value, document, context);
    numbers[at++] = typeof number === 'number' ? number : NaN;
  });
  return numbers;
}

interface Reading {
  readonly evaluation: Evaluation;
  readonly data: ReferenceData;
}

async function eachDocument(
  profiles: Bitmap,
  { evaluation, data: { readDocuments, lookups } }: Reading,
  use: (profile: number, document: DataObject, context: EvaluationContext) => void,
): Promise<void> {
  const { now, zone, audiences, signal } = evaluation;
  for (let start = 0; start < profiles.size; start += PAGE) {
    signal?.throwIfAborted();
    const page = profiles.page(start, PAGE);
    const documents = await readDocuments([...page]);
    for (const profile of page) {
      const isMember = (namespace: string, id: string): boolean => audiences.get(audienceKey(namespace, id))?.has(profile) === true;
      use(profile, documents.get(profile) ?? {}, { now, zone, isMember, lookup: (entity, id) => lookups.get(entity, id) });
    }
  }
}
