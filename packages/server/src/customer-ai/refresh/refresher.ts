/**
 * Keeps scores in force right while events come: whoever an event is about is scored anew within moments, some people at a time, those of
 * whom something came last first. Their scores are written into the run in force, so that everybody who reads profiles sees them, and who
 * follows profiles is told. It asks the tables and not the queue of segment jobs, and rests longer than it works.
 */
import type { Database } from 'lmdb';
import type { DataChange } from '../../profile/index.ts';
import type { Lmdb } from '../../store/index.ts';
import { literal } from '../../store/index.ts';
import type { Models } from '../model.ts';
import type { Prediction } from '../prediction.ts';
import type { ScoringThread } from '../score/scoring-thread.ts';
import { openScoring } from '../score/scoring-thread.ts';
import type { SeenParts } from '../score/as-they-are.ts';
import type { Refreshed } from './rescore.ts';
import { rescore } from './rescore.ts';
import type { Waiter } from './waiting.ts';
import { Waiting } from './waiting.ts';

export interface RefresherOptions extends SeenParts {
  readonly models: Pick<Models, 'read'>;
  readonly lmdb: Lmdb;
  readonly predictions: () => Promise<readonly Prediction[]>;
  /** Starts a run that scores everybody, where none is under way. */
  readonly scoreEverybody: (prediction: string) => Promise<void>;
  readonly clock: () => Date;
  readonly onUnexpected: (error: unknown) => void;
}

export interface RefreshCounts {
  /** People whose scores do not know yet what came about them. */
  readonly waiting: number;
  /** How long the first of them has been waiting, ms. */
  readonly delay: number;
  /** People scored anew since the start, by each prediction. */
  readonly refreshed: number;
}

/** People scored at a time. */
const BATCH = 2000;
/** When more wait, everybody is scored: it takes less. */
const MOST = 200_000;
/** How long the first event waits for company, in ms. */
const GATHER = 1000;
/** How much longer it rests than it has worked. */
const REST = 2;
/** Before another attempt, in ms: twice as long with each that fails. */
const AGAIN = 5000;
const LONGEST = 300_000;
/** How long a thread with a model in it is kept for people to come, in ms. */
const KEPT = 60_000;

interface Active extends Refreshed {
  thread: ScoringThread | null;
}

