/** Makes a function of a term, once for each source. */
import type { Evaluate } from '../values.ts';
import { Invalid } from '../values.ts';
import type { Columns } from './columns.ts';
import { reader, valueAt } from './columns.ts';
import type { Run } from './functions/function.ts';
import { callee } from './functions/index.ts';
import type { Term } from './term.ts';

export interface Scope {
  readonly columns: Columns;
  readonly run: Run;
}

/** The term has been checked against the same columns. The function gives undefined where there is no value. */
export function compileTerm(term: Term, scope: Scope): Evaluate {
  const below = (inner: Term): Evaluate => compileTerm(inner, scope);
  switch (term.kind) {
    case 'literal': {
      const value = term.value ?? undefined;
      return () => value;
    }
    case 'field': {
      const place = scope.columns.find(term);
      // Only contains_key asks for columns that are not there.
      return place === null ? () => undefined : reader(place);
    }
    case 'within': {
      const of = below(term.of);
      return (record, line) => {
        const value = of(record, line);
        return value instanceof Invalid ? value : valueAt(value, term.path);
      };
    }
    case 'line':
      return (_, line) => line;
    case 'list':
      return listOf(term.items.map(below));
    case 'object':
      return objectOf(term.entries.map(([key, value]) => [key, below(value)] as const));
    case 'call':
      return callee(term.name).compile(term.args.map(below), scope.run);
  }
}

function listOf(items: readonly Evaluate[]): Evaluate {
  return (record, line) => {
    const values: unknown[] = [];
    for (const evaluate of items) {
      const value = evaluate(record, line);
      if (value instanceof Invalid) return value;
      values.push(value ?? null);
    }
    return values;
  };
}

function objectOf(entries: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (record, line) => {
    const values: (readonly [string, unknown])[] = [];
    for (const [key, evaluate] of entries) {
      const value = evaluate(record, line);
      if (value instanceof Invalid) return value;
      if (value !== undefined) values.push([key, value]);
    }
    return Object.fromEntries(values);
  };
}
