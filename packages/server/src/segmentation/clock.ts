/** What a leaf makes of the clock. */
import type { Leaf, Value } from '@kindred/pql';
import { evaluateValue } from '@kindred/pql';

export interface Clock {
  /** The instant of evaluation, epoch ms. */
  readonly now: number;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Everything in a leaf that the clock settles, as text: equal at two instants when the leaf means the same at both. */
export function clockKey(leaf: Leaf, clock: Clock): string {
  return settled(leaf, clock);
}

/** As `clockKey`, without the windows of events: as long as it is equal, the leaf differs in its windows at most. */
export function clockBesidesWindows(leaf: Leaf, clock: Clock): string {
  switch (leaf.kind) {
    case 'event':
      return settled({ ...leaf, selection: { ...leaf.selection, window: null } }, clock);
    case 'sequence':
      return settled(
        leaf.steps.map((step) => ({ ...step, selection: { ...step.selection, window: null } })),
        clock,
      );
    default:
      return settled(leaf, clock);
  }
}

function settled(part: unknown, clock: Clock): string {
  const found: unknown[] = [];
  collect(part, clock, found);
  return found.length === 0 ? '' : JSON.stringify([clock.zone, ...found]);
}

/** The largest values that look at the clock and at no data. */
function collect(part: unknown, clock: Clock, found: unknown[]): void {
  if (typeof part !== 'object' || part === null || !mentions(part, 'now')) return;
  if ('op' in part && 'type' in part && !mentions(part, 'variable')) found.push(evaluateValue(part as Value, {}, clock));
  else for (const inner of Object.values(part)) collect(inner, clock, found);
}

function mentions(part: unknown, op: string): boolean {
  if (typeof part !== 'object' || part === null) return false;
  return ('op' in part && part.op === op) || Object.values(part).some((inner) => mentions(inner, op));
}
