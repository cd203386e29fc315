/**
 * Keeps audiences that ask for streaming or edge evaluation right while data comes and time passes. Whoever a record or an event is
 * about is decided at once by the state machines; when too many come for that, everybody is evaluated, which is dear but does not grow
 * with them. Who turns by time alone is found ahead of it, and turned at that instant.
 */
import type { UnionSchema } from '@kindred/pql';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProfileTables, ReadableTables } from '../../profile/index.ts';
import { Bitmap } from '../bitmap/index.ts';
import type { CauseKind } from '../cause.ts';
import type { Definitions } from '../definitions.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Memberships } from '../memberships.ts';
import type { Refresh } from '../refresh.ts';
import type { Upkeep } from '../upkeep.ts';
import type { Followed, FollowedAudiences } from './audiences.ts';
import { FindFollowed } from './audiences.ts';
import { Costs, MOST_CAUSES } from './costs.ts';
import type { Deciding, Follower, LiveStates, Turned } from './follower.ts';
import { statesOf } from './follower.ts';
import { fewWithoutState, lookAhead } from './look-ahead.ts';
import { amendedBy, causesOf } from './turns.ts';
import type { PackedPlaces } from './packed-states.ts';
import { Soon } from './soon.ts';
import { Telling } from './telling.ts';
import type { Touches } from './touched.ts';
import { inPieces, Touched } from './touched.ts';

export interface LiveOptions {
  readonly tables: Pick<ProfileTables, 'onChanged' | 'onMoved' | 'moved'>;
  readonly upkeep: Upkeep;
  readonly refresh: Refresh;
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  readonly evaluator: Evaluator;
  readonly schema: () => UnionSchema;
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  readonly places: PackedPlaces;
  readonly clock: () => Date;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  readonly onUnexpected: (error: unknown) => void;
}

/** Live memberships and those of batch evaluation, at one instant. */
export interface Compared {
  readonly at: Date;
  /** Whom it is about. */
  readonly profiles: number;
  /** Who is in by one of them only. */
  readonly differing: readonly { readonly audience: string; readonly profile: number; readonly live: boolean; readonly batch: boolean }[];
}

/** How long the first change waits for company, in ms. */
const GATHER = 5;
/** How long to wait, in ms, until it is looked whether an evaluation was the first of an audience: many may be made one after the other. */
const NEWS = 250;
/** Of all time, what evaluations of everybody for the sake of time may take. */
const SHARE = 0.05;
/** How far to look ahead at least, in ms. */
const HORIZON = 15_000;
/** Between two looks at audiences that no state machine decides, in ms, at least. */
const TICK = 5000;
/** People who are watched for their time, at most. */
const MOST = 5000;
/** Of those watched for their time, at a time: what comes meanwhile is decided in between. */
const SOME = 500;
/** States made ahead at a time, at most and at first, at least, and for about how long, ms: what comes waits for it. */
const MADE = 1000;
const LEAST_MADE = 50;
const MAKING = 250;
/** How long to wait until it is looked for those who were left out, ms. */
const SECOND_LOOK = 30_000;
/** Longest wait of a timer, in ms: clocks are set, too. */
const LONGEST = 60_000;

