/** States of profiles: open ones, which change, and packed ones, a text each, which take a fraction of the memory. */
import type { Network } from './network.ts';
import { readState, stateBytes, writeState } from './state.ts';
import type { ProfileState } from './state.ts';

/** What is kept of a text besides its letters: the entry of a map, and the timer. */
const PACKED_BYTES = 200;

export class States {
  readonly #network: Network;
  readonly #open = new Map<string, ProfileState>();
  readonly #packed = new Map<string, string>();

  constructor(network: Network) {
    this.#network = network;
  }

  has(profile: string): boolean {
    return this.#open.has(profile) || this.#packed.has(profile);
  }

  isPacked(profile: string): boolean {
    return this.#packed.has(profile);
  }

  /** Opens it when it is packed. */
  get(profile: string): ProfileState | undefined {
    const text = this.#packed.get(profile);
    if (text === undefined) return this.#open.get(profile);
    const state = readState(text, this.#network);
    this.set(profile, state);
    return state;
  }

  set(profile: string, state: ProfileState): void {
    this.#packed.delete(profile);
    this.#open.set(profile, state);
  }

  delete(profile: string): void {
    this.#packed.delete(profile);
    this.#open.delete(profile);
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
    if (state !== undefined) return stateBytes(state);
    const text = this.#packed.get(profile);
    return text === undefined ? 0 : PACKED_BYTES + text.length;
  }
}
