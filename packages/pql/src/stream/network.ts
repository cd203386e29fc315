/** The audiences as one network: atoms → leaves → audiences → audiences, shared wherever they are equal. */
import { usesOf } from '../plan/free.ts';
import type { Leaf, LeafHash, Logic, Plan } from '../plan.ts';
import { eachNode } from '../terms.ts';
import { hash128 } from '../hash.ts';
import { deciderOf } from './decide.ts';
import type { Decider } from './decide.ts';
import { Atoms, Matcher } from './matcher.ts';
import type { Atom } from './matcher.ts';

export interface AudienceName {
  readonly namespace: string;
  readonly id: string;
}

export interface StreamAudience {
  /** What flips call it. */
  readonly key: string;
  readonly plan: Pick<Plan, 'root' | 'leaves'>;
  /** What other audiences call it in `inSegment`, one name or several; without it none can. */
  readonly refersAs?: AudienceName | readonly AudienceName[];
}

/** All names by which others may call an audience. */
function namesOf({ refersAs = [] }: StreamAudience): readonly string[] {
  const names: readonly AudienceName[] = 'id' in refersAs ? [refersAs] : refersAs;
  return names.map(({ namespace, id }) => nameOf(namespace, id));
}

export interface LeafNode {
  readonly index: number;
  readonly hash: LeafHash;
  readonly leaf: Leaf;
  /** Null for membership in an audience of this network. */
  readonly decider: Decider | null;
  readonly audience: number | null;
  /** Audiences that contain it. */
  readonly audiences: number[];
}

export interface AudienceNode {
  readonly key: string;
  readonly holds: (truths: Uint32Array) => boolean;
  /** Audiences it refers to have lesser ranks. */
  readonly rank: number;
  /** Leaves that ask for this audience. */
  readonly askedBy: number[];
}

/** Audiences that refer to each other in a circle: their membership means nothing. */
export class AudienceCycle extends Error {
  readonly code = 'audience-cycle';
  readonly hint = 'Let one of them be defined without the others.';

  constructor(keys: readonly string[]) {
    super(`Audiences refer to each other in a circle: ${keys.join(' → ')}.`);
  }
}

const nameOf = (namespace: string, id: string): string => JSON.stringify([namespace, id]);

export class Network {
  readonly leaves: readonly LeafNode[];
  /** In the order of their ranks. */
  readonly audiences: readonly AudienceNode[];
  readonly atoms: readonly Atom[];
  readonly matcher: Matcher;
  /** Leaves by the index of the atom they are decided by. */
  readonly byAtom: readonly (readonly LeafNode[])[];
  readonly byRecord: readonly LeafNode[];
  readonly byHistory: readonly LeafNode[];
  /** Of each atom, how to know what no leaf needs any more; null when some leaf may need all. */
  readonly useless: readonly (((now: number) => number) | null)[];
  /** Equal for networks that can read each other's saved states. */
  readonly layout: string;
  readonly #numbers: ReadonlyMap<string, number>;

  /** Throws AudienceCycle. */
  constructor(given: readonly StreamAudience[], zone: string) {
    const audiences = ranked(given);
    this.#numbers = new Map(audiences.flatMap(({ audience }, at) => namesOf(audience).map((name) => [name, at] as const)));
    const atoms = new Atoms();
    const leaves = new Map<LeafHash, LeafNode>();
    for (const [number, { audience }] of audiences.entries()) {
      for (const [hash, leaf] of Object.entries(audience.plan.leaves)) {
        const node = leaves.get(hash) ?? this.#node(leaves.size, hash, leaf, (each) => deciderOf(each, atoms, zone));
        leaves.set(hash, node);
        node.audiences.push(number);
      }
    }
    this.leaves = [...leaves.values()];
    this.atoms = atoms.list;
    this.matcher = new Matcher(this.atoms);
    this.byAtom = this.atoms.map((atom) => this.leaves.filter(({ decider }) => decider?.atoms.includes(atom) === true));
    this.byRecord = this.leaves.filter(({ decider }) => decider?.needs === 'record');
    this.byHistory = this.leaves.filter(({ decider }) => decider?.needs === 'history');
    this.useless = this.byAtom.map(uselessOf);
    this.audiences = audiences.map(({ audience, rank }, number) => ({
      key: audience.key,
      rank,
      holds: closureOf(audience.plan.root, leaves),
      askedBy: this.leaves.filter((node) => this.#asks(node, number)).map(({ index }) => index),
    }));
    this.layout = hash128(JSON.stringify([zone, this.audiences.map(({ key }) => key), this.leaves.map(({ hash }) => hash)]));
  }

  /** The audience of a name, when it is in the network. */
  numberOf(namespace: string, id: string): number | undefined {
    return this.#numbers.get(nameOf(namespace, id));
  }

  #node(index: number, hash: LeafHash, leaf: Leaf, decider: (leaf: Leaf) => Decider): LeafNode {
    const audience = leaf.kind === 'audience' ? (this.numberOf(leaf.namespace, leaf.id) ?? null) : null;
    return { index, hash, leaf, decider: audience === null ? decider(leaf) : null, audience, audiences: [] };
  }

