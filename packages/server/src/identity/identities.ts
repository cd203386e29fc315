/**
 * Identities → profiles. Every identity has a number; identities that records had together are linked, and a graph of linked
 * ones is a person, a profile, with an ordinal of its own. Ordinals count from 0 without gaps to speak of, so sets of profiles are
 * small bitmaps.
 *
 * The graph is in LMDB, where a look-up takes microseconds; the table `identities` in ClickHouse is what queries see. What LMDB has
 * and the tables may lack stands in two outboxes: identities for the table, and rows that have to go to another profile
 * (`moves`), which whoever holds the rows takes. So both survive a crash between the stores.
 */
import type { Database } from 'lmdb';
import type { ClickHouse, Lmdb } from '../store/index.ts';
import { literal } from '../store/index.ts';
import type { Amendment, AmendedLink, NamedLinks, NumberedLink } from './amend.ts';
import { amend, removedLinks, requireLinks, withNames } from './amend.ts';
import type { RemovedLink } from './graph-store.ts';
import { GraphStore } from './graph-store.ts';
import type { Identity, ProfileIdentity, SeenPerson } from './identity.ts';
import { adoptOrdinals } from './adopt-ordinals.ts';
import type { Arrival, Assigned, Filed } from './linker.ts';
import { LargeGraphs } from './large-graphs.ts';
import { Linker } from './linker.ts';
import type { FindNamespace, LinkingRules } from './linking-rules.ts';
import { LARGEST_GRAPH, rankOf, STITCH_ALL } from './linking-rules.ts';
import { Namespaces } from './namespaces.ts';
import type { OutsideLinks, PersonGraph } from './person-graph.ts';
import { outsideLinks, personGraph } from './person-graph.ts';
import { settledIdentities } from './settled.ts';
import { Succession } from './succession.ts';

/** All profiles, as a bitmap of ordinals in the column `members`. */
export const UNIVERSE = 'SELECT groupBitmapState(profile) AS members FROM identities';

/** People per transaction: writing blocks the process for some ten milliseconds, not more. */
const SLICE = 4096;

/** Rows stored under an identity that belong to another profile than before. */
export interface Move {
  /** The number of the identity. */
  readonly number: number;
  /** Profiles that may still hold rows of it. */
  readonly from: readonly number[];
  readonly to: number;
}

export interface Resolved {
  /** The ordinals of the people, in their order. */
  readonly profiles: Uint32Array;
  /** What their records are filed under. */
  readonly filed: readonly Filed[];
  /** Of their profiles and others, those whose identities have changed. */
  readonly named: ReadonlySet<number>;
}

/** The rules, or how many identities are sorted by them already. */
type Setting = LinkingRules | number;

export interface IdentitiesOptions {
  readonly find?: FindNamespace;
}

export class Identities {
  readonly #clickhouse: ClickHouse;
  readonly #graph: GraphStore;
  readonly #outbox: Database<readonly Assigned[], number>;
  readonly #moves: Database<Move, number>;
  readonly #settings: Database<Setting, 'rules' | 'relinking'>;
  readonly #find: FindNamespace;
  readonly #large = new LargeGraphs();
  /** Who took the place of profiles that are no more. */
  readonly succession: Succession;
  #published = 0;

