/**
 * Who turns by the passing of time alone, before it does: everybody is evaluated as of an instant to come, and those who would be in
 * other audiences than they are now are known. Where those are too many, as at midnight, it is found out at which seconds they turn.
 */
import type { Leaf, Plan } from '@kindred/pql';
import { resolveInstant } from '@kindred/pql';
import { Bitmap } from '../bitmap/index.ts';
import type { Followed } from './audiences.ts';
import type { Follower } from './follower.ts';

export interface LookAheadOptions {
  /** Members by audience, as of an instant (epoch ms). */
  readonly membersAt: (audiences: readonly Followed[], instant: number) => Promise<ReadonlyMap<string, Bitmap>>;
  /** People looked at one by one, at most. */
  readonly most: number;
}

export interface Ahead {
  /** Who may turn, one by one. */
  readonly people: readonly number[];
  /** Instants at which many turn, rising, epoch ms: everybody is to be evaluated then. */
  readonly instants: readonly number[];
}

/** Many who turn within this time are evaluated together, at its end; ms. */
const TOGETHER = 1000;
/** Looks in between, at most. */
const MOST_LOOKS = 20;

/**
 * Who of the audiences' people turns after `from` and not after `to`, epoch ms.
 * @param told who is in now; of those who turn before `from` it does not matter whether they are told once more
 */
export async function lookAhead(
  audiences: readonly Followed[],
  { from, to, told }: { readonly from: number; readonly to: number; readonly told: Instant['members'] },
  { membersAt, most }: LookAheadOptions,
): Promise<Ahead> {
  const people = new Set<number>();
  const instants: number[] = [];
  const between = async (low: Instant, high: Instant): Promise<void> => {
    const turned = differing(low.members, high.members);
    if (turned.size + people.size <= most) {
      for (const profile of turned.toArray()) people.add(profile);
    } else if (high.at - low.at <= TOGETHER) {
      instants.push(high.at);
    } else {
      const middle = await look(Math.floor((low.at + high.at) / 2));
      await between(low, middle);
      await between(middle, high);
    }
  };
  const look = async (at: number): Promise<Instant> => ({ at, members: await membersAt(audiences, at) });
  // What comes and goes in between is seen when no look is further from the next than the shortest window is long.
  const step = Math.max(TOGETHER, (to - from) / MOST_LOOKS, Math.min(to - from, shortestWindow(audiences, from)));
  let low: Instant = { at: from, members: told };
  while (low.at < to) {
    const high = await look(Math.min(to, Math.ceil(low.at + step)));
    await between(low, high);
    low = high;
  }
  return { people: [...people], instants };
}

/** Those whose time is not known, when they are few: with a state it is, which takes less than evaluating everybody. Null: they are many. */
export async function fewWithoutState(followers: readonly Pick<Follower, 'left'>[], most: number): Promise<Ahead | null> {
  const people = new Set<number>();
  for (const follower of followers) {
    const left = await follower.left(most);
    if (left === null) return null;
    for (const profile of left) people.add(profile);
  }
  return { people: [...people], instants: [] };
}

interface Instant {
  readonly at: number;
  readonly members: ReadonlyMap<string, Bitmap>;
}

function differing(one: Instant['members'], other: Instant['members']): Bitmap {
  let all = Bitmap.empty;
  for (const [audience, members] of one) all = all.or(members.xor(other.get(audience) ?? Bitmap.empty));
  return all;
}

/** Of the windows that the clock opens and closes, the length of the shortest, in ms; Infinity when there is none. */
function shortestWindow(audiences: readonly Followed[], now: number): number {
  return audiences.flatMap(({ planned }) => windowsOf(planned.plan, now)).reduce((least, length) => Math.min(least, length), Infinity);
}

function windowsOf({ leaves }: Plan, now: number): readonly number[] {
  return Object.values(leaves).flatMap((leaf) => selectionsOf(leaf).flatMap(({ window: { from, to } }) => lengthOf(from?.at, to?.at, now)));
}

type Selection = Extract<Leaf, { readonly kind: 'event' }>['selection'];
type Edge = NonNullable<Selection['window']['from']>['at'] | undefined;

function selectionsOf(leaf: Leaf): readonly Selection[] {
  if (leaf.kind === 'event') return [leaf.selection];
  return leaf.kind === 'sequence' ? leaf.steps.map(({ selection }) => selection) : [];
}

/** Nothing for windows that are open, or as long as the data says. */
function lengthOf(from: Edge, to: Edge, now: number): readonly number[] {
  if (from === undefined || to === undefined) return [];
  const [start, end] = [resolveInstant(from, { now, zone: 'UTC' }), resolveInstant(to, { now, zone: 'UTC' })];
  return start === null || end === null || end <= start ? [] : [end - start];
}
