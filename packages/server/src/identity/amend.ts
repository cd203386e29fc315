/** Links changed by hand: removed where they join people wrongly, and brought back. */
import type { GraphStore, Link, RemovedLink } from './graph-store.ts';
import type { Identity } from './identity.ts';
import type { Linker } from './linker.ts';

/** What is done to links. */
export type Amendment = 'remove' | 'restore';

/** All links of an identity, or its link with another one. */
export interface NamedLinks {
  readonly identity: Identity;
  readonly from?: Identity | undefined;
}

/** A link that was changed by hand. */
export interface AmendedLink extends Link {
  readonly one: Identity;
  readonly other: Identity;
}

export type AmendErrorCode = 'identity-unknown' | 'link-unknown';

/** There is nothing of that kind to change. */
export class AmendError extends Error {
  override readonly name = 'AmendError';
  readonly code: AmendErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: AmendErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** By the numbers of its identities. */
export type NumberedLink = readonly [one: number, other: number, link: Link];

/** Throws AmendError when there are none. */
export function requireLinks(store: GraphStore, amendment: Amendment, { identity, from }: NamedLinks): readonly NumberedLink[] {
  const number = requireNumber(store, identity);
  const other = from === undefined ? undefined : requireNumber(store, from);
  const links = amendment === 'remove' ? store.linksOf(number) : store.removedLinksOf(number);
  const wanted = links.filter(([end]) => other === undefined || end === other);
  if (wanted.length > 0) return wanted.map(([end, link]) => [number, end, link]);
  const ends = from === undefined ? `${nameOf(identity)} has no link` : `There is no link of ${nameOf(identity)} with ${nameOf(from)}`;
  throw amendment === 'remove'
    ? new AmendError('link-unknown', `${ends} that counts.`, 'Look at the links there are with GET /api/identity/graph.')
    : new AmendError('link-unknown', `${ends} that was removed.`, 'List those with GET /api/identity/removed-links.');
}

/** @param now epoch milliseconds */
export function amend(
  store: GraphStore,
  linker: Linker,
  links: readonly NumberedLink[],
  { amendment, now }: { amendment: Amendment; now: number },
): void {
  for (const [one, other, link] of links) {
    const { first, last, datasets } = link;
    if (amendment === 'remove') store.setRemovedLink(one, other, { first, last, datasets, removed: now });
    else {
      store.dropRemovedLink(one, other);
      store.setLink(one, other, { first, last, datasets });
    }
    linker.touch(one);
    linker.touch(other);
  }
}

export function withNames<L extends Link>(store: GraphStore, links: Iterable<readonly [number, number, L]>): (L & AmendedLink)[] {
  return [...links].flatMap(([one, other, link]) => {
    const [these, those] = [store.identityOf(one), store.identityOf(other)];
    return these === undefined || those === undefined ? [] : [{ ...link, one: plain(these), other: plain(those) }];
  });
}

/** The removed links, those of longest ago first. */
export function removedLinks(store: GraphStore): readonly (RemovedLink & AmendedLink)[] {
  return withNames(store, store.removedLinks()).toSorted((one, other) => one.removed - other.removed);
}

function requireNumber(store: GraphStore, identity: Identity): number {
  const number = store.numberOf(identity);
  if (number !== undefined) return number;
  throw new AmendError(
    'identity-unknown',
    `Nobody has the identity ${nameOf(identity)}.`,
    'Find people by what they have with GET /api/profiles?search=.',
  );
}

function nameOf({ namespace, id }: Identity): string {
  return `${namespace}:${id}`;
}

function plain({ namespace, id }: Identity): Identity {
  return { namespace, id };
}
