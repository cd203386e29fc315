/** Which features a task gets from the data there is. */
import type { ProfileTables } from '../../profile/index.ts';
import { countProfiles, storedColumns } from '../../profile/index.ts';
import type { Segmentation } from '../../segmentation/index.ts';
import type { QueryOptions } from '../../store/index.ts';
import type { History } from '../history.ts';
import { knownAt } from '../history.ts';
import type { Task } from '../prediction.ts';
import { audienceFeatures } from './audiences.ts';
import { attributeFeatures, isSensitive } from './attributes.ts';
import type { EventKind } from './events.ts';
import { eventFeatures } from './events.ts';
import type { Feature } from './feature.ts';
import { survey } from './survey.ts';

/** Something that makes no features, and why. */
export interface LeftOut {
  readonly what: string;
  readonly reason: string;
}

export interface FeaturePlan {
  readonly features: readonly Feature[];
  /** Events that are not looked at, as SQL. */
  readonly exclusions: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

export interface PlanOptions {
  readonly tables: ProfileTables;
  readonly segmentation: Pick<Segmentation, 'eventCondition' | 'audiences' | 'check'>;
  readonly history: History;
  /** Epoch ms: nothing later is looked at. */
  readonly now: number;
  readonly options: QueryOptions;
}

/** Throws SegmentationError `pql-invalid` and `event-condition-invalid`, and StoreError. */
export async function planFeatures(task: Task, { tables, segmentation, history, now, options }: PlanOptions): Promise<FeaturePlan> {
  const exclusions = task.exclusions.map((condition) => segmentation.eventCondition(condition, now));
  const events = [knownAt(now, history), ...exclusions.map((sql) => `NOT ifNull(${sql}, 0)`)].join(' AND ');
  const found = await survey({
    clickhouse: tables.clickhouse,
    layout: tables.layout('events'),
    stored: storedColumns(tables),
    events,
    options,
  });
  const leftOut: LeftOut[] = [];
  const excluded = (path: string): boolean => {
    if (!isKeptBack(task)(path)) return false;
    leftOut.push({
      what: path,
      reason: isAskedFor(task, path) ? 'Excluded by whoever made the prediction.' : 'It tells what somebody is, not what they do.',
    });
    return true;
  };
  const people = await countProfiles(tables);
  const features = [
    ...eventFeatures(found, namedEvents(task, now, segmentation), excluded),
    ...attributeFeatures(found, excluded),
    ...(await audienceFeatures({ segmentation, people }, isKeptBack(task))),
  ];
  return { features: unique(features), exclusions, leftOut };
}

function isAskedFor({ excludedFields }: Task, path: string): boolean {
  return excludedFields.some((field) => path === field || path.startsWith(`${field}.`));
}

/** Whether a field makes no features. */
function isKeptBack(task: Task): (path: string) => boolean {
  return (path) => isAskedFor(task, path) || isSensitive(path);
}

/** Events of the goal that are no whole event type, and custom events. */
function namedEvents({ goal, customEvents }: Task, now: number, segmentation: PlanOptions['segmentation']): readonly EventKind[] {
  const ofGoal = goal.events.flatMap(({ name, condition }) =>
    /^\s*eventType\s*=\s*("[^"]*"|'[^']*')\s*$/.test(condition) ? [] : [{ name: name ?? condition, condition }],
  );
  return [...ofGoal, ...customEvents].map(({ name, condition }) => ({
    code: `(${condition})`,
    words: name,
    sql: `ifNull(${segmentation.eventCondition(condition, now)}, 0)`,
  }));
}

function unique(features: readonly Feature[]): readonly Feature[] {
  return [...new Map(features.map((feature) => [feature.code, feature])).values()];
}
