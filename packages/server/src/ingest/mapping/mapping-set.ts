/** Mapping sets of Data Prep: rows of a source, which is a path or an expression, and a destination. */
import type { ObjectType } from '@kindred/pql';
import type { BuildDocument } from './document-builder.ts';
import { documentBuilder } from './document-builder.ts';
import type { Columns } from './language/columns.ts';
import type { Scope } from './language/evaluate.ts';
import { compileTerm } from './language/evaluate.ts';
import { fieldOf } from './language/parse.ts';
import type { Term } from './language/term.ts';
import type { MappingRow } from './mapping.ts';
import { attributeTerm, expressionTerm } from './sources.ts';

/** Builds whole documents. Throws ImportError when a row does not fit the source or the type. */
export function setBuilder(rows: readonly MappingRow[], type: ObjectType, scope: Scope): BuildDocument {
  const targets = rows.map((row, index) => ({
    path: row.destination,
    evaluate: compileTerm(rowTerm(row, scope.columns, `mappings[${index}].source`), scope),
  }));
  return documentBuilder(targets, { type, manner: 'set', elsewhere: null });
}

/** Throws ImportError. */
export function rowTerm({ kind, source }: MappingRow, columns: Columns, where: string): Term {
  return kind === 'expression' ? expressionTerm(source, columns, where) : attributeTerm(fieldOf(source, null), columns, where);
}
