/**
 * What a mapping computes, as a tree: the text of Data Prep (`parse.ts`) and the JSON forms of mapping files
 * (`../forms.ts`) are both lowered to it, and `evaluate.ts` makes functions of it. Plain data.
 */
import type { Span } from '@kindred/pql';

/** A name, a place from 0, or every member of an array. */
export type Step = string | number | typeof EVERY;

export const EVERY = null;

export interface FieldTerm {
  readonly kind: 'field';
  readonly path: readonly Step[];
  /** As it was written: a source may have a column of just that name. */
  readonly written: string;
  /** Null for a term that comes from a JSON form. */
  readonly span: Span | null;
}

export type Term =
  | { readonly kind: 'literal'; readonly value: unknown }
  | FieldTerm
  /** Below a computed value. */
  | { readonly kind: 'within'; readonly of: Term; readonly path: readonly Step[] }
  /** The line of the source that the record begins on. */
  | { readonly kind: 'line' }
  | { readonly kind: 'list'; readonly items: readonly Term[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: Term])[] }
  /** Of a function of the table, which has been checked. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Term[] };

export const literal = (value: unknown): Term => ({ kind: 'literal', value });
export const call = (name: string, ...args: readonly Term[]): Term => ({ kind: 'call', name, args });

/** Every field that a term reads. */
export function fieldsOf(term: Term): readonly FieldTerm[] {
  switch (term.kind) {
    case 'field':
      return [term];
    case 'within':
      return fieldsOf(term.of);
    case 'list':
      return term.items.flatMap(fieldsOf);
    case 'object':
      return term.entries.flatMap(([, value]) => fieldsOf(value));
    case 'call':
      return term.args.flatMap(fieldsOf);
    case 'literal':
    case 'line':
      return [];
  }
}
