/** What a mapping set makes of some records, and what its expressions mean; nothing is stored. */
import type { Problem, XdmClass, XdmSchema } from '../../schema/index.ts';
import { Columns } from './language/columns.ts';
import type { Run } from './language/functions/function.ts';
import { syntaxOf } from './language/functions/function.ts';
import { mappingFunctions } from './language/functions/index.ts';
import { compileTerm } from './language/evaluate.ts';
import { parseExpression } from './language/parse.ts';
import type { MappingRow } from './mapping.ts';
import { mappingRow } from './mapping.ts';
import { setBuilder } from './mapping-set.ts';
import { Invalid } from './values.ts';

export interface Previewed {
  /** The document, with the fields that could be made. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

export interface PreviewOptions {
  readonly schema: XdmSchema;
  readonly target: XdmClass;
  readonly run: Run;
}

/** Rows of a mapping set as they are written. Throws ImportError `MAPPING_INVALID`, which says where. */
export function mappingRows(mappings: readonly unknown[]): readonly MappingRow[] {
  return mappings.map((row, index) => mappingRow(row, `mappings[${index}]`));
}

/** Throws ImportError when a row does not fit the schema. */
export function previewMapping(
  rows: readonly MappingRow[],
  records: readonly unknown[],
  { schema, target, run }: PreviewOptions,
): readonly Previewed[] {
  const build = setBuilder(rows, schema[target], { columns: new Columns(null), run });
  return records.map((record, index) => {
    const problems: Problem[] = [];
    return { data: build(record, index + 1, problems), problems };
  });
}

export interface ExpressionProblem {
  readonly message: string;
  readonly hint: string | null;
  /** Characters of the expression, from 0. */
  readonly from: number;
  readonly to: number;
}

/** What is wrong with an expression; nothing when it can be used. */
export function checkExpression(text: string): readonly ExpressionProblem[] {
  return parseExpression(text, new Columns(null)).problems.map(({ message, hint, span }) => ({ message, hint: hint ?? null, ...span }));
}

export interface FunctionDescription {
  readonly name: string;
  readonly family: string;
  readonly syntax: string;
  readonly returns: string;
  readonly doc: string;
  readonly examples: readonly { readonly expression: string; readonly value: unknown }[];
}

/** Every function, by family. */
export function describeFunctions(): readonly FunctionDescription[] {
  return mappingFunctions.map((each) => ({
    name: each.name,
    family: each.family ?? '',
    syntax: syntaxOf(each),
    returns: each.returns,
    doc: each.doc,
    examples: each.examples.map(([expression, value]) => ({ expression, value })),
  }));
}

/** The value of an expression that can be used, or why there is none for this record. */
export function evaluateExpression(text: string, record: unknown, run: Run): { readonly value: unknown; readonly reason: string | null } {
  const columns = new Columns(null);
  const { term } = parseExpression(text, columns);
  if (term === null) throw new Error(`not an expression: ${text}`);
  const value = compileTerm(term, { columns, run })(record, 1);
  return value instanceof Invalid ? { value: undefined, reason: value.reason } : { value, reason: null };
}
