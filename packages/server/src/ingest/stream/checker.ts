/**
 * What a record of a stream must have, whatever its schema: a person, a time that can be right, a size within the limits.
 * The same on the way into the log and out of it; it depends on the record alone.
 */
import { Namespaces } from '../../identity/index.ts';
import type { DatasetSchema, IdentityDescriptor, Problem, RecordKind, XdmClass, XdmSchema } from '../../schema/index.ts';
import type { Draft, ReadRecord } from '../mapping/draft.ts';
import { People } from '../mapping/draft.ts';
import { xdmReader } from '../mapping/xdm-record.ts';
import { limitProblem } from './limits.ts';
import type { StreamRecord } from './record.ts';

const DAY = 86_400_000;
/** Clocks of clients go wrong, and zones are confused; more than that is no accident. */
const MOST_AHEAD = DAY;
/** What a clock shows that was never set, in any zone. */
const FIRST_DAY = DAY;

export class RecordChecker {
  readonly #schema: XdmSchema;
  readonly #people: People;
  readonly #readers: Readonly<Record<XdmClass, ReadRecord>>;
  /** Of datasets with a schema of their own, by id. */
  readonly #ofDatasets = new Map<string, ReadRecord>();
  #receivedAt = 0;

  constructor(schema: XdmSchema) {
    this.#schema = schema;
    this.#people = new People(new Namespaces(schema.namespaces));
    const { identities } = schema;
    this.#readers = { event: this.#reader('event', identities.event), profile: this.#reader('profile', identities.profile) };
  }

  /** The draft to encode, or what is wrong with the record. */
  check(record: StreamRecord): Draft | readonly Problem[] {
    const limit = limitProblem(record.document);
    if (limit !== null) return [limit];
    this.#receivedAt = record.receivedAt;
    const dataset = this.#schema.datasets.get(record.dataset);
    const unfit = dataset === undefined ? null : datasetProblem(record, dataset);
    if (unfit !== null) return [unfit];
    const read = dataset === undefined ? this.#readerOfKind(record) : this.#readerOf(record.dataset, dataset);
    if (read === null) return [{ field: '', reason: `there is no dataset ${record.dataset} any more` }];
    const reading = read(record.document, 0);
    if ('skipped' in reading) return [{ field: '', reason: reading.skipped }];
    if ('problems' in reading) return reading.problems;
    const time = timeProblem(reading.time, record);
    return time === null ? reading : [time];
  }

  /** Lookup records are of a dataset always. */
  #readerOfKind({ kind }: StreamRecord): ReadRecord | null {
    return kind === 'lookup' ? null : this.#readers[kind];
  }

  #readerOf(id: string, dataset: DatasetSchema): ReadRecord {
    let read = this.#ofDatasets.get(id);
    if (read === undefined) this.#ofDatasets.set(id, (read = this.#reader(dataset.class, dataset.identities)));
    return read;
  }

  #reader(target: RecordKind, descriptors: readonly IdentityDescriptor[]): ReadRecord {
    const receivedAt = (): number => this.#receivedAt;
    return xdmReader({
      target,
      people: this.#people,
      descriptors,
      get asOf() {
        return receivedAt();
      },
    });
  }
}

function datasetProblem({ kind, dataset }: StreamRecord, { class: wanted, profile }: DatasetSchema): Problem | null {
  if (!profile) {
    const reason = `the dataset ${dataset} or its schema is not enabled for Profile, and only records of profiles are taken one by one`;
    return {
      field: '',
      reason: `${reason}; tag the dataset "unifiedProfile": ["enabled:true"] and the schema "meta:immutableTags": ["union"]`,
    };
  }
  if (kind === wanted) return null;
  return { field: '', reason: `the dataset ${dataset} takes ${wanted} records, this is a record of the kind ${kind}` };
}

function timeProblem(time: number, { kind, receivedAt }: StreamRecord): Problem | null {
  const field = kind === 'event' ? 'timestamp' : 'extSourceSystemAudit.lastUpdatedDate';
  const text = (instant: number): string => new Date(instant).toISOString();
  if (time > receivedAt + MOST_AHEAD) {
    const reason = `${text(time)} is more than a day after the record was received (${text(receivedAt)}); check the clock and the zone of the sender`;
    return { field, reason };
  }
  if (time >= 0 && time < FIRST_DAY) {
    return { field, reason: `${text(time)} is what a clock tells that was never set; send the time at which it happened` };
  }
  return null;
}
