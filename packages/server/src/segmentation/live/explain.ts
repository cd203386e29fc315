/** How an audience is kept right, and what that takes: tried on some people as they are. */
import type { DataObject, Leaf, LeafHash } from '@kindred/pql';
import { describe, StreamEvaluator } from '@kindred/pql';
import type { ReadableTables } from '../../profile/index.ts';
import { readHistories, readProfiles } from '../../profile/index.ts';
import { clockKey } from '../clock.ts';
import type { Definitions } from '../definitions.ts';
import type { Planned } from '../dependencies.ts';
import { inLevels, namesOf } from '../dependencies.ts';
import { isLive, mixes, ranks } from './audiences.ts';

/**
 * - `jobs`: by evaluations of everybody alone
 * - `state`: by the state machine, event by event
 * - `people`: on whole people, and again and again as time passes
 */
export type LiveMode = 'jobs' | 'state' | 'people';

export interface ExplainedLeaf {
  readonly kind: Leaf['kind'];
  /** In words. */
  readonly text: string;
  /** Of a person: times and values of the events it chooses, their attributes, all their events, or membership in another audience. */
  readonly needs: 'evidence' | 'record' | 'history' | 'audience';
  /** Time alone may turn it. */
  readonly readsClock: boolean;
}

export interface LiveExplained {
  readonly mode: LiveMode;
  readonly reason: string;
  readonly leaves: readonly ExplainedLeaf[];
  /** People it was tried on. */
  readonly people: number;
  /** Of state, saved, for one of them, on average; null without people. */
  readonly bytesPerProfile: number | null;
  /** Selections of events that an event of theirs belongs to, on average; null without events. */
  readonly matchesPerEvent: number | null;
}

export interface ExplainOptions {
  readonly definitions: Definitions;
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

const SAMPLE = 200;

/** Throws SegmentationError `audience-not-found`, and as an evaluation of it. */
export async function explainLive(id: string, now: Date, { definitions, tablesOf, zone }: ExplainOptions): Promise<LiveExplained> {
  const definition = await definitions.get(id);
  const root = definitions.planOf(definition);
  const all = (await inLevels([root], (reference) => definitions.planned(reference))).flat();
  const evaluator = new StreamEvaluator({
    audiences: all.map((planned) => ({ key: planned.id, plan: planned.plan, refersAs: namesOf(planned) })),
    zone,
    history: (profile) => events.get(Number(profile)) ?? [],
  });
  const events = new Map<number, DataObject[]>();
  const tried = await trial(evaluator, events, await tablesOf(root.mergePolicyId ?? null), now);
  return { ...modeOf(definition, all), leaves: leavesOf(all, evaluator.needs, zone), ...tried };
}

function modeOf(definition: Parameters<typeof isLive>[0], all: readonly Planned[]): Pick<LiveExplained, 'mode' | 'reason'> {
  if (!isLive(definition)) {
    const { evaluation, lifecycleState, kind } = definition;
    const reason =
      kind === 'external'
        ? 'Its members come from a list.'
        : evaluation === 'batch'
          ? 'It asks for evaluation in batches.'
          : `It is ${lifecycleState}, not published.`;
    return { mode: 'jobs', reason };
  }
  const ranked = ranks(all);
  if (ranked !== null) return { mode: 'jobs', reason: ranked };
  const mixed = mixes(all);
  return mixed === null
    ? { mode: 'state', reason: 'Every part of the rule is followed event by event.' }
    : { mode: 'people', reason: mixed };
}

function leavesOf(all: readonly Planned[], needs: StreamEvaluator['needs'], zone: string): readonly ExplainedLeaf[] {
  const leaves = new Map<LeafHash, Leaf>(all.flatMap(({ plan }) => Object.entries(plan.leaves)));
  return [...leaves].map(([hash, leaf]) => ({
    kind: leaf.kind,
    text: describe({ ...(all.find(({ plan }) => hash in plan.leaves) as Planned).plan, root: { op: 'leaf', hash } }),
    needs: needs.get(hash) ?? 'audience',
    readsClock: clockKey(leaf, { now: 0, zone }) !== '',
  }));
}

/** The same people each time, as long as nobody joins. */
async function trial(
  evaluator: StreamEvaluator,
  events: Map<number, DataObject[]>,
  tables: ReadableTables,
  now: Date,
): Promise<Pick<LiveExplained, 'people' | 'bytesPerProfile' | 'matchesPerEvent'>> {
  const rows = await tables.clickhouse.query<{ profile: number }>(
    `SELECT profile FROM identities GROUP BY profile ORDER BY cityHash64(profile) LIMIT ${SAMPLE}`,
  );
  const records = await readProfiles(
    tables,
    rows.map(({ profile }) => profile),
  );
  for (const { profile, event } of await readHistories(tables, [...records.keys()])) {
    events.set(profile, [...(events.get(profile) ?? []), event as DataObject]);
  }
  let [bytes, matches] = [0, 0];
  for (const [profile, record] of records) {
    const history = events.get(profile) ?? [];
    evaluator.rebuild(String(profile), { record: record as DataObject, events: history }, now.getTime());
    bytes += Buffer.byteLength(evaluator.save(String(profile)) ?? '') - Buffer.byteLength(JSON.stringify(record));
    for (const event of history) matches += evaluator.matches(event);
  }
  const happened = [...events.values()].reduce((sum, own) => sum + own.length, 0);
  return {
    people: records.size,
    bytesPerProfile: records.size === 0 ? null : Math.max(0, bytes / records.size),
    matchesPerEvent: happened === 0 ? null : matches / happened,
  };
}