  #asks({ leaf, audience }: LeafNode, number: number): boolean {
    return audience === number || (leaf.kind === 'general' && referencesOf(leaf).some((name) => this.#numbers.get(name) === number));
  }
}

function uselessOf(leaves: readonly LeafNode[]): ((now: number) => number) | null {
  const each = leaves.map(({ decider }) => decider?.useless ?? null);
  if (each.length === 0 || each.includes(null)) return null;
  return (now) => Math.min(...each.map((bound) => bound?.(now) ?? Number.NaN));
}

/** Names of audiences that a leaf asks for. */
function referencesOf(leaf: Leaf): readonly string[] {
  if (leaf.kind === 'audience') return [nameOf(leaf.namespace, leaf.id)];
  if (leaf.kind !== 'general' || !usesOf(leaf.test).audiences) return [];
  const names: string[] = [];
  eachNode({ test: leaf.test }, (node) => {
    if (node.op === 'audience') names.push(nameOf(node.namespace, node.id));
  });
  return names;
}

/** Audiences in an order in which each comes after those it refers to. */
function ranked(given: readonly StreamAudience[]): readonly { readonly audience: StreamAudience; readonly rank: number }[] {
  const named = new Map(given.flatMap((audience) => namesOf(audience).map((name) => [name, audience] as const)));
  const ranks = new Map<StreamAudience, number>();
  const rankOf = (audience: StreamAudience, path: readonly StreamAudience[]): number => {
    const known = ranks.get(audience);
    if (known !== undefined) return known;
    if (path.includes(audience)) throw new AudienceCycle([...path.slice(path.indexOf(audience)), audience].map(({ key }) => key));
    const referred = Object.values(audience.plan.leaves)
      .flatMap(referencesOf)
      .flatMap((name) => named.get(name) ?? []);
    const rank = referred.reduce((most, each) => Math.max(most, 1 + rankOf(each, [...path, audience])), 0);
    ranks.set(audience, rank);
    return rank;
  };
  return given.map((audience) => ({ audience, rank: rankOf(audience, []) })).toSorted((one, other) => one.rank - other.rank);
}

function closureOf(logic: Logic, leaves: ReadonlyMap<LeafHash, LeafNode>): (truths: Uint32Array) => boolean {
  switch (logic.op) {
    case 'constant':
      return () => logic.value;
    case 'leaf': {
      const index = leaves.get(logic.hash)?.index;
      if (index === undefined) throw new Error('bug: a plan names a leaf that it does not hold');
      const [word, bit] = [index >>> 5, 1 << (index & 31)];
      return (truths) => ((truths[word] as number) & bit) !== 0;
    }
    case 'not': {
      const term = closureOf(logic.term, leaves);
      return (truths) => !term(truths);
    }
    default: {
      const terms = logic.terms.map((term) => closureOf(term, leaves));
      return logic.op === 'and' ? (truths) => terms.every((term) => term(truths)) : (truths) => terms.some((term) => term(truths));
    }
  }
}
