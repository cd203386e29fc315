/** The work of one segment job: evaluates audiences together and stores who is in. */
import type { MergePolicies } from '../profile/index.ts';
import { Bitmap } from './bitmap/index.ts';
import type { Definition, Definitions } from './definitions.ts';
import type { Planned } from './dependencies.ts';
import { inLevels } from './dependencies.ts';
import { audienceNotFound, SegmentationError } from './errors.ts';
import type { Answer, Evaluator } from './evaluator.ts';
import { jobError } from './jobs.ts';
import { isEvaluated, refuseUnevaluated } from './lifecycle.ts';
import type { Meanwhile } from './meanwhile.ts';
import type { Evaluated, Memberships } from './memberships.ts';

export interface Timing {
  readonly startTimeInMs: number;
  readonly endTimeInMs: number | null;
  readonly totalTimeInMs: number | null;
}

/** Members by what became of them since the evaluation before: came, stayed, left. */
export interface StatusCount {
  readonly realized: number;
  readonly existing: number;
  readonly exited: number;
}

export interface JobMetrics {
  readonly totalTime: Timing;
  /** The evaluation alone, without storing. */
  readonly profileSegmentationTime?: Timing;
  /** Profiles looked at. */
  readonly totalProfiles?: number;
  /** The same by id of the merge policy. */
  readonly totalProfilesByMergePolicy?: Readonly<Record<string, number>>;
  /** Members by id of the definition. */
  readonly segmentedProfileCounter: Readonly<Record<string, number>>;
  readonly segmentedProfileByStatusCounter: Readonly<Record<string, StatusCount>>;
  /** Members that have an identity of a namespace; one with several counts several times. */
  readonly segmentedProfileByNamespaceCounter?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface JobError {
  readonly code: string;
  readonly msg: string;
  readonly segmentId?: string;
}

export interface JobRunnerOptions {
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  readonly evaluator: Evaluator;
  /** Which profiles have an identity of which namespace. */
  readonly namespaces: (signal: AbortSignal) => Promise<ReadonlyMap<string, Bitmap>>;
  readonly policies: Pick<MergePolicies, 'inForce'>;
  readonly clock: () => Date;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Audiences whose members are stored together: few enough to hold their bitmaps in memory twice. */
const STORED_AT_ONCE = 50;

/** All audiences that are evaluated. */
export const ALL = '*';

export interface JobOutcome {
  readonly metrics: JobMetrics;
  readonly errors: readonly JobError[];
  /** Names the state of the data. */
  readonly snapshot: string;
}

interface Usable {
  readonly definition: Definition;
  readonly planned: Planned;
}

export class JobRunner {
  readonly #options: JobRunnerOptions;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Audiences that cannot be evaluated are errors of the job; the others are evaluated all the same. */
  async run(segmentIds: readonly string[], signal: AbortSignal): Promise<JobOutcome> {
    return await this.#options.memberships.during(async (meanwhile) => await this.#run(segmentIds, meanwhile, signal));
  }

  async #run(segmentIds: readonly string[], meanwhile: Meanwhile, signal: AbortSignal): Promise<JobOutcome> {
    const started = this.#options.clock();
    const { usable, errors } = await this.#usable(segmentIds);
    const { evaluator, zone } = this.#options;
    const answer = await evaluator.evaluate(
      usable.map(({ planned }) => planned),
      { now: started.getTime(), zone, signal },
    );
    const evaluated = this.#options.clock();
    const namespaces = await this.#options.namespaces(signal);
    const tookMs = evaluated.getTime() - started.getTime();
    const counts = await this.#store(usable, { answer, started, tookMs, meanwhile }, signal);
    const metrics: JobMetrics = {
      totalTime: timing(started, this.#options.clock()),
      profileSegmentationTime: timing(started, evaluated),
      totalProfiles: answer.universe.size,
      totalProfilesByMergePolicy: await this.#profilesByPolicy(usable, answer.universe.size),
      segmentedProfileCounter: Object.fromEntries(counts.map(([id, count]) => [id, count.realized + count.existing])),
      segmentedProfileByStatusCounter: Object.fromEntries(counts),
      segmentedProfileByNamespaceCounter: Object.fromEntries(
        counts.map(([id]) => [id, sizesWithin(answer.members.get(id) ?? Bitmap.empty, namespaces)]),
      ),
    };
    return { metrics, errors, snapshot: snapshotName(answer.revision) };
  }