export class Refresher {
  readonly #options: RefresherOptions;
  /** By run: all that came up to this change of the tables is in its scores. */
  readonly #offsets: Database<number, string>;
  readonly #waiting = new Waiting();
  readonly #stop = new AbortController();
  /** By run. */
  #active: ReadonlyMap<string, Active> = new Map();
  /** Those who are scored just now. */
  #underWay: readonly Waiter[] = [];
  /** The last change that was told of. */
  #seen = 0;
  #started = false;
  #refreshed = 0;
  #failures = 0;
  /** Ends when what was asked for last has. */
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: RefresherOptions) {
    this.#options = options;
    this.#offsets = options.lmdb.environment<number, string>('score-refresh');
  }

  /** What came while nobody looked is found in the tables. */
  start(): void {
    const { tables, clock } = this.#options;
    tables.onChanged((change) => this.#note(change));
    // They have the events of others now.
    tables.onMoved(() => this.#add(tables.moved, { revision: tables.currentRevision(), at: clock().getTime() }));
    this.#seen = tables.currentRevision();
    this.#started = true;
    this.follow();
  }

  /** Looks again at which predictions there are, once it is started. */
  follow(): void {
    if (this.#started) this.#next(async () => await this.#follow());
  }

  counts(): RefreshCounts {
    const marks = [this.#waiting.first, ...this.#underWay.map(([, mark]) => mark)].flatMap((mark) => (mark === null ? [] : [mark.at]));
    const delay = marks.length === 0 ? 0 : Math.max(0, this.#options.clock().getTime() - Math.min(...marks));
    return { waiting: this.#waiting.size + this.#underWay.length, delay, refreshed: this.#refreshed };
  }

  async close(): Promise<void> {
    this.#stop.abort(new DOMException('The server ends.', 'AbortError'));
    for (const timer of [this.#timer, this.#idle]) if (timer !== null) clearTimeout(timer);
    await this.#turn;
    await this.#closeThreads(this.#active.values());
  }

  #note({ profiles, revision, eventsOnly }: DataChange): void {
    this.#seen = Math.max(this.#seen, revision);
    // Attributes count with the next event, or when everybody is scored: scores themselves are told of as attributes.
    if (!eventsOnly) return;
    if (profiles !== null) this.#add(profiles, { revision, at: this.#options.clock().getTime() });
    // A change before it was cut off: nobody knows what it brought.
    else if (this.#active.size > 0) this.#next(async () => await this.#find(this.#offset()));
  }

  /** All that came up to this change is in all scores. */
  #offset(): number {
    return Math.min(...[...this.#active.keys()].map((run) => this.#offsets.get(run) ?? this.#seen));
  }

  #add(profiles: Iterable<number>, mark: { readonly revision: number; readonly at: number }): void {
    if (this.#active.size === 0) return;
    this.#waiting.add(profiles, mark);
    this.#soon(GATHER);
  }

  async #follow(): Promise<void> {
    const all = await this.#options.predictions();
    const active = new Map<string, Active>();
    const fresh: number[] = [];
    for (const prediction of all) {
      const { scores, schedule } = prediction;
      if (!schedule.refresh || scores?.percentiles === undefined) continue;
      const { run, percentiles, modelVersion, revision = this.#seen } = scores;
      const known = this.#active.get(run);
      const file = known?.file ?? (await this.#options.models.read(prediction.id, modelVersion));
      if (file.cuts === null) continue;
      const { cuts } = file;
      active.set(run, { prediction, scores: { ...scores, percentiles }, file: { ...file, cuts }, thread: known?.thread ?? null });
      if (known !== undefined) continue;
      const offset = this.#offsets.get(run) ?? revision;
      await this.#offsets.put(run, offset);
      fresh.push(offset);
    }
    const over = [...this.#active].filter(([run]) => !active.has(run)).map(([, each]) => each);
    this.#active = active;
    await this.#closeThreads(over);
    if (active.size === 0) this.#waiting.clear();
    if (fresh.length > 0) await this.#find(Math.min(...fresh));
    // Of what is not refreshed just now it stays known how far it was.
    const runs = new Set(all.map(({ scores }) => scores?.run));
    const left = (await this.#offsets.getKeys().asArray).filter((run) => !runs.has(run));
    for (const run of left) await this.#offsets.remove(run);
  }

  /** Those of whom events came after a change of the tables. */
  async #find(since: number): Promise<void> {
    const rows = await this.#options.clickhouse.query<{ profile: number; first: string; at: string }>(
      `SELECT profile, min(revision) AS first, toUnixTimestamp64Milli(min(\`received#time\`)) AS at FROM events
       WHERE revision > ${literal(since)} GROUP BY profile ORDER BY max(revision) LIMIT ${MOST + 1}`,
      { signal: this.#stop.signal },
    );
    for (const { profile, first, at } of rows) this.#waiting.add([profile], { revision: Number(first), at: Number(at) });
    if (rows.length > 0) this.#soon(0);
  }

  async #refresh(): Promise<void> {
    if (this.#waiting.size === 0 || this.#active.size === 0) return;
    if (this.#waiting.size > MOST) {
      await this.#everybody();
      return;
    }
    const began = performance.now();
    const taken = this.#waiting.take(BATCH);
    this.#underWay = taken;
    let wait = 0;
    try {
      await this.#rescore(Uint32Array.from(taken, ([profile]) => profile).toSorted());
      this.#failures = 0;
      wait = Math.max(GATHER, REST * (performance.now() - began));
    } catch (error) {
      this.#waiting.putBack(taken);
      if (this.#stop.signal.aborted) return;
      // A thread that has ended answers no more.
      await this.#closeThreads(this.#active.values());
      this.#options.onUnexpected(error);
      wait = Math.min(LONGEST, AGAIN * 2 ** this.#failures++);
    } finally {
      this.#underWay = [];
    }
    if (this.#waiting.size > 0) this.#soon(wait);
    this.#rest();
  }

  async #rescore(people: Uint32Array): Promise<void> {
    const { tables, clock } = this.#options;
    const { signal } = this.#stop;
    const revision = tables.currentRevision();
    const amended = [];
    for (const active of this.#active.values()) {
      const thread = (): ScoringThread => (active.thread ??= openScoring(active.file));
      amended.push(await rescore(people, active, { now: clock(), revision, thread, signal }, this.#options));
    }
    await tables.amendScores(amended);
    this.#refreshed += people.length;
    const { first } = this.#waiting;
    for (const run of this.#active.keys()) await this.#offsets.put(run, first === null ? this.#seen : first.revision - 1);
  }

  async #everybody(): Promise<void> {
    this.#waiting.clear();
    for (const { prediction } of this.#active.values()) await this.#options.scoreEverybody(prediction.id);
  }

  /** Threads are given back when nobody comes for a while. */
  #rest(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#next(async () => await this.#closeThreads(this.#active.values())), KEPT).unref();
  }

  async #closeThreads(active: Iterable<Active>): Promise<void> {
    for (const each of active) {
      await each.thread?.close();
      each.thread = null;
    }
  }

  /** Does the next batch in a while; one that is due sooner stays. */
  #soon(ms: number): void {
    if (this.#timer !== null || this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#next(async () => await this.#refresh());
    }, ms).unref();
  }

  #next(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#options.onUnexpected(error);
    });
  }
}
