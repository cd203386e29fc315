/** What a mapping takes its values from, as terms: columns by name, and expressions as text. */
import { positionOf } from '@kindred/pql';
import { ImportError } from '../errors.ts';
import type { Columns } from './language/columns.ts';
import { parseExpression } from './language/parse.ts';
import type { FieldTerm, Term } from './language/term.ts';
import { show } from './values.ts';

/** A column by its name, or a path of a document. Throws ImportError. */
export function columnTerm(name: string, columns: Columns, where: string): FieldTerm {
  return attributeTerm({ kind: 'field', path: name.split('.'), written: name, span: null }, columns, where);
}

/** The field itself, if the source can have it. Throws ImportError. */
export function attributeTerm(term: FieldTerm, columns: Columns, where: string): FieldTerm {
  if (columns.find(term) !== null) return term;
  const { written: name } = term;
  const near = columns.near(name);
  throw new ImportError({
    code: 'MAPPING_COLUMN_UNKNOWN',
    message: `mapping, ${where}: the source has no column ${JSON.stringify(name)}`,
    hint: `${near === null ? '' : `Did you mean ${JSON.stringify(near)}? `}Its columns: ${(columns.names ?? []).join(', ')}.${delimiterHint(columns)} A fixed value is {"constant": …}.`,
  });
}

/** A file with a single column has rather another delimiter. */
function delimiterHint({ names }: Columns): string {
  const [only = '', another] = names ?? [];
  const sign = another === undefined ? /[;\t|]/.exec(only)?.[0] : undefined;
  return sign === undefined
    ? ''
    : ` If ${JSON.stringify(sign)} parts them, say so in the mapping: "csv": {"delimiter": ${JSON.stringify(sign)}}.`;
}

/** An expression of Data Prep. Throws ImportError with the first problem and its place. */
export function expressionTerm(text: string, columns: Columns, where: string): Term {
  const { term, problems } = parseExpression(text, columns);
  if (term !== null) return term;
  const [first] = problems;
  const place =
    first === undefined ? '' : `, at line ${positionOf(text, first.span.from).line}, column ${positionOf(text, first.span.from).column}`;
  throw new ImportError({
    code: first?.code === 'unknown-field' ? 'MAPPING_COLUMN_UNKNOWN' : 'MAPPING_INVALID',
    message: `mapping, ${where}: ${first?.message ?? ''} (${show(text)}${place})`,
    hint: first?.hint ?? 'Functions are listed in docs/mapping.md.',
  });
}
