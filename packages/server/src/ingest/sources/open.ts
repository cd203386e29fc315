/** Opens a source by what it is. A description is plain data, so that it can be sent to the worker. */
import { ImportError } from '../errors.ts';
import type { CsvSourceOptions } from './csv.ts';
import { openCsv } from './csv.ts';
import type { DemoShopOptions } from './demo-shop/index.ts';
import { openDemoShop } from './demo-shop-source.ts';
import { openJson } from './json.ts';
import { openJsonl } from './jsonl.ts';
import { openParquet } from './parquet.ts';
import type { Source } from './source.ts';

/** `json`: one document or an array of them; `jsonl`: one a line. */
export type FileFormat = 'csv' | 'json' | 'jsonl' | 'parquet';

export type SourceDescription =
  | { readonly kind: 'file'; readonly path: string; readonly format?: FileFormat; readonly csv?: CsvSourceOptions }
  | { readonly kind: 'demo-shop'; readonly options: DemoShopOptions & { readonly profiles: number } };

/** Throws ImportError. */
export async function openSource(description: SourceDescription): Promise<Source> {
  if (description.kind === 'demo-shop') return openDemoShop(description.options);
  const { path, format = formatOf(path), csv = {} } = description;
  switch (format) {
    case 'csv':
      return await openCsv(path, csv);
    case 'json':
      return await openJson(path);
    case 'jsonl':
      return await openJsonl(path);
    case 'parquet':
      return await openParquet(path);
  }
}

/** By the ending of the name. Throws ImportError. */
function formatOf(path: string): FileFormat {
  const ending = /\.(csv|tsv|txt|json|jsonl|ndjson|parquet)(\.gz)?$/i.exec(path);
  const packed = ending?.[2] !== undefined;
  switch (ending?.[1]?.toLowerCase()) {
    case 'csv':
    case 'tsv':
    case 'txt':
      return 'csv';
    case 'jsonl':
    case 'ndjson':
      return 'jsonl';
    case 'json':
      if (!packed) return 'json';
      break;
    case 'parquet':
      if (!packed) return 'parquet';
  }
  throw new ImportError({
    code: 'SOURCE_FORMAT_UNKNOWN',
    message: `the format of ${path} is not known`,
    hint: 'Name files .csv, .jsonl (both also with .gz), .json or .parquet, or state the format.',
  });
}