  private constructor(lmdb: Lmdb, clickhouse: ClickHouse, { find }: IdentitiesOptions) {
    const environment = lmdb.environment<unknown>('graph', { maxDbs: 12 });
    const namespaces = new Namespaces();
    this.#clickhouse = clickhouse;
    this.#graph = new GraphStore(lmdb);
    this.succession = new Succession(this.#graph.successors);
    this.#outbox = environment.openDB<readonly Assigned[], number>('outbox', {});
    this.#moves = environment.openDB<Move, number>('moves', {});
    this.#settings = environment.openDB<Setting, 'rules' | 'relinking'>('settings', {});
    this.#find = find ?? ((code) => namespaces.find(code));
  }

  /** Opens the graph and brings the table up to it. The table must be there. */
  static async open(lmdb: Lmdb, clickhouse: ClickHouse, options: IdentitiesOptions = {}): Promise<Identities> {
    const identities = new Identities(lmdb, clickhouse, options);
    if (identities.#graph.isEmpty) await adoptOrdinals(lmdb, clickhouse, identities.#graph);
    await identities.#publish();
    return identities;
  }

  /** The rules by which people are told apart. */
  get rules(): LinkingRules {
    return (this.#settings.get('rules') as LinkingRules | undefined) ?? STITCH_ALL;
  }

  /** Whether a change of the rules was cut off: not everybody is sorted by them yet. */
  get relinking(): boolean {
    return this.#settings.get('relinking') !== undefined;
  }

  /**
   * Sorts everybody anew, by other rules when some are given; a change that was cut off goes on where it was. Rows may have to be filed
   * elsewhere and to move afterwards: see `refiled` and `moves`. It is over with `relinked`. One caller at a time.
   */
  async relink(rules?: LinkingRules): Promise<void> {
    if (rules !== undefined) {
      this.#graph.transaction(() => {
        this.#settings.putSync('rules', rules);
        this.#settings.putSync('relinking', 0);
      });
      // How much an identity tells is another now.
      this.#large.clear();
    }
    const { count } = this.#graph;
    const isSettled = await settledIdentities(this.#graph, { unique: new Set(this.rules.unique), largest: LARGEST_GRAPH });
    const sorted = new Set<number>();
    for (let from = Number(this.#settings.get('relinking') ?? count); from < count; from += SLICE) {
      const to = Math.min(count, from + SLICE);
      const open: number[] = [];
      // Folders of before there was a graph left numbers out.
      for (let number = from; number < to; number++)
        if (!isSettled(number) && !sorted.delete(number) && this.#graph.ownerOf(number) !== undefined) open.push(number);
      if (open.length === 0) continue;
      const { sorted: done } = this.#change((linker) => {
        for (const number of open) linker.touch(number);
        this.#settings.putSync('relinking', to);
      });
      for (const number of done) if (number >= to) sorted.add(number);
      await new Promise(setImmediate);
    }
    await this.#graph.flushed;
    await this.#publish();
  }

  /** Says that rows are filed by the rules in force. */
  async relinked(): Promise<void> {
    this.#graph.transaction(() => this.#settings.removeSync('relinking'));
    await this.#graph.flushed;
  }

  /** How much an identity of a namespace counts by the rules in force: the smaller, the more. */
  rankOf(namespace: string): number {
    return rankOf(namespace, this.rules, this.#find);
  }

  /** Whether an identity is there: not of somebody who was forgotten. */
  has(number: number): boolean {
    return this.#graph.ownerOf(number) !== undefined;
  }

  /** Says that rows of profiles are filed under other identities now, so that they may have to move. */
  refiled(rows: readonly { readonly number: number; readonly profile: number }[]): void {
    this.#graph.transaction(() => {
      for (const { number, profile } of rows) {
        const to = this.#graph.ownerOf(number);
        if (to !== undefined && to !== profile) this.#move(number, profile, to);
      }
    });
  }

  /** Throws AmendError when there are none to be removed, or to be brought back. */
  requireLinks(amendment: Amendment, links: NamedLinks): readonly NumberedLink[] {
    return requireLinks(this.#graph, amendment, links);
  }

  /**
   * Removes links by hand, or brings them back, and sorts those concerned anew. Rows may have to move afterwards: see `moves`. Durable on
   * return. One caller at a time.
   *
   * @param now epoch milliseconds
   */
  async amend(amendment: Amendment, links: readonly NumberedLink[], now: number): Promise<readonly AmendedLink[]> {
    // What is kept of large graphs only grows.
    this.#large.clear();
    this.#change((linker) => amend(this.#graph, linker, links, { amendment, now }));
    await this.#graph.flushed;
    await this.#publish();
    return withNames(this.#graph, links);
  }

  /** Links that were removed by hand, those of longest ago first. */
  get removedLinks(): readonly (RemovedLink & AmendedLink)[] {
    return removedLinks(this.#graph);
  }

  /** How many identities were put into the table, or moved in it, since the graph was opened. */
  get published(): number {
    return this.#published;
  }

  /** What records are filed under an identity by; undefined when nobody has it. */
  numberOf(identity: Identity): number | undefined {
    return this.#graph.numberOf(identity);
  }

  /** The identity of a number that records are filed under. */
  nameOf(number: number): Identity {
    const { namespace, id } = this.#graph.identityOf(number) ?? { namespace: '', id: '' };
    return { namespace, id };
  }

  /** The profile an identity leads to. Codes are case-sensitive here. */
  find(identity: Identity): number | undefined {
    const number = this.numberOf(identity);
    return number === undefined ? undefined : this.#graph.ownerOf(number);
  }

  /**
   * The profiles of people; new ones for those never seen. Identities that come together are linked, which may make one
   * profile of several, or, by the rules, several of one: see `moves`. On return everything is durable, and in the table. One caller
   * at a time.
   */
  async resolve(people: readonly SeenPerson[], arrival: Arrival): Promise<Resolved> {
    const filed: Filed[] = [];
    const changed: number[] = [];
    for (let from = 0; from < people.length; from += SLICE) {
      const some: Filed[] = [];
      const { assigned, renamed } = this.#change((linker) => {
        for (const person of people.slice(from, from + SLICE)) some.push(linker.add(person, arrival));
      });
      filed.push(...some);
      changed.push(...assigned.map(({ number }) => number), ...renamed);
      await new Promise(setImmediate);
    }
    await this.#graph.flushed;
    await this.#publish();
    const profiles = Uint32Array.from(filed, ({ number }) => this.#graph.ownerOf(number) ?? 0);
    return { filed, profiles, named: new Set(changed.flatMap((number) => this.#graph.ownerOf(number) ?? [])) };
  }

  /** Rows that have to go to other profiles, by the numbers of the identities they are stored under. */
  get moves(): readonly Move[] {
    return [...this.#moves.getRange()].map(({ value }) => value);
  }

  /** Says that the rows of these moves are where they belong. */
  async moved(moves: readonly Move[]): Promise<void> {
    this.#graph.transaction(() => {
      for (const { number, to } of moves) if (this.#moves.get(number)?.to === to) this.#moves.removeSync(number);
    });
    await this.#graph.flushed;
  }

  /** Forgets profiles and all their identities. Durable on return; safe to repeat. One caller at a time. */
  async forget(profiles: readonly number[]): Promise<void> {
    for (let from = 0; from < profiles.length; from += SLICE) {
      const slice = profiles.slice(from, from + SLICE);
      await this.#clickhouse.command(`DELETE FROM identities WHERE profile IN ${literal(slice)}`);
      this.#large.clear();
      this.#graph.transaction(() => {
        for (const profile of slice) {
          for (const number of this.#graph.membersOf(profile)) this.#moves.removeSync(number);
          this.#graph.forget(profile);
        }
      });
      for (const profile of slice) this.succession.forget(profile);
      await new Promise(setImmediate);
    }
    await this.#graph.flushed;
  }

  /** The identities of profiles; a profile nobody knows is absent from the answer. */
  identitiesOf(ordinals: readonly number[]): Map<number, readonly ProfileIdentity[]> {
    const { rules } = this;
    const rank = ({ namespace }: Identity): number => rankOf(namespace, rules, this.#find);
    return new Map(
      ordinals.flatMap((profile) => {
        const members = this.#graph.membersOf(profile).map((number) => ({ number, ...this.#graph.identityOf(number)! }));
        const first = members
          .filter(({ primary }) => primary)
          .toSorted((one, other) => rank(one) - rank(other) || one.number - other.number)[0];
        const shown = members.map(({ number, namespace, id }) => ({ namespace, id, primary: number === first?.number }));
        return shown.length === 0 ? [] : [[profile, shown.toSorted(byName)] as const];
      }),
    );
  }

  /** The person that an identity belongs to; null when nobody has it. */
  graphOf(identity: Identity): PersonGraph | null {
    const profile = this.find(identity);
    return profile === undefined ? null : personGraph(this.#graph, profile);
  }

  /** The links of that person with other people, and why they do not count; null when nobody has the identity. */
  outsideLinksOf(identity: Identity, most: number): OutsideLinks | null {
    const profile = this.find(identity);
    return profile === undefined ? null : outsideLinks(this.#graph, profile, { unique: new Set(this.rules.unique), most });
  }

  /** How many links count, and how many were removed by hand. */
  get linkCounts(): { readonly links: number; readonly removed: number } {
    return this.#graph.linkCounts;
  }

  /** One transaction: what it assigns goes to the outboxes with it. Gives what it did, and the identities whose people were sorted anew. */
  #change(work: (linker: Linker) => void): Pick<Linker, 'assigned' | 'renamed'> & { readonly sorted: ReadonlySet<number> } {
    let sorted: ReadonlySet<number> = new Set();
    const linker = new Linker({ store: this.#graph, large: this.#large, rules: this.rules, find: this.#find });
    try {
      this.#graph.transaction(() => {
        work(linker);
        sorted = linker.settle();
        this.#note(linker.assigned);
      });
      return { assigned: linker.assigned, renamed: linker.renamed, sorted };
    } catch (error) {
      this.#large.clear();
      throw error;
    }
  }

  #note(assigned: readonly Assigned[]): void {
    if (assigned.length === 0) return;
    const last = [...this.#outbox.getKeys({ reverse: true, limit: 1 })][0] ?? 0;
    this.#outbox.putSync(last + 1, assigned);
    for (const { number, profile, before } of assigned) if (before !== null) this.#move(number, before, profile);
    for (const { profile, before } of assigned) if (before !== null && this.#graph.isGone(before)) this.succession.set(before, profile);
  }

  #move(number: number, before: number, to: number): void {
    const from = new Set([...(this.#moves.get(number)?.from ?? []), before]);
    this.#moves.putSync(number, { number, from: [...from].toSorted((one, other) => one - other), to });
  }

  /** Puts into the table what the outbox holds. */
  async #publish(): Promise<void> {
    const batches = [...this.#outbox.getRange()];
    const assigned = batches.flatMap(({ value }) => value);
    if (assigned.length === 0) return;
    const rows = [...new Set(assigned.map(({ number }) => number))].flatMap((number) => this.#rowOf(number));
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    await this.#clickhouse.insert('identities', ['profile', 'namespace', 'id'], 'JSONCompactEachRow', Buffer.from(lines));
    await this.#leave(assigned);
    this.#published += assigned.length;
    this.#graph.transaction(() => {
      for (const { key } of batches) this.#outbox.removeSync(key);
    });
  }

  /** Takes identities out of the profiles that they were in before. */
  async #leave(assigned: readonly Assigned[]): Promise<void> {
    const left = assigned.flatMap(({ number, before }) => {
      const identity = this.#graph.identityOf(number);
      return before === null || before === this.#graph.ownerOf(number) || identity === undefined ? [] : [{ before, ...identity }];
    });
    for (let from = 0; from < left.length; from += LEAVING) {
      const some = left.slice(from, from + LEAVING);
      const tuples = some.map(({ before, namespace, id }) => `(${before}, ${literal(namespace)}, ${literal(id)})`).join(', ');
      await this.#clickhouse.command(`DELETE FROM identities WHERE (profile, namespace, id) IN (${tuples})`);
    }
  }

  #rowOf(number: number): readonly (readonly [profile: number, namespace: string, id: string])[] {
    const [profile, identity] = [this.#graph.ownerOf(number), this.#graph.identityOf(number)];
    return profile === undefined || identity === undefined ? [] : [[profile, identity.namespace, identity.id]];
  }
}

/** Identities in one statement. */
const LEAVING = 2000;

function byName(one: Identity, other: Identity): number {
  return compare(one.namespace, other.namespace) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
