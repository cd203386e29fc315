/** What identifies people. */
import { createHash } from 'node:crypto';

export interface Identity {
  /** Code of the namespace as `Namespaces` spells it. */
  readonly namespace: string;
  readonly id: string;
}

/** The identities of one record. */
export interface Person {
  readonly primary: Identity;
  readonly others: readonly Identity[];
}

/** Somebody with the times at which records had these identities together. */
export interface SeenPerson extends Person {
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
}

export interface ProfileIdentity extends Identity {
  readonly primary: boolean;
}

/** Keys of LMDB are short; a long identifier is known by its digest. Codes of namespaces hold neither NUL nor SOH. */
export function keyOf({ namespace, id }: Identity): string {
  return id.length <= 256 ? `${namespace}\0${id}` : `${namespace}\u0001${createHash('sha256').update(id).digest('base64')}`;
}
