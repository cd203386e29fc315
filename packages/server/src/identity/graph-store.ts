/** The graph of identities in LMDB: their numbers, which of them were seen together, and whose they are. */
import type { Database } from 'lmdb';
import type { Lmdb } from '../store/index.ts';
import type { Identity } from './identity.ts';
import { keyOf } from './identity.ts';

/** When two identities were seen together, epoch milliseconds, and by which datasets. */
export interface Link {
  readonly first: number;
  readonly last: number;
  readonly datasets: readonly string[];
}

/** A link that somebody removed by hand: it joins nobody, and records that have both identities again do not bring it back. */
export interface RemovedLink extends Link {
  /** When it was removed, epoch milliseconds. */
  readonly removed: number;
}

export interface KnownIdentity extends Identity {
  /** Whether some record has it as its primary one. */
  readonly primary: boolean;
}

type Counter = 'numbers' | 'profiles';
/** A key; the library wants it mutable. */
type Pair = [number, number];
type Name = readonly [namespace: string, id: string, primary: boolean];

/** Everything is read and written within a transaction of `transaction`; reads also outside. */
export class GraphStore {
  readonly #numbers: Database<number, string>;
  readonly #names: Database<Name, number>;
  readonly #owners: Database<number, number>;
  /** By profile and number. */
  readonly #members: Database<boolean, Pair>;
  /** Those that count; each stands there both ways. */
  readonly #links: Database<Link, Pair>;
  /** Each both ways, as well. */
  readonly #removed: Database<RemovedLink, Pair>;
  /** Profiles that are gone → the one that has their identities. */
  readonly #successors: Database<number, number>;
  readonly #counters: Database<number, Counter>;

  constructor(lmdb: Lmdb) {
    const environment = lmdb.environment<unknown>('graph', { maxDbs: 12 });
    this.#numbers = environment.openDB<number, string>('numbers', {});
    this.#names = environment.openDB<Name, number>('names', {});
    this.#owners = environment.openDB<number, number>('owners', {});
    this.#members = environment.openDB<boolean, Pair>('members', {});
    this.#links = environment.openDB<Link, Pair>('links', {});
    this.#removed = environment.openDB<RemovedLink, Pair>('removed', {});
    this.#successors = environment.openDB<number, number>('successors', {});
    this.#counters = environment.openDB<number, Counter>('counters', {});
  }

  transaction(work: () => void): void {
    this.#numbers.transactionSync(work);
  }

  get flushed(): Promise<unknown> {
    return this.#numbers.flushed;
  }

  numberOf(identity: Identity): number | undefined {
    return this.#numbers.get(keyOf(identity));
  }

  /** The number of an identity, a new one if it has none. */
  number(identity: Identity, primary: boolean): number {
    const known = this.numberOf(identity);
    if (known !== undefined) return known;
    const number = this.#next('numbers');
    this.#numbers.putSync(keyOf(identity), number);
    this.#names.putSync(number, [identity.namespace, identity.id, primary]);
    return number;
  }

  /** Notes that somebody was known by an identity first of all. False when that is known. */
  makePrimary(number: number): boolean {
    const identity = this.identityOf(number);
    if (identity === undefined || identity.primary) return false;
    this.#names.putSync(number, [identity.namespace, identity.id, true]);
    return true;
  }

  identityOf(number: number): KnownIdentity | undefined {
    const name = this.#names.get(number);
    return name && { namespace: name[0], id: name[1], primary: name[2] };
  }

  ownerOf(number: number): number | undefined {
    return this.#owners.get(number);
  }

