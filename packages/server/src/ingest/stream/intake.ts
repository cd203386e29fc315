/** The one way from all HTTP front doors into the log: check, append, acknowledge; and say no when there is too much. */
import type { Problem, XdmClass, XdmSchema } from '../../schema/index.ts';
import { DatasetValidators, Shredder } from '../../schema/index.ts';
import type { EventLog, LogConsumer } from '../../store/index.ts';
import { LookupGatherer } from '../lookup-gatherer.ts';
import { RecordChecker } from './checker.ts';
import { IntakeError } from './errors.ts';
import { InFlight } from './in-flight.ts';
import { LONGEST_RECORD } from './limits.ts';
import type { StreamRecord } from './record.ts';
import { recordLine } from './record.ts';

export interface IntakeOptions {
  readonly log: EventLog;
  /** The consumer that the log must not leave behind. */
  readonly sink: LogConsumer;
  readonly schema: () => XdmSchema;
  /** Records in the log that are not stored yet, at most. */
  readonly mostLag: number;
  /** Characters of records that wait for the disk, at most. */
  readonly mostWaiting?: number;
}

export interface IntakeCounts {
  /** Records in the log. */
  readonly received: number;
  /** Records refused by a check. */
  readonly rejected: number;
  /** Records refused because there was too much. */
  readonly turnedAway: number;
}

/** What records are checked with, as long as the schema is the same. */
interface Checking {
  readonly schema: XdmSchema;
  readonly checker: RecordChecker;
  readonly validators: DatasetValidators;
  readonly shredders: Map<string, Shredder>;
  /** By dataset. */
  readonly lookups: Map<string, LookupGatherer>;
}

const MOST_WAITING = 64 * 1024 * 1024;
/** Records stored in a second at the least that is usual; for the advice when to come again. */
const USUAL_SPEED = 10_000;
const LONGEST_WAIT = 60;

export class Intake {
  /** What is acknowledged and not yet in the tables. */
  readonly inFlight: InFlight;
  readonly #options: IntakeOptions;
  readonly #mostLag: number;
  readonly #mostWaiting: number;
  #waiting = 0;
  #received = 0;
  #rejected = 0;
  #turnedAway = 0;
  #checking: Checking | null = null;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.inFlight = new InFlight(options.log, options.sink, (record) => this.validate(record).length === 0);
    this.#mostLag = options.mostLag;
    this.#mostWaiting = options.mostWaiting ?? MOST_WAITING;
  }

  get counts(): IntakeCounts {
    return { received: this.#received, rejected: this.#rejected, turnedAway: this.#turnedAway };
  }

  /** Records that are in the log and not yet stored. */
  get lag(): number {
    return this.#options.log.end - this.#options.sink.position;
  }

  /** Throws IntakeError `stream-busy` when nothing more can be taken now; for front doors to ask before they read a body. */
  requireRoom(): void {
    const lag = this.lag;
    if (lag < this.#mostLag && this.#waiting < this.#mostWaiting) return;
    this.#turnedAway++;
    const retryAfter = Math.min(LONGEST_WAIT, Math.max(1, Math.ceil((lag - this.#mostLag * 0.9) / USUAL_SPEED)));
    const message =
      lag < this.#mostLag ? 'more records wait for the disk than memory is meant for' : `${lag} records of the log are not stored yet`;
    throw new IntakeError('stream-busy', message, { hint: `Send the same again after ${retryAfter} s.`, retryAfter });
  }

  /** What is wrong with a record apart from its schema; empty when nothing is. */
  check(record: StreamRecord): readonly Problem[] {
    const checked = this.#current().checker.check(record);
    return 'person' in checked ? [] : checked;
  }

  /** What is wrong with a record, its schema included. */
  validate(record: StreamRecord): readonly Problem[] {
    const problems = this.check(record);
    if (problems.length > 0 || record.operation === 'delete') return problems;
    const unfit = this.#current().validators.problems(record.dataset, record.document);
    if (unfit.length > 0) return unfit;
    if (record.kind === 'lookup') return this.#lookups(record.dataset).problems(record.document);
    const shredder = this.#shredder(record, record.kind);
    return shredder.shred(record.document) ? [] : shredder.problems;
  }

  /** Counts records that a front door refused. */
  countRejected(records: number): void {
    this.#rejected += records;
  }

  /** Puts records into the log: on disk on return. Throws IntakeError, with nothing kept, or StoreError. */
  async accept(records: readonly StreamRecord[]): Promise<number> {
    this.requireRoom();
    const lines = records.map(recordLine);
    const size = lines.reduce((sum, line) => sum + requireSize(line), 0);
    this.#waiting += size;
    try {
      const offset = await this.#options.log.append(lines);
      this.#received += records.length;
      this.inFlight.add(offset, records);
      return offset;
    } finally {
      this.#waiting -= size;
    }
  }

  #current(): Checking {
    const schema = this.#options.schema();
    if (this.#checking?.schema !== schema)
      this.#checking = {
        schema,
        checker: new RecordChecker(schema),
        validators: new DatasetValidators(schema),
        shredders: new Map(),
        lookups: new Map(),
      };
    return this.#checking;
  }

  #lookups(dataset: string): LookupGatherer {
    const { schema, lookups } = this.#current();
    const gatherer = lookups.get(dataset) ?? new LookupGatherer(schema, dataset);
    lookups.set(dataset, gatherer);
    return gatherer;
  }

  #shredder({ unknownFields }: StreamRecord, kind: XdmClass): Shredder {
    const { schema, shredders } = this.#current();
    const key = `${kind} ${unknownFields}`;
    let shredder = shredders.get(key);
    if (shredder === undefined) {
      shredder = new Shredder(kind === 'event' ? 'events' : 'profiles', schema[kind], unknownFields);
      shredders.set(key, shredder);
    }
    return shredder;
  }
}

function requireSize(line: string): number {
  if (line.length <= LONGEST_RECORD) return line.length;
  throw new IntakeError('record-too-large', `a record has ${line.length} characters, at most ${LONGEST_RECORD} are taken`, {
    hint: 'Send large data as a file: PUT /api/uploads/{name}, then POST /api/imports.',
  });
}
