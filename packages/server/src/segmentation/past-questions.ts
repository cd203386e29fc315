/** Questions about the past that are no audiences: of what was known then, or of single events. */
import type { UnionSchema } from '@kindred/pql';
import type { ProfileTables } from '../profile/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { Bitmap } from './bitmap/index.ts';
import type { FindPlanned, Planned } from './dependencies.ts';
import { Engines } from './engines.ts';
import { openPast } from './estimate/past.ts';
import { Evaluator } from './evaluator.ts';
import { eventConditionSql } from './event-condition.ts';
import type { MergeOf } from './merge-of.ts';
import { planFor } from './plans.ts';

export interface PastView {
  /** Epoch ms. */
  readonly at: number;
  /** Which rows of events are in view, as SQL. */
  readonly events: string;
  readonly signal?: AbortSignal | undefined;
}

export interface PastQuestions {
  /**
   * Who queries are true of at an instant of the past, in their order, with some events in view. Throws SegmentationError `pql-invalid`
   * and `audience-reference-unknown`, and StoreError.
   */
  membersAt(queries: readonly string[], past: PastView): Promise<readonly Bitmap[]>;
  /** A condition on one event as SQL over `events`. Throws SegmentationError `pql-invalid` and `event-condition-invalid`. */
  eventCondition(condition: string, now: number): string;
}

export interface PastQuestionsOptions {
  readonly clickhouse: ClickHouse;
  readonly tables: ProfileTables;
  readonly find: FindPlanned;
  readonly schema: () => UnionSchema;
  readonly mergeOf: MergeOf;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Bitmaps that queries of one look have in common, in bytes. */
const CACHE = 16 * 1024 * 1024;

export function pastQuestions(options: PastQuestionsOptions): PastQuestions {
  const { tables, schema, zone } = options;
  return {
    membersAt: async (queries, past) => await membersAt(queries, past, options),
    eventCondition: (condition, now) => eventConditionSql(condition, { tables, schema: schema(), now, zone }),
  };
}

async function membersAt(
  queries: readonly string[],
  { at, events, signal }: PastView,
  { clickhouse, tables, find, schema, mergeOf, zone }: PastQuestionsOptions,
): Promise<readonly Bitmap[]> {
  const planned = queries.map((pql, index): Planned => ({ id: String(index), name: `Query ${index + 1}`, plan: planFor(pql, schema()) }));
  const past = openPast(tables, at, events);
  try {
    const engines = new Engines({ clickhouse, tables, lens: past.lens, cache: CACHE });
    const evaluator = new Evaluator({ tables, find, engineOf: async (id) => engines.of(await mergeOf(id)) });
    const { members } = await evaluator.evaluate(planned, { now: at, zone, signal });
    return planned.map(({ id }) => members.get(id) ?? Bitmap.empty);
  } finally {
    await past.close();
  }
}
