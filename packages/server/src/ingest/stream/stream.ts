/** The stream as a whole: what comes in through the intake, lies in the log, and reaches the tables through the sink. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProfileTables } from '../../profile/index.ts';
import type { Stores } from '../../store/index.ts';
import type { IntakeCounts } from './intake.ts';
import { Intake } from './intake.ts';
import { Datastreams } from './datastreams.ts';
import type { MappingSets } from '../mapping/mapping-sets.ts';
import { FlowMappings } from './flow-mappings.ts';
import { FlowObjects } from './flow-objects.ts';
import { StreamLetters } from './letters.ts';
import { WriteKeys } from './write-keys.ts';
import type { SinkCounts } from './sink.ts';
import { StreamSink } from './sink.ts';

export interface StreamOptions {
  readonly stores: Pick<Stores, 'log' | 'postgres'>;
  readonly tables: ProfileTables;
  /** Called when a store fails, before each new attempt. */
  readonly onRetry: (error: unknown) => void;
  /** Records in the log that are not stored yet, at most. */
  readonly mostLag: number;
  /** What flows of raw messages are mapped by. */
  readonly mappingSets: MappingSets;
  readonly clock: () => Date;
}

export interface StreamCounts extends IntakeCounts, SinkCounts {
  readonly lag: number;
}

export interface Stream {
  readonly intake: Intake;
  readonly letters: StreamLetters;
  readonly flowObjects: FlowObjects;
  readonly flowMappings: FlowMappings;
  readonly writeKeys: WriteKeys;
  readonly datastreams: Datastreams;
  counts(): StreamCounts;
  /** Resolves when all that has come in so far is stored, or the signal aborts. */
  settled(signal: AbortSignal): Promise<void>;
  /** Ends after the batch under way; what is not stored stays in the log. */
  close(): Promise<void>;
}

/** Between two looks at how far the sink is, in ms. */
const SETTLE = 20;
/** The consumer of the log that fills the tables. */
const SINK = 'tables';

/** Opens the stream and starts its sink. */
export async function openStream({ stores, tables, onRetry, mostLag, mappingSets, clock }: StreamOptions): Promise<Stream> {
  const { log } = stores;
  const consumer = await log.consumer(SINK);
  const letters = new StreamLetters(stores.postgres);
  const intake = new Intake({ log, sink: consumer, schema: () => tables.schema, mostLag });
  const sink = new StreamSink({ log, consumer, tables, keepLetters: (kept) => letters.keep(kept), onRetry });
  const flowObjects = await FlowObjects.open(stores.postgres);
  const stream = {
    intake,
    letters,
    flowObjects,
    flowMappings: new FlowMappings({ flowObjects, mappingSets, schema: () => tables.schema, clock }),
    writeKeys: await WriteKeys.open(stores.postgres),
    datastreams: await Datastreams.open(stores.postgres),
    counts: () => ({ ...intake.counts, ...sink.counts, lag: intake.lag }),
    async settled(signal: AbortSignal) {
      const { end } = log;
      while (consumer.position < end && !signal.aborted) await sleep(SETTLE, undefined, { signal }).catch(() => undefined);
    },
    close: () => sink.close(),
  };
  sink.start();
  return stream;
}
