/** One change to one profile: leaves looked at again, and what follows for the audiences. */
import { EvaluationLimit } from '../evaluate/index.ts';
import type { EvaluationContext } from '../evaluate/index.ts';
import type { DataObject } from '../evaluate/values.ts';
import type { LeafHash } from '../plan.ts';
import { parseTime } from '../time.ts';
import { hasBit, setBit } from './bits.ts';
import type { Decider, Decision, Subject } from './decide.ts';
import { NO_ENTRIES } from './entries.ts';
import type { Entries } from './entries.ts';
import type { Atom } from './matcher.ts';
import type { AudienceNode, LeafNode, Network } from './network.ts';
import type { ProfileState } from './state.ts';

export type FlipCause =
  | { readonly kind: 'event'; readonly id: string | null }
  | { readonly kind: 'attributes' | 'time' | 'rebuild' | 'removal' };

export interface Flip {
  readonly profile: string;
  readonly audience: string;
  readonly entered: boolean;
  /** Epoch ms; of a change by time alone, the instant at which it happened. */
  readonly at: number;
  readonly cause: FlipCause;
}

interface Given {
  readonly network: Network;
  readonly zone: string;
  readonly lookup: NonNullable<EvaluationContext['lookup']>;
  readonly profile: string;
  readonly state: ProfileState;
  readonly cause: FlipCause;
  /** Where flips go. */
  readonly flips: Flip[];
  readonly history: () => readonly DataObject[];
  readonly limited: Map<LeafHash, EvaluationLimit>;
}

export class Step implements Subject {
  readonly state: ProfileState;
  readonly context: EvaluationContext;
  readonly #given: Given;
  /** Audiences to decide again, by rank. */
  readonly #pending: Set<number>[] = [];
  #whole: DataObject | null = null;

  constructor(given: Given) {
    this.#given = given;
    this.state = given.state;
    this.context = { now: given.state.at, zone: given.zone, isMember: this.#isMember, lookup: given.lookup };
  }

  get record(): DataObject {
    return this.state.record;
  }

  readonly entries = (atom: Atom): Entries => this.state.entries.get(atom.index) ?? NO_ENTRIES;

  readonly whole = (): DataObject => {
    const time = (event: DataObject): number => parseTime(event['timestamp'] ?? null) ?? -Infinity;
    const xEvent = (): readonly DataObject[] => this.#given.history().toSorted((one, other) => Math.sign(time(one) - time(other)) || 0);
    this.#whole ??= { ...this.state.record, xEvent: xEvent() };
    return this.#whole;
  };

  /** Decides a leaf again. */
  look(leaf: LeafNode): void {
    if (leaf.decider === null) return;
    const { holds, next } = this.#decide(leaf.hash, leaf.decider);
    this.#wait(leaf.index, next);
    this.#set(leaf, holds);
  }

  /** Decides the audiences that hold a leaf that turned, those they refer to first. */
  settle(): void {
    for (let rank = 0; rank < this.#pending.length; rank++) {
      for (const number of this.#pending[rank] ?? []) this.#audience(number);
    }
    this.#pending.length = 0;
  }

  #decide(hash: LeafHash, decider: Decider): Decision {
    try {
      return decider.decide(this);
    } catch (error) {
      if (!(error instanceof EvaluationLimit)) throw error;
      this.#given.limited.set(hash, error);
      return { holds: false, next: Infinity };
    }
  }

  #wait(leaf: number, next: number): void {
    const { due, at } = this.state;
    if (next === Infinity) {
      due.delete(leaf);
      return;
    }
    // Never at once again, whatever was answered.
    const then = Math.max(next, at + 1);
    due.set(leaf, then);
    if (then < this.state.next) this.state.next = then;
  }

  #set(leaf: LeafNode, holds: boolean): void {
    const { truths } = this.state;
    if (hasBit(truths, leaf.index) === holds) return;
    setBit(truths, leaf.index, holds);
    for (const number of leaf.audiences) {
      const { rank } = this.#given.network.audiences[number] as AudienceNode;
      (this.#pending[rank] ??= new Set()).add(number);
    }
  }

  #audience(number: number): void {
    const { network, profile, cause, flips } = this.#given;
    const { truths, members, at } = this.state;
    const audience = network.audiences[number] as AudienceNode;
    const entered = audience.holds(truths);
    if (hasBit(members, number) === entered) return;
    setBit(members, number, entered);
    flips.push({ profile, audience: audience.key, entered, at, cause });
    for (const index of audience.askedBy) {
      const leaf = network.leaves[index] as LeafNode;
      if (leaf.audience === number) this.#set(leaf, entered);
      else this.look(leaf);
    }
  }

  readonly #isMember = (namespace: string, id: string): boolean => {
    const number = this.#given.network.numberOf(namespace, id);
    if (number !== undefined) return hasBit(this.state.members, number);
    const spaces = this.state.record['segmentMembership'] as DataObject | undefined;
    const status = ((spaces?.[namespace] as DataObject | undefined)?.[id] as DataObject | undefined)?.['status'];
    return status === 'realized' || status === 'existing';
  };
}
