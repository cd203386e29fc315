/** States of profiles: open ones, which change, and packed ones, a text each, which take a fraction of the memory or none. */
import type { Network } from './network.ts';
import { readState, stateBytes, writeState } from './state.ts';
import type { ProfileState } from './state.ts';

/** Where packed states are kept, by profile. */
export interface PackedStates {
  get(profile: string): string | undefined;
  /** The same, of one that is open from then on: it may be let go of. */
  take(profile: string): string | undefined;
  set(profile: string, text: string): void;
  delete(profile: string): void;
  clear(): void;
  /** About how much memory it takes. */
  bytesOf(profile: string): number;
}

/** What is kept of a text besides its letters: the entry of a map, and the timer. */
const PACKED_BYTES = 200;

/** In memory. */
class PackedInMemory implements PackedStates {
  readonly #texts = new Map<string, string>();

  get(profile: string): string | undefined {
    return this.#texts.get(profile);
  }

  take(profile: string): string | undefined {
    const text = this.#texts.get(profile);
    this.#texts.delete(profile);
    return text;
  }

  set(profile: string, text: string): void {
    this.#texts.set(profile, text);
  }

  delete(profile: string): void {
    this.#texts.delete(profile);
  }

  clear(): void {
    this.#texts.clear();
  }

  bytesOf(profile: string): number {
    const text = this.#texts.get(profile);
    return text === undefined ? 0 : PACKED_BYTES + text.length;
  }
}

export class States {
  readonly #network: Network;
  readonly #open = new Map<string, ProfileState>();
  readonly #packed: PackedStates;

  constructor(network: Network, packed: PackedStates = new PackedInMemory()) {
    this.#network = network;
    this.#packed = packed;
  }

  has(profile: string): boolean {
    return this.#open.has(profile) || this.#packed.get(profile) !== undefined;
  }

  isOpen(profile: string): boolean {
    return this.#open.has(profile);
  }

  /** Opens it when it is packed. */
  get(profile: string): ProfileState | undefined {
    const open = this.#open.get(profile);
    if (open !== undefined) return open;
    const text = this.#packed.take(profile);
    if (text === undefined) return undefined;
    const state = readState(text, this.#network);
    this.#open.set(profile, state);
    return state;
  }

  set(profile: string, state: ProfileState): void {
    this.#open.set(profile, state);
  }

  delete(profile: string): void {
    this.#packed.delete(profile);
    this.#open.delete(profile);
  }

  clear(): void {
    this.#packed.clear();
    this.#open.clear();
  }

  pack(profile: string): void {
    const state = this.#open.get(profile);
    if (state === undefined) return;
    this.#open.delete(profile);
    this.#packed.set(profile, writeState(state, this.#network));
  }

  /** As it is written down; null when there is none. */
  text(profile: string): string | null {
    const state = this.#open.get(profile);
    return state === undefined ? (this.#packed.get(profile) ?? null) : writeState(state, this.#network);
  }

  /** About how much memory it takes: packed with its record, open without it, which is that of whoever gave it. */
  bytesOf(profile: string): number {
    const state = this.#open.get(profile);
    return state === undefined ? this.#packed.bytesOf(profile) : stateBytes(state);
  }
}
