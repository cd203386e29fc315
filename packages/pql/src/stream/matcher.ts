/**
 * Which atoms an event belongs to. An atom is a selection of events without its window, and the value taken of them;
 * leaves that differ in window, aggregate or threshold only share one. Atoms are found by event type, then by one
 * constant that a text field must equal, so the work follows what matches and not the number of audiences.
 */
import type { Data, DataObject } from '../evaluate/values.ts';
import { stableJson } from '../plan/canonical.ts';
import type { EventSelection } from '../plan.ts';
import { substitute } from '../terms.ts';
import type { Test, Value } from '../term.ts';
import { pathReader, testClosure, valueClosure } from './closures.ts';
import type { ObjectTest, ObjectValue } from './closures.ts';

export interface Atom {
  readonly index: number;
  readonly eventTypes: readonly string[] | null;
  readonly terms: readonly Test[];
  /** Null for atoms that are counted only. */
  readonly value: ObjectValue | null;
}

const EVENT_VARIABLE = 1;

export class Atoms {
  readonly list: Atom[] = [];
  readonly #known = new Map<string, Atom>();

  /** `value` is on variable 1, as canonical event leaves have it. */
  of({ eventTypes, where, variable }: EventSelection, value: Value | null): Atom {
    const own = variable === EVENT_VARIABLE ? where : substitute(where, variable, () => EVENT);
    const key = stableJson({ eventTypes, own, value });
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const read = value === null ? null : valueClosure(value, EVENT_VARIABLE);
    const atom = { index: this.list.length, eventTypes, terms: own.op === 'and' ? own.terms : [own], value: read };
    this.list.push(atom);
    this.#known.set(key, atom);
    return atom;
  }
}

const EVENT: Value = { op: 'variable', id: EVENT_VARIABLE, type: { kind: 'object', fields: {} } };

interface Candidate {
  readonly atom: Atom;
  readonly rest: ObjectTest | null;
}

interface Dimension {
  readonly read: ObjectValue;
  readonly values: Map<Data, Candidate[]>;
}

class TypeMatcher {
  readonly #plain: Candidate[] = [];
  readonly #dimensions = new Map<string, Dimension>();

  add(atom: Atom): void {
    const equality = atom.terms.find(isTextEquality);
    const rest = atom.terms.filter((term) => term !== equality && !(term.op === 'constant' && term.value));
    const candidate = { atom, rest: rest.length === 0 ? null : testClosure({ op: 'and', terms: rest }, EVENT_VARIABLE) };
    if (equality === undefined) this.#plain.push(candidate);
    else this.#at(equality).push(candidate);
  }

  #at({ left, right }: TextEquality): Candidate[] {
    const key = stableJson(left);
    const dimension = this.#dimensions.get(key) ?? {
      read: pathReader(left, EVENT_VARIABLE) ?? (() => null),
      values: new Map<Data, Candidate[]>(),
    };
    this.#dimensions.set(key, dimension);
    const candidates = dimension.values.get(right.value) ?? [];
    dimension.values.set(right.value, candidates);
    return candidates;
  }

  match(event: DataObject, found: Atom[]): void {
    for (const { atom, rest } of this.#plain) if (rest === null || rest(event)) found.push(atom);
    for (const { read, values } of this.#dimensions.values()) {
      for (const { atom, rest } of values.get(read(event)) ?? NONE) if (rest === null || rest(event)) found.push(atom);
    }
  }
}

const NONE: readonly Candidate[] = [];

type TextEquality = Extract<Test, { readonly op: 'compare' }> & { readonly right: { readonly op: 'literal'; readonly value: string } };

function isTextEquality(test: Test): test is TextEquality {
  if (test.op !== 'compare' || test.comparison !== '=' || test.as !== 'string' || test.left.type.kind !== 'string') return false;
  return test.right.op === 'literal' && typeof test.right.value === 'string' && pathReader(test.left, EVENT_VARIABLE) !== null;
}

export class Matcher {
  readonly #types = new Map<string, TypeMatcher>();
  readonly #others = new TypeMatcher();

  constructor(atoms: readonly Atom[]) {
    for (const type of new Set(atoms.flatMap(({ eventTypes }) => eventTypes ?? []))) this.#types.set(type, new TypeMatcher());
    for (const atom of atoms) {
      if (atom.eventTypes === null) this.#others.add(atom);
      for (const type of new Set(atom.eventTypes ?? this.#types.keys())) this.#types.get(type)?.add(atom);
    }
  }

  /** Each atom once. */
  match(event: DataObject): readonly Atom[] {
    const found: Atom[] = [];
    const type = event['eventType'];
    const matcher = (typeof type === 'string' ? this.#types.get(type) : undefined) ?? this.#others;
    matcher.match(event, found);
    return found;
  }
}
