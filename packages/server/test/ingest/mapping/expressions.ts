/** Evaluates expressions about one record, as mapping sets do. */
import { Columns } from '../../../src/ingest/mapping/language/columns.ts';
import { compileTerm } from '../../../src/ingest/mapping/language/evaluate.ts';
import { parseExpression } from '../../../src/ingest/mapping/language/parse.ts';
import { Invalid } from '../../../src/ingest/mapping/values.ts';

export const RUN = { now: Date.parse('2026-01-31T09:30:00Z'), seed: 'test' };

/** The value as JSON, null for none; of an error of the record the reason, as `{ error }`. */
export function valueOf(text: string, record: unknown = {}, line = 7): unknown {
  const { term, problems } = parseExpression(text, new Columns(null));
  if (term === null) throw new Error(`${text}: ${JSON.stringify(problems)}`);
  const value = compileTerm(term, { columns: new Columns(null), run: RUN })(record, line);
  if (value instanceof Invalid) return { error: value.reason };
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** What is wrong with an expression: code, the text it is about, and what to do. */
export function problemsOf(text: string, columns: readonly string[] | null = null): readonly unknown[] {
  const { term, problems } = parseExpression(text, new Columns(columns));
  if (term !== null) return [];
  return problems.map(({ code, span, hint }) => [code, text.slice(span.from, span.to), hint]);
}
