/** `kindred pql eval --values`: what each query is worth for each profile of a file, for queries that are no segments. */
import { asJson, compileValueInferred, describeType, evaluateValue, inferSchema } from '@kindred/pql';
import type { DataObject } from '@kindred/pql';
import type { LineId } from '../json-lines.ts';
import { readProfiles, readQueries } from '../json-lines.ts';
import type { EvalFilesOptions } from './pql-files.ts';
import { limited, placed, textOf, writeLine, ZONE } from './pql-files.ts';

/** Prints the values, a line for each query. Throws CommandError for files and lines that cannot be used. */
export async function evalValues({ profiles, queries, now }: Omit<EvalFilesOptions, 'engine'>): Promise<void> {
  const lines = await readQueries(queries);
  const people = await readProfiles(profiles);
  const schemas = inferSchema(people.documents);
  for (const line of lines) {
    const text = textOf(line);
    if (typeof text !== 'string') {
      writeLine({ id: line.id, errors: text });
      continue;
    }
    const { value, type, problems } = compileValueInferred(text, schemas);
    const valueOf = (document: DataObject): unknown =>
      value === null ? null : asJson(evaluateValue(value, document, { now: now.getTime(), zone: ZONE }), type);
    const values = value === null ? null : limited(() => ({ all: valuesOf(people, valueOf) }));
    if (values === null) writeLine({ id: line.id, errors: placed(text, problems, 'error') });
    else writeLine('code' in values ? { id: line.id, errors: [values] } : { id: line.id, type: describeType(type), values: values.all });
  }
}

function valuesOf(
  { ids, documents }: { readonly ids: readonly LineId[]; readonly documents: readonly DataObject[] },
  valueOf: (document: DataObject) => unknown,
): object {
  return Object.fromEntries(ids.map((id, index) => [String(id), valueOf(documents[index] ?? {})]));
}