  /** The numbers of a profile's identities, ascending. */
  membersOf(profile: number): readonly number[] {
    return [...this.#members.getKeys({ start: [profile, 0], end: [profile + 1, 0] })].map(([, number]) => number);
  }

  setOwner(number: number, profile: number): void {
    const before = this.ownerOf(number);
    if (before !== undefined) this.#members.removeSync([before, number]);
    this.#owners.putSync(number, profile);
    this.#members.putSync([profile, number], true);
  }

  isGone(profile: number): boolean {
    return [...this.#members.getKeys({ start: [profile, 0], end: [profile + 1, 0], limit: 1 })].length === 0;
  }

  setSuccessor(profile: number, successor: number): void {
    this.#successors.putSync(profile, successor);
  }

  get successors(): Iterable<readonly [profile: number, successor: number]> {
    return this.#successors.getRange().map(({ key, value }) => [key, value] as const);
  }

  newProfile(): number {
    return this.#next('profiles');
  }

  link(one: number, other: number): Link | undefined {
    return this.#links.get([one, other]);
  }

  setLink(one: number, other: number, link: Link): void {
    this.#links.putSync([one, other], link);
    this.#links.putSync([other, one], link);
  }

  /** Who was seen together with an identity, those apart whose links were removed by hand. */
  linksOf(number: number): readonly (readonly [other: number, link: Link])[] {
    return linksFrom(this.#links, number);
  }

  /** The links of identities by the numbers of their ends, each once, of those whose lower number is in a range. */
  *linksBetween(from: number, to: number): Iterable<readonly [one: number, other: number]> {
    for (const pair of this.#links.getKeys({ start: [from, 0], end: [to, 0] })) if (pair[0] < pair[1]) yield pair;
  }

  /** The profiles of the identities whose numbers are in a range. */
  *ownersBetween(start: number, end: number): Iterable<readonly [number: number, profile: number]> {
    for (const { key, value } of this.#owners.getRange({ start, end })) yield [key, value];
  }

  *namespacesBetween(start: number, end: number): Iterable<readonly [number: number, namespace: string]> {
    for (const { key, value } of this.#names.getRange({ start, end })) yield [key, value[0]];
  }

  removedLink(one: number, other: number): RemovedLink | undefined {
    return this.#removed.get([one, other]);
  }

  /** It counts no more. */
  setRemovedLink(one: number, other: number, link: RemovedLink): void {
    for (const pair of bothWays(one, other)) {
      this.#links.removeSync(pair);
      this.#removed.putSync(pair, link);
    }
  }

  /** Forgets that a link was removed; it counts again when it is set. */
  dropRemovedLink(one: number, other: number): void {
    for (const pair of bothWays(one, other)) this.#removed.removeSync(pair);
  }

  removedLinksOf(number: number): readonly (readonly [other: number, link: RemovedLink])[] {
    return linksFrom(this.#removed, number);
  }

  /** Each once. */
  *removedLinks(): Iterable<readonly [one: number, other: number, link: RemovedLink]> {
    for (const { key, value } of this.#removed.getRange()) if (key[0] < key[1]) yield [key[0], key[1], value];
  }

  /** Takes a profile and its identities out, as though nobody had seen them. Neither its ordinal nor their numbers are given again. */
  forget(profile: number): void {
    for (const number of this.membersOf(profile)) {
      const identity = this.identityOf(number);
      if (identity !== undefined) this.#numbers.removeSync(keyOf(identity));
      for (const [other] of this.linksOf(number)) {
        this.#links.removeSync([number, other]);
        this.#links.removeSync([other, number]);
      }
      for (const [other] of this.removedLinksOf(number)) this.dropRemovedLink(number, other);
      this.#names.removeSync(number);
      this.#owners.removeSync(number);
      this.#members.removeSync([profile, number]);
    }
    for (const [gone, successor] of this.successors) if (successor === profile) this.#successors.removeSync(gone);
  }

  /** Numbers and profiles begin here; for data of before there was a graph. */
  beginAt(next: number): void {
    this.#counters.putSync('numbers', next);
    this.#counters.putSync('profiles', next);
  }

  /** Puts in an identity with a given number. */
  place({ namespace, id, primary }: KnownIdentity, number: number): void {
    this.#numbers.putSync(keyOf({ namespace, id }), number);
    this.#names.putSync(number, [namespace, id, primary]);
  }

  /** How many links count, and how many were removed. */
  get linkCounts(): { readonly links: number; readonly removed: number } {
    const pairs = (links: Database<Link, Pair>): number => (links.getStats() as { readonly entryCount: number }).entryCount / 2;
    return { links: pairs(this.#links), removed: pairs(this.#removed) };
  }

  /** Numbers given so far: identities have those from 0 on. */
  get count(): number {
    return this.#counters.get('numbers') ?? 0;
  }

  get isEmpty(): boolean {
    return this.#counters.get('profiles') === undefined;
  }

  #next(counter: Counter): number {
    const next = this.#counters.get(counter) ?? 0;
    if (next > LAST) throw new Error(`more than 4,294,967,295 ${counter}`);
    this.#counters.putSync(counter, next + 1);
    return next;
  }
}

function linksFrom<L extends Link>(links: Database<L, Pair>, number: number): readonly (readonly [other: number, link: L])[] {
  return [...links.getRange({ start: [number, 0], end: [number + 1, 0] })].map(({ key, value }) => [key[1], value] as const);
}

function bothWays(one: number, other: number): readonly [Pair, Pair] {
  return [
    [one, other],
    [other, one],
  ];
}

const LAST = 0xffff_fffe;
