/** What can be said of an expression before there is a record. */
import type { Problem, Span } from '@kindred/pql';
import type { Columns } from './columns.ts';
import { callee } from './functions/index.ts';
import { fieldsOf } from './term.ts';
import type { Term } from './term.ts';

/** Arguments that are the same for every record. */
export function checkArguments(name: string, args: readonly Term[], spans: readonly Span[]): readonly Problem[] {
  const found = callee(name).check(args.map((term) => (term.kind === 'literal' ? term.value : undefined)));
  const span = found === null ? undefined : spans[found.argument];
  if (found === null || span === undefined) return [];
  const { code, message, hint } = found;
  return [{ code, severity: 'error', span, message, ...(hint !== undefined && { hint }) }];
}

export function checkColumns(term: Term, columns: Columns): readonly Problem[] {
  return fieldsOf(term).flatMap((field) => {
    if (field.span === null || columns.find(field) !== null) return [];
    const near = columns.near(field.written);
    const hint = near === null ? `Columns: ${(columns.names ?? []).join(', ')}.` : `Did you mean ${near}?`;
    return [
      { code: 'unknown-field', severity: 'error', span: field.span, message: `The source has no column ${field.written}.`, hint } as const,
    ];
  });
}
