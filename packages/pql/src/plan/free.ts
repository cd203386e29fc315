/** What a term depends on. */
import { rewriteTest, rewriteValue } from '../terms.ts';
import type { Rewrite } from '../terms.ts';
import type { Test, Value } from '../term.ts';

export interface Uses {
  /** Attributes of the profile. */
  readonly profile: boolean;
  /** The profile's events. */
  readonly events: boolean;
  /** Membership in other audiences. */
  readonly audiences: boolean;
  /** The clock. */
  readonly clock: boolean;
  /** Records of lookup entities. */
  readonly lookups: boolean;
  /** Variables other than the profile that are not bound inside. */
  readonly free: ReadonlySet<number>;
}

/** `profile.xEvent`. */
export function isEvents(value: Value): boolean {
  return value.op === 'field' && value.name === 'xEvent' && value.object.op === 'variable' && value.object.id === 0;
}

class Collector {
  profile = false;
  events = false;
  audiences = false;
  clock = false;
  lookups = false;
  readonly used = new Set<number>();
  readonly bound = new Set<number>();

  readonly rewrite: Rewrite = {
    test: (test) => {
      if (test.op === 'audience') this.audiences = true;
      if (test.op === 'some' || test.op === 'every') this.bound.add(test.variable);
      if (test.op === 'sequence') for (const step of test.steps) this.bound.add(step.variable);
      return rewriteTest(test, this.rewrite);
    },
    value: (value) => {
      if (isEvents(value)) {
        this.events = true;
        return value;
      }
      if (value.op === 'now') this.clock = true;
      if (value.op === 'lookup') this.lookups = true;
      if (value.op === 'variable' && value.id === 0) this.profile = true;
      else if (value.op === 'variable') this.used.add(value.id);
      else if ('variable' in value) this.bound.add(value.variable);
      return rewriteValue(value, this.rewrite);
    },
  };

  uses(): Uses {
    const { profile, events, audiences, clock, lookups } = this;
    return { profile, events, audiences, clock, lookups, free: this.used.difference(this.bound) };
  }
}

export function usesOf(test: Test): Uses {
  const collector = new Collector();
  collector.rewrite.test(test);
  return collector.uses();
}

export function usesOfValue(value: Value): Uses {
  const collector = new Collector();
  collector.rewrite.value(value);
  return collector.uses();
}

/** Made of literals and the clock only. */
export function isConstant(value: Value): boolean {
  const { profile, events, audiences, free } = usesOfValue(value);
  return !profile && !events && !audiences && free.size === 0;
}
