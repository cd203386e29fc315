/** Gathers checked records of a lookup entity, as the encoder does with those of people. */
import type { DataObject } from '@kindred/pql';
import type { LookupRecord } from '../profile/index.ts';
import type { Problem, XdmSchema } from '../schema/index.ts';
import { Shredder, storable } from '../schema/index.ts';
import type { Draft } from './mapping/draft.ts';

export class LookupGatherer {
  /** `$id` of the class that the dataset has records of; null when they cannot be referred to. */
  readonly entity: string | null;
  readonly #shredder: Shredder;
  #records: LookupRecord[] = [];

  constructor(schema: XdmSchema, dataset: string) {
    const { entity } = schema.datasets.get(dataset) ?? {};
    const type = entity === undefined ? undefined : schema.lookups[entity];
    this.entity = type === undefined ? null : (entity ?? null);
    this.#shredder = new Shredder('lookups', type ?? { kind: 'object', fields: {} }, 'reject');
  }

  get rows(): number {
    return this.#records.length;
  }

  /** Adds a record. Gives what is wrong with it, in which case nothing is added. */
  add({ person, time, document }: Draft, operation?: LookupRecord['operation']): readonly Problem[] {
    const problems = operation === 'delete' ? [] : this.problems(document);
    if (problems.length > 0) return problems;
    if (!storable(time)) return [{ field: '', reason: 'only times from 1900 to 2299 can be stored' }];
    const { namespace, id } = person.primary;
    // As JSON has it: times that a mapping parsed are text again.
    const plain = JSON.parse(JSON.stringify(document)) as DataObject;
    this.#records.push({ id, namespace, time, document: plain, ...(operation !== undefined && { operation }) });
    return [];
  }

  /** What does not fit the schema. */
  problems(document: unknown): readonly Problem[] {
    if (this.entity === null) return [{ field: '', reason: NOBODY_REFERS }];
    return this.#shredder.shred(document) ? [] : this.#shredder.problems;
  }

  /** What was added since the last call. */
  take(): readonly LookupRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}

const NOBODY_REFERS =
  'records of this dataset cannot be referred to; its schema must be enabled for Profile ("meta:immutableTags": ["union"]) and have a primary identity';