  async #usable(segmentIds: readonly string[]): Promise<{ readonly usable: readonly Usable[]; readonly errors: readonly JobError[] }> {
    const { definitions } = this.#options;
    const found = segmentIds.includes(ALL)
      ? (await definitions.list()).definitions.filter(isEvaluated)
      : await definitions.getMany(segmentIds);
    const usable: Usable[] = [];
    const errors: JobError[] = [];
    const ids = new Set(found.map(({ id }) => id));
    for (const id of segmentIds) if (id !== ALL && !ids.has(id)) errors.push(jobError(audienceNotFound(id), id));
    for (const definition of found) {
      try {
        usable.push({ definition, planned: await this.#planned(definition) });
      } catch (error) {
        if (!(error instanceof SegmentationError)) throw error;
        errors.push(jobError(error, definition.id));
      }
    }
    return { usable, errors };
  }

  /** Valid today: the schema and other audiences may have changed since the rule was written. */
  async #planned(definition: Definition): Promise<Planned> {
    const { definitions } = this.#options;
    refuseUnevaluated(definition);
    const planned = definitions.planOf(definition);
    await inLevels([planned], (reference) => definitions.planned(reference));
    return planned;
  }

  /** Every policy sees everybody, at least by identities. */
  async #profilesByPolicy(usable: readonly Usable[], profiles: number): Promise<Readonly<Record<string, number>>> {
    const named = new Set(usable.map(({ definition }) => definition.mergePolicyId));
    const policies = await Promise.all([...named].map((id) => this.#options.policies.inForce(id)));
    return Object.fromEntries(policies.map(({ id }) => [id, profiles]));
  }

  async #store(
    usable: readonly Usable[],
    run: { readonly answer: Answer; readonly started: Date; readonly tookMs: number; readonly meanwhile: Meanwhile },
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, StatusCount])[]> {
    const { answer, started, tookMs, meanwhile } = run;
    const counts: (readonly [string, StatusCount])[] = [];
    for (let from = 0; from < usable.length; from += STORED_AT_ONCE) {
      signal.throwIfAborted();
      const some = usable.slice(from, from + STORED_AT_ONCE).map(({ definition }) => definition);
      const last = await this.#options.memberships.lastSizes(some.map(({ id }) => id));
      const evaluated = some.map(({ id, version }): Evaluated => {
        const cause = last.get(id)?.version === version ? 'evaluation' : 'rule';
        const members = answer.members.get(id) ?? Bitmap.empty;
        const { revision } = answer;
        return { audience: id, version, evaluatedAt: started, size: members.size, tookMs, revision, members, cause };
      });
      const changes = await this.#options.memberships.store(evaluated, meanwhile);
      for (const [id, { entered, stayed, exited }] of changes) counts.push([id, { realized: entered, existing: stayed, exited }]);
    }
    return counts;
  }
}

/** The state of the data as a name. */
function snapshotName(revision: number): string {
  return `revision-${revision}`;
}

/** How many members each of the sets has, without those that have none. */
export function sizesWithin(members: Bitmap, sets: ReadonlyMap<string, Bitmap>): Readonly<Record<string, number>> {
  const sizes = [...sets].map(([name, set]) => [name, members.and(set).size] as const);
  return Object.fromEntries(sizes.filter(([, size]) => size > 0));
}

function timing(start: Date, end: Date): Timing {
  return { startTimeInMs: start.getTime(), endTimeInMs: end.getTime(), totalTimeInMs: end.getTime() - start.getTime() };
}
