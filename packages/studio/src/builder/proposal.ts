/** What a new audience begins with when another page made it up, carried in the address of the builder. */
export interface Proposal {
  readonly name: string;
  readonly pql: string;
}

export function buildHref({ name, pql }: Proposal): string {
  return `/audiences/build?${new URLSearchParams({ name, pql }).toString()}`;
}

/** Null: the address proposes nothing. */
export function proposalOf(query: URLSearchParams): Proposal | null {
  const pql = query.get('pql');
  return pql === null ? null : { name: query.get('name') ?? '', pql };
}
