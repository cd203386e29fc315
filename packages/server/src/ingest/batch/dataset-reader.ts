/** Reads records of a dataset with a schema of its own: documents, or rows whose columns are named by paths. */
import type { DatasetSchema } from '../../schema/index.ts';
import { recordValidator } from '../../schema/index.ts';
import type { People, ReadRecord } from '../mapping/draft.ts';
import { xdmReader } from '../mapping/xdm-record.ts';
import { converted } from './conversion.ts';

export interface DatasetReaderOptions {
  readonly dataset: DatasetSchema;
  /** Names of the columns, such as `person.name.firstName`; null for documents. */
  readonly columns: readonly string[] | null;
  readonly people: People;
  /** Epoch milliseconds, for profile records that state no time. */
  readonly asOf: number;
}

export function datasetReader({ dataset, columns, people, asOf }: DatasetReaderOptions): ReadRecord {
  const validate = recordValidator(dataset);
  const read = xdmReader({ target: dataset.class, people, descriptors: dataset.identities, asOf });
  const paths = columns?.map((column) => column.split('.')) ?? null;
  return (record, line) => {
    const document = converted(paths === null ? record : nested(record as readonly unknown[], paths), dataset.json);
    const problems = validate(document);
    return problems.length > 0 ? { problems } : read(document, line);
  };
}

type Fields = Record<string, unknown>;

/** Without a prototype: also a column called `__proto__` is only a name. */
const newFields = (): Fields => Object.create(null) as Fields;

/** Empty values are absent. */
function nested(values: readonly unknown[], paths: readonly (readonly string[])[]): unknown {
  const document = newFields();
  for (const [index, path] of paths.entries()) {
    const value = values[index];
    if (value === '' || value === null || value === undefined) continue;
    let at = document;
    for (const step of path.slice(0, -1)) {
      const inner = at[step];
      at = typeof inner === 'object' ? (inner as Fields) : (at[step] = newFields());
    }
    at[path.at(-1) ?? ''] = value;
  }
  return document;
}