export class Live {
  readonly #options: LiveOptions;
  readonly #find: FindFollowed;
  readonly #touched = new Touched();
  readonly #telling = new Telling((error) => this.#failed(error));
  readonly #costs = new Costs();
  #audiences: FollowedAudiences = { followers: [], byState: [], others: [] };
  /** Everybody whom time turns before this has a state, or turns at one of `#instants`; epoch ms. */
  #horizon = -Infinity;
  #instants: readonly number[] = [];
  /** When that was looked at last, epoch ms. */
  #looked = 0;
  /** While it is being looked further ahead: up to when, epoch ms. */
  #looking: number | null = null;
  readonly #soon: Soon;
  #comparisons = 0;
  /** From when on states are made ahead again, ms as of `performance.now`, and of how many people. */
  #rested = 0;
  #toMake = MADE;
  /** Followed since lately: what came while a job evaluated them first, nobody has looked at. */
  #fresh: readonly Followed[] = [];

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#find = new FindFollowed(options);
    this.#soon = new Soon((name, work) => {
      options.upkeep.ask(name, async (signal) => await this.#guarded(() => work(signal), signal));
    });
  }

  /** What came while nobody looked counts from the first evaluation on, which is now. */
  start(): void {
    this.#options.tables.onChanged((change) => {
      this.#touched.note(change);
      this.#soon.ask('live', GATHER, (signal) => this.#follow(signal));
    });
    // What was kept under their ordinals is somebody else's now, and timers go with it.
    this.#options.tables.onMoved(() => {
      const profiles = this.#options.tables.moved;
      for (const follower of this.#audiences.followers) follower.forget(profiles);
      this.#touched.noteMoved(profiles);
      this.#soon.ask('live', GATHER, (signal) => this.#follow(signal));
    });
    // A job may have evaluated an audience for the first time.
    this.#options.memberships.onEvaluated(() => this.#soon.ask('evaluated', NEWS, (signal) => this.#follow(signal)));
    this.#touched.everybody();
    this.#soon.ask('live', GATHER, (signal) => this.#follow(signal));
    this.#soon.ask('others', TICK, (signal) => this.#others(signal));
  }

  close(): void {
    this.#soon.close();
  }

  /** Resolves when all that was decided is told. */
  async told(): Promise<void> {
    await this.#telling.ended();
  }

  /** What is kept of people, one state for each merge policy. */
  states(): LiveStates {
    return statesOf(this.#audiences.followers);
  }

  /** Ids of the audiences that are followed. */
  async followed(): Promise<readonly string[]> {
    const { byState, others } = await this.#find.current();
    return [...byState, ...others].map(({ id }) => id);
  }

  /**
   * Compares some audiences with batch evaluation, when all that came so far is decided, and puts right what differs. People about whom
   * something comes meanwhile are left out.
   */
  async compare(ids: readonly string[]): Promise<Compared> {
    const { promise, resolve, reject } = Promise.withResolvers<Compared>();
    this.#options.upkeep.ask(`comparison ${this.#comparisons++}`, async (signal) => {
      await this.#compare(new Set(ids), signal).then(resolve, reject);
    });
    return await promise;
  }

  async #compare(ids: ReadonlySet<string>, signal: AbortSignal): Promise<Compared> {
    const { evaluator, clock, zone } = this.#options;
    await this.#follow(signal);
    const now = clock().getTime();
    await this.#catchUp(now, signal);
    const audiences = [...this.#audiences.byState, ...this.#audiences.others].filter(({ id }) => ids.has(id));
    const told = await this.#told(audiences);
    const { members, universe } = await evaluator.evaluate(
      audiences.map(({ planned }) => planned),
      { now, zone, signal },
    );
    const { people, everybody } = this.#touched.peek();
    const differing = audiences.flatMap(({ id }) => {
      const [live, batch] = [told.get(id) ?? Bitmap.empty, members.get(id) ?? Bitmap.empty];
      const profiles = everybody ? [] : [...live.xor(batch).toArray()].filter((profile) => !people.has(profile));
      return profiles.map((profile) => ({ audience: id, profile, live: live.has(profile), batch: batch.has(profile) }));
    });
    if (differing.length > 0) {
      this.#forgetAll();
      await this.#evaluate(audiences, { people: new Map(), now, signal, cause: 'evaluation' });
      this.#horizon = now;
      this.#watch();
    }
    return { at: new Date(now), profiles: universe.size, differing };
  }

  /** Decides about all that came so far, by data and by time. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { people, everybody } = this.#touched.take();
    const audiences = await this.#current();
    const all = [...audiences.byState, ...audiences.others];
    if (all.length === 0) return;
    const now = this.#options.clock().getTime();
    const cold = new Map([...people].filter(([profile]) => !audiences.followers.every((follower) => follower.has(profile))));
    const hot = new Map([...people].filter(([profile]) => !cold.has(profile)));
    if (everybody) {
      this.#forgetAll();
      await this.#evaluate(all, { people, now, signal, cause: 'evaluation' });
      // Nobody is left whose time is known.
      this.#horizon = now;
    } else if (this.#costs.isDearer({ hot: hot.size })) {
      await this.#evaluate(all, { people, now, signal, cause: 'evaluation' });
    } else if (this.#costs.isDearer({ cold: cold.size })) {
      // Those with a state keep it: otherwise the next ones who come have none, either.
      await this.#decide(hot, new Map(), { now, signal });
      await this.#evaluate(all, { people: cold, now, signal, cause: 'evaluation' });
    } else {
      const fresh = this.#fresh;
      this.#fresh = [];
      await this.#evaluate(fresh, { people: new Map(), next: people, now, signal, cause: 'evaluation' });
      await this.#decide(hot, cold, { now, signal });
    }
    if (performance.now() >= this.#rested) await this.#makeSome(signal);
    await this.#pass(now, signal);
    this.#watch();
  }

  /** With all that time has turned without having been seen ahead: after a start, with new rules, or when the clock jumped. */
  async #catchUp(now: number, signal: AbortSignal): Promise<void> {
    await this.#pass(now, signal);
    if (this.#horizon >= now) return;
    await this.#evaluate(this.#moving(), { people: new Map(), now, signal, cause: 'time' });
    this.#horizon = now;
  }

  #moving(): readonly Followed[] {
    return this.#audiences.byState.filter(({ readsClock }) => readsClock);
  }

  async #current(): Promise<FollowedAudiences> {
    const audiences = await this.#find.current();
    if (audiences !== this.#audiences) {
      // Nobody has a state in new machines.
      this.#horizon = -Infinity;
      const known = new Set([...this.#audiences.byState, ...this.#audiences.others].map(({ decidedBy }) => decidedBy));
      const fresh = [...audiences.byState, ...audiences.others].filter(({ decidedBy }) => !known.has(decidedBy));
      this.#fresh = [...this.#fresh, ...fresh];
      if (fresh.length > 0) this.#soon.ask('live', GATHER, (signal) => this.#follow(signal));
      this.#audiences = audiences;
      await this.#options.places.clear();
      this.#warmUp();
    }
    return audiences;
  }

  /** What is known may have changed in another way than told. */
  #forgetAll(): void {
    for (const follower of this.#audiences.followers) follower.forgetAll();
    this.#warmUp();
  }

  /** Makes states ahead. */
  #warmUp(): void {
    this.#rested = 0;
    this.#soon.ask('warm up', NEWS, async (signal) => await this.#makeSome(signal));
  }

  /**
   * States of some who have none, half of the time at most. Who comes next then finds theirs, and it is known when time turns them: the
   * sooner all of them have one, the less there is to do.
   */
  async #makeSome(signal: AbortSignal): Promise<void> {
    const { followers } = await this.#current();
    const began = performance.now();
    let made = 0;
    for (const follower of followers) {
      const people = await follower.nextCold(this.#toMake);
      made += people.length;
      const turned = await follower.load(people, this.#deciding(this.#options.clock().getTime(), signal));
      // Of whom something is being written, or whom time has turned: that is told when it is looked at.
      follower.forget(turned.map(({ profile }) => profile));
    }
    const took = performance.now() - began;
    const pause = made === 0 ? SECOND_LOOK : took;
    if (made > 0) this.#toMake = Math.max(LEAST_MADE, Math.min(MADE, Math.round((made * MAKING) / took)));
    this.#rested = began + took + pause;
    this.#soon.ask('warm up', pause, async (again) => await this.#makeSome(again), true);
    this.#watch();
  }

  /** Decides about people one by one: those with a state, and those without. */
  async #decide(hot: Touches, cold: Touches, { now, signal }: { readonly now: number; readonly signal: AbortSignal }): Promise<void> {
    const people = new Map([...hot, ...cold]);
    if (people.size === 0) return;
    const { refresh } = this.#options;
    const { followers, others } = this.#audiences;
    const began = performance.now();
    for (const some of inPieces(people, this.#costs.together)) {
      const deciding = this.#deciding(now, signal);
      const turned = await this.#ofAll((follower) => follower.decide(some, deciding));
      this.#costs.turned(some.size, turned.length);
      await this.#tell(turned, now, Bitmap.of(some.keys()));
    }
    for (const follower of followers) follower.shrink(this.#looking ?? this.#horizon);
    if (others.length > 0) {
      await this.#telling.ended();
      const ids = new Set(others.map(({ id }) => id));
      await refresh.people([...people.keys()], signal, { wanted: ({ id }) => ids.has(id), cause: 'evaluation' });
    }
    this.#costs.decided(performance.now() - began, hot.size, cold.size);
  }

  /** Of one after the other: where one fails, none is under way. */
  async #ofAll(decide: (follower: Follower) => Promise<readonly Turned[]>): Promise<readonly Turned[]> {
    const turned: (readonly Turned[])[] = [];
    for (const follower of this.#audiences.followers) turned.push(await decide(follower));
    return turned.flat();
  }

  #deciding(now: number, signal: AbortSignal): Deciding {
    const { tables } = this.#options;
    const before = async (): Promise<ReadonlyMap<string, Bitmap>> => await this.#told(this.#audiences.byState);
    return { now, before, moved: new Set(tables.moved), signal };
  }

  /** Who is in as far as it was decided before. */
  async #told(audiences: readonly Followed[]): Promise<ReadonlyMap<string, Bitmap>> {
    await this.#telling.ended();
    return await this.#options.memberships.loadMany(audiences.map(({ id }) => id));
  }

  /** Puts those who turned where they are now. `people`: all who were decided. */
  async #tell(turned: readonly Turned[], now: number, people: Bitmap): Promise<void> {
    const { memberships } = this.#options;
    const versions = new Map(this.#audiences.byState.map(({ id, version }) => [id, version]));
    const amended = amendedBy(turned, versions);
    if (people.size > 0) await this.#telling.begin(() => memberships.amend(amended, new Date(now), { audiences: versions, people }));
  }

  /** Everybody, at once. Of those about whom something came, it is found out what made them turn. */
  async #evaluate(
    audiences: readonly Followed[],
    {
      people,
      next = new Map(),
      now,
      signal,
      cause,
    }: {
      readonly people: Touches;
      /** Who is decided one by one right after. */
      readonly next?: Touches;
      readonly now: number;
      readonly signal: AbortSignal;
      readonly cause: CauseKind;
    },
  ): Promise<void> {
    if (audiences.length === 0) return;
    const { memberships } = this.#options;
    const began = performance.now();
    const before = await this.#told(audiences);
    const members = await this.#membersAt(audiences, now, signal);
    const { byState, others } = this.#audiences;
    if (audiences.length === byState.length + others.length) this.#costs.evaluated(performance.now() - began);
    const turned = new Set<number>();
    for (const [id, told] of before) {
      for (const profile of told.xor(members.get(id) ?? Bitmap.empty).toArray()) if (people.has(profile)) turned.add(profile);
    }
    const some = new Map([...people].filter(([profile]) => turned.has(profile)).slice(0, MOST_CAUSES));
    for (const follower of this.#audiences.followers) follower.forget(people.keys());
    const withState = this.#audiences.followers.map((follower) => ({ follower, people: Bitmap.of(follower.people()) }));
    const deciding = { ...this.#deciding(now, signal), before: () => Promise.resolve(before) };
    const causes = causesOf(await this.#ofAll((follower) => follower.decide(some, deciding)));
    // About whom something came meanwhile is decided when that is looked at, so that it is known what turned them.
    const later = Bitmap.of([...this.#touched.peek().people.keys(), ...next.keys()]);
    // And whoever has a state is told by it alone: it may know of what was written since.
    const keptOf = (audience: string): Bitmap => withState.find(({ follower }) => follower.decides(audience))?.people.or(later) ?? later;
    await memberships.amend(
      audiences.flatMap(({ id, version }) => {
        const [found, told] = [members.get(id), before.get(id)];
        if (found === undefined || told === undefined) return [];
        const kept = keptOf(id);
        const inside = kept.size === 0 ? found : found.andNot(kept).or(told.and(kept));
        return [{ audience: id, version, about: null, members: inside, cause, causes: causes.get(id) }];
      }),
      new Date(now),
    );
    // Their states know of what came after the evaluation, which nobody has been told: they are compared with what was told next time.
    for (const follower of this.#audiences.followers) follower.forget(people.keys());
    // And it is not known when time turns them.
    if (people.size > 0) this.#horizon = now;
  }

  async #membersAt(audiences: readonly Followed[], instant: number, signal: AbortSignal): Promise<ReadonlyMap<string, Bitmap>> {
    const { evaluator, zone } = this.#options;
    const planned = audiences.map((audience) => audience.planned);
    return (await evaluator.evaluate(planned, { now: instant, zone, signal })).members;
  }

  /** Time has passed: those who were seen to turn do. */
  async #pass(now: number, signal: AbortSignal): Promise<void> {
    const turned = this.#audiences.followers.flatMap((follower) => follower.pass(now));
    await this.#tell(turned, now, Bitmap.of(turned.map(({ profile }) => profile)));
    const isDue = this.#instants.some((instant) => instant <= now);
    this.#instants = this.#instants.filter((instant) => instant > now);
    if (isDue) await this.#evaluate(this.#moving(), { people: new Map(), now, signal, cause: 'time' });
  }

  /** Finds who turns by time alone, further ahead. What comes meanwhile does not wait for it. */
  async #lookAhead(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await this.#current();
    await this.#catchUp(clock().getTime(), signal);
    const from = this.#horizon;
    const to = from + Math.max(HORIZON, this.#costs.all / SHARE);
    this.#looking = to;
    try {
      const instants = await this.#makeReady(from, to, signal);
      if (instants !== null) {
        this.#instants = [...this.#instants, ...instants];
        this.#horizon = to;
      }
    } finally {
      this.#looking = null;
    }
    this.#looked = clock().getTime();
    await this.#pass(this.#looked, signal);
    this.#watch();
  }

  /**
   * Makes states of those whom time turns in a stretch, and gives the instants at which too many turn for that; null when what came meanwhile
   * has changed the rules, or has let go of states.
   */
  async #makeReady(from: number, to: number, signal: AbortSignal): Promise<readonly number[] | null> {
    const { clock } = this.#options;
    const audiences = this.#audiences;
    const moving = this.#moving();
    const few = await fewWithoutState(audiences.followers, MOST);
    if (moving.length === 0 || few?.people.length === 0) return [];
    const goOn = async (): Promise<boolean> => {
      await this.#follow(signal);
      return this.#audiences === audiences && this.#horizon === from;
    };
    const membersAt = async (asked: readonly Followed[], instant: number) => {
      const found = this.#membersAt(asked, instant, signal);
      const ended = found.then(
        () => true,
        () => true,
      );
      while (!(await Promise.race([ended, sleep(GATHER, false)]))) await goOn();
      return await found;
    };
    const told = await this.#told(moving);
    const { people, instants } = few ?? (await lookAhead(moving, { from, to, told }, { membersAt, most: MOST }));
    for (let first = 0; first < people.length; first += SOME) {
      if (!(await goOn())) return null;
      const deciding = this.#deciding(clock().getTime(), signal);
      const turned = await this.#ofAll((follower) => follower.load(people.slice(first, first + SOME), deciding));
      this.#lookAgain(turned.map(({ profile }) => profile));
    }
    return this.#audiences === audiences && this.#horizon === from ? instants : null;
  }

  /** Of people who turned without anything having been told of them: it may be told in a moment, and is what turned them then. */
  #lookAgain(people: readonly number[]): void {
    if (people.length === 0) return;
    for (const follower of this.#audiences.followers) follower.forget(people);
    this.#touched.noteTurned(people);
    this.#soon.ask('live', GATHER, (signal) => this.#follow(signal));
  }

  /** Wakes when somebody is due, and when it is time to look further ahead. */
  #watch(): void {
    const { followers, byState } = this.#audiences;
    const now = this.#options.clock().getTime();
    const due = Math.min(Infinity, ...followers.map((follower) => follower.nextDue() ?? Infinity), ...this.#instants);
    if (due !== Infinity) this.#soon.ask('due', Math.min(LONGEST, due - now), (signal) => this.#follow(signal), true);
    if (byState.length === 0 || this.#looking !== null) return;
    const early = HORIZON / 3 + 2 * this.#costs.all;
    const soonest = this.#looked + this.#costs.all;
    this.#soon.ask('ahead', Math.max(this.#horizon - early, soonest) - now, (signal) => this.#lookAhead(signal), true);
  }

  /** Audiences that no state machine decides follow time in steps. */
  async #others(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    try {
      const moving = (await this.#current()).others.filter(({ readsClock }) => readsClock);
      const now = this.#options.clock().getTime();
      if (moving.length > 0) await this.#evaluate(moving, { people: new Map(), now, signal, cause: 'time' });
    } finally {
      this.#soon.ask('others', Math.max(TICK, (performance.now() - began) / SHARE), (again) => this.#others(again));
    }
  }

  /** What fails is tried again with the next change, or in a while. */
  async #guarded(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#touched.everybody();
    this.#horizon = -Infinity;
    this.#options.onUnexpected(error);
    this.#soon.ask('live', TICK, (again) => this.#follow(again));
  }
}
