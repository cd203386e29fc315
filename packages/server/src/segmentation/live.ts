/**
 * Keeps audiences that ask for streaming or edge evaluation right while data comes and time passes. Whoever a record or an event is
 * about is decided anew at once, on all that is known of them; when too many come for that, everybody is evaluated, which is dear but
 * does not grow with them. Windows move: rules that read the clock are evaluated again and again, the oftener the cheaper that is.
 */
import type { ProfileTables } from '../profile/index.ts';
import { clockKey } from './clock.ts';
import type { Definition, Definitions } from './definitions.ts';
import type { Planned } from './dependencies.ts';
import { inLevels } from './dependencies.ts';
import type { Evaluator } from './evaluator.ts';
import type { SegmentJobs } from './jobs.ts';
import type { Memberships } from './memberships.ts';
import type { Refresh } from './refresh.ts';

export interface LiveOptions {
  readonly tables: Pick<ProfileTables, 'onChanged'>;
  readonly jobs: Pick<SegmentJobs, 'between'>;
  readonly refresh: Refresh;
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  readonly evaluator: Evaluator;
  readonly clock: () => Date;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  readonly onUnexpected: (error: unknown) => void;
}

/** How long the first change waits for company, in ms. */
const GATHER = 100;
/** Of all time, what evaluations of everybody may take. */
const SHARE = 0.05;
/** Between two evaluations for the sake of time, in ms, at least. */
const TICK = 5000;
/** Kept one by one at most; beyond that they are everybody. */
const MOST = 10_000;

/** How long things have taken, in ms. */
interface Costs {
  /** To decide about one profile. */
  readonly each: number;
  /** To evaluate everybody. */
  readonly all: number;
}

export class Live {
  readonly #options: LiveOptions;
  readonly #touched = new Set<number>();
  #everybody = false;
  #costs: Costs = { each: 2, all: 500 };
  #waiting: NodeJS.Timeout | null = null;
  #ticking: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** What came while nobody looked counts from the first evaluation on, which is now. */
  start(): void {
    this.#options.tables.onChanged((profiles) => this.#note(profiles));
    this.#note(null);
    this.#tick(TICK);
  }

  close(): void {
    this.#closed = true;
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    if (this.#ticking !== null) clearTimeout(this.#ticking);
  }

  #note(profiles: Iterable<number> | null): void {
    if (profiles === null) this.#everybody = true;
    else if (!this.#everybody) for (const profile of profiles) this.#touched.add(profile);
    if (this.#touched.size > MOST) this.#everybody = true;
    if (this.#everybody) this.#touched.clear();
    this.#wait(GATHER);
  }

  #wait(ms: number): void {
    if (this.#closed || this.#waiting !== null) return;
    this.#waiting = setTimeout(() => {
      this.#waiting = null;
      this.#options.jobs.between('live', async (signal) => await this.#guarded(() => this.#follow(signal), signal));
    }, ms).unref();
  }

  /** Decides about all that came so far. */
  async #follow(signal: AbortSignal): Promise<void> {
    const [touched, everybody] = [[...this.#touched], this.#everybody];
    this.#touched.clear();
    this.#everybody = false;
    const live = await this.#audiences();
    if (live.length === 0) return;
    if (everybody || touched.length * this.#costs.each > this.#costs.all) {
      await this.#evaluate(live, signal);
      return;
    }
    if (touched.length === 0) return;
    const began = performance.now();
    await this.#options.refresh.people(touched, signal, isLive);
    this.#costs = { ...this.#costs, each: (performance.now() - began) / touched.length };
  }

  async #evaluate(live: readonly Definition[], signal: AbortSignal): Promise<void> {
    const { definitions, evaluator, memberships, clock, zone } = this.#options;
    const [began, now] = [performance.now(), clock()];
    const planned = live.map((definition) => definitions.planOf(definition));
    const { members } = await evaluator.evaluate(planned, { now: now.getTime(), zone, signal });
    const amended = live.flatMap(({ id, version }) => {
      const found = members.get(id);
      return found === undefined ? [] : [{ audience: id, version, about: null, members: found }];
    });
    await memberships.amend(amended, now);
    this.#costs = { ...this.#costs, all: performance.now() - began };
  }

  #tick(ms: number): void {
    if (this.#closed) return;
    this.#ticking = setTimeout(() => {
      this.#options.jobs.between('live time', async (signal) => {
        await this.#guarded(() => this.#pass(signal), signal);
        this.#tick(Math.max(TICK, this.#costs.all / SHARE));
      });
    }, ms).unref();
  }

  /** Time has passed. */
  async #pass(signal: AbortSignal): Promise<void> {
    const live = await this.#audiences();
    const moving = [];
    for (const definition of live) if (await this.#readsClock(definition)) moving.push(definition);
    if (moving.length > 0) await this.#evaluate(moving, signal);
  }

  /** Its own rule, or that of an audience that it refers to. */
  async #readsClock(definition: Definition): Promise<boolean> {
    const { definitions } = this.#options;
    const levels = await inLevels([definitions.planOf(definition)], (reference) => definitions.planned(reference));
    return levels.flat().some(({ plan, outside }: Planned) => {
      const { now, zone } = { now: 0, zone: this.#options.zone };
      return outside !== undefined || Object.values(plan.leaves).some((leaf) => clockKey(leaf, { now, zone }) !== '');
    });
  }

  /** In use, and evaluated before: the first evaluation is that of whoever made or published it. */
  async #audiences(): Promise<readonly Definition[]> {
    const { definitions, memberships } = this.#options;
    const { definitions: all } = await definitions.list();
    const live = all.filter((definition) => isLive(definition) && definition.kind === 'rule');
    const sizes = await memberships.lastSizes(live.map(({ id }) => id));
    return live.filter(({ id, version }) => sizes.get(id)?.version === version);
  }

  /** What fails is tried again with the next change. */
  async #guarded(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      this.#everybody = true;
      this.#options.onUnexpected(error);
    }
  }
}

function isLive({ evaluation, lifecycleState }: Definition): boolean {
  return evaluation !== 'batch' && lifecycleState === 'published';
}
