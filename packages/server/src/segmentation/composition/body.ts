/** What a composition says: blocks in a fixed order, and the paths that become audiences. */

/** Of several audiences: who is in one of them, in all of them, or in one but not in all. */
export type Merge = 'union' | 'intersection' | 'exclude-overlap';

export type Source = { readonly kind: 'audiences'; readonly merge: Merge; readonly ids: readonly string[] } | RuleBlock;

export interface RuleBlock {
  readonly kind: 'rule';
  readonly pql: string;
}

export type Exclusion = { readonly kind: 'audience'; readonly id: string } | RuleBlock;

/** Fields of records that go along with members wherever they are exported. */
export interface Enrich {
  /** The lookup entity: the `$id` of the class of its records. */
  readonly entity: string;
  /** Dotted path of the attribute that holds the id of a record. */
  readonly by: string;
  /** Dotted paths in the record. */
  readonly fields: readonly string[];
}

export interface Rank {
  /** An attribute or another expression whose result is a number. */
  readonly by: string;
  readonly order: 'ascending' | 'descending';
  /** How many are kept; null: all. */
  readonly limit: number | null;
}

export type Split = { readonly by: 'percentage' } | { readonly by: 'attribute'; readonly attribute: string };

/** Becomes an audience. */
export interface Path {
  /** Names the path for good, whatever it is called. */
  readonly key: string;
  /** Of the audience. */
  readonly name: string;
  /** Of a split by percentage. */
  readonly percent?: number | undefined;
  /** Of a split by attribute; a path without values takes everybody whom no other takes. */
  readonly values?: readonly string[] | undefined;
}

export interface CompositionBody {
  readonly audience: Source;
  readonly exclude: readonly Exclusion[];
  readonly enrich?: Enrich | undefined;
  readonly rank: Rank | null;
  readonly split: Split | null;
  /** One without a split. */
  readonly paths: readonly Path[];
}
