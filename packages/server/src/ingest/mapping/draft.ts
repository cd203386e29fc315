/** A record on its way: what every record must have, and the document it is. */
import type { Identity, Namespaces, Person } from '../../identity/index.ts';
import { identityProblem } from '../../identity/index.ts';
import type { Problem } from '../../schema/index.ts';
import { nearest } from '@kindred/pql';

export interface Draft {
  /** `_id` of an event, '' for a profile record. */
  readonly id: string;
  /** Epoch milliseconds: when the event happened or the attributes were true. */
  readonly time: number;
  /** '' when absent. */
  readonly eventType: string;
  readonly person: Person;
  readonly document: unknown;
}

/** Left out by a rule of the mapping. */
export interface Skipped {
  readonly skipped: string;
}

export interface Rejected {
  readonly problems: readonly Problem[];
}

export type Reading = Draft | Skipped | Rejected;

/** Makes the draft of one record. */
export type ReadRecord = (record: unknown, line: number) => Reading;

const MOST_IDENTITIES = 20;

/** Checks identities and joins them to a person: an unusable one rejects the record. */
export class People {
  readonly #namespaces: Namespaces;

  constructor(namespaces: Namespaces) {
    this.#namespaces = namespaces;
  }

  /** The identity, or why there is none. */
  identity(code: string, id: unknown): Identity | string {
    const namespace = this.#namespaces.find(code);
    if (namespace === undefined) return this.unknown(code);
    if (typeof id !== 'string') return `the ${namespace.code} must be text`;
    const problem = identityProblem(namespace, id);
    return problem ?? { namespace: namespace.code, id };
  }

  unknown(code: string): string {
    const codes = this.#namespaces.all.map((namespace) => namespace.code);
    const near = nearest(code, codes);
    const help = near === null ? 'declare it in the mapping under "namespaces"' : `did you mean ${near}?`;
    return `there is no identity namespace ${code}; ${help}`;
  }

  /** The person of a record; the first identity is the primary one. */
  person(primary: Identity, others: readonly Identity[]): Person | string {
    const further: Identity[] = [];
    for (const other of others) {
      if (!same(other, primary) && !further.some((earlier) => same(earlier, other))) further.push(other);
    }
    if (further.length >= MOST_IDENTITIES) return `the record has ${further.length + 1} identities, at most ${MOST_IDENTITIES} are allowed`;
    return { primary, others: further };
  }
}

function same(one: Identity, other: Identity): boolean {
  return one.namespace === other.namespace && one.id === other.id;
}
