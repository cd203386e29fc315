/** Deciding profile by profile with the reference evaluator: slow and exact, for what SQL cannot say. */
import type { DataObject, Test } from '@kindred/pql';
import { evaluate } from '@kindred/pql';
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
export async function selectByReference(
  test: Test,
  candidates: Bitmap,
  evaluation: Evaluation,
  { readDocuments, lookups }: ReferenceData,
): Promise<Bitmap> {
  const members: number[] = [];
  for (let start = 0; start < candidates.size; start += PAGE) {
    evaluation.signal?.throwIfAborted();
    const page = candidates.page(start, PAGE);
    const documents = await readDocuments([...page]);
    for (const ordinal of page) {
      if (holds(test, ordinal, { document: documents.get(ordinal) ?? {}, lookups, evaluation })) members.push(ordinal);
    }
  }
  return Bitmap.of(members);
}

interface Person {
  readonly document: DataObject;
  readonly lookups: Lookups;
  readonly evaluation: Evaluation;
}

function holds(test: Test, ordinal: number, { document, lookups, evaluation: { now, zone, audiences } }: Person): boolean {
  const isMember = (namespace: string, id: string): boolean => audiences.get(audienceKey(namespace, id))?.has(ordinal) === true;
  return evaluate(test, document, { now, zone, isMember, lookup: (entity, id) => lookups.get(entity, id) });
}
