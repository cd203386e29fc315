/** Datasets and their batches, read from what the catalog answers. */
import type { Result, Routes } from '@kindred/contract';

export interface DatasetView {
  readonly id: string;
  readonly name: string;
  /** `$id`; null: nobody described it. */
  readonly schema: string | null;
  readonly profile: boolean;
  readonly events: boolean;
  /** Epoch milliseconds; null: nobody made it. */
  readonly created: number | null;
  /** How long events are kept, in days; null: for good. */
  readonly days: number | null;
}

type Catalog = Result<Routes['listDatasets']>;

export function datasetsOf(catalog: Catalog): readonly DatasetView[] {
  return Object.entries(catalog).map(([id, view]) => {
    const { schemaRef, profileEnabled, classification, created, extensions } = view as Readonly<Record<string, unknown>>;
    const { dataBehavior } = (classification ?? {}) as { readonly dataBehavior?: string };
    return {
      id,
      name: view.name,
      schema: (schemaRef as { readonly id?: string } | undefined)?.id ?? null,
      profile: profileEnabled === true,
      events: dataBehavior === 'time-series',
      created: typeof created === 'number' && created > 0 ? created : null,
      days: daysOf(extensions),
    };
  });
}

function daysOf(extensions: unknown): number | null {
  const { adobe_lakeHouse: lake } = (extensions ?? {}) as {
    readonly adobe_lakeHouse?: { readonly rowExpiration?: { readonly ttlValue?: unknown } };
  };
  const text = lake?.rowExpiration?.ttlValue;
  if (typeof text !== 'string') return null;
  const found = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(text);
  const [years = 0, months = 0, weeks = 0, days = 0] = (found ?? []).slice(1).map((part) => Number(part ?? 0));
  return years * 365 + months * 30 + weeks * 7 + days;
}

export interface BatchView {
  readonly id: string;
  /** Id. */
  readonly dataset: string;
  readonly status: string;
  readonly format: string;
  readonly created: number;
  readonly read: number | null;
  readonly stored: number | null;
  readonly failed: number | null;
  /** Of its files. */
  readonly bytes: number | null;
  readonly errors: readonly { readonly code: string; readonly description: string; readonly recordCount?: number }[];
}

export function batchesOf(batches: Result<Routes['listBatches']>): readonly BatchView[] {
  return Object.entries(batches).map(([id, view]) => {
    const { inputFormat, metrics, errors, created, relatedObjects } = view as Readonly<Record<string, unknown>>;
    const { inputRecordCount, outputRecordCount, failedRecordCount, inputByteSize } = (metrics ?? {}) as Readonly<Record<string, number>>;
    return {
      id,
      dataset: (relatedObjects as readonly { readonly id: string }[] | undefined)?.[0]?.id ?? '',
      status: view.status,
      format: (inputFormat as { readonly format?: string } | undefined)?.format ?? '',
      created: Number(created),
      read: inputRecordCount ?? null,
      stored: outputRecordCount ?? null,
      failed: failedRecordCount ?? null,
      bytes: inputByteSize ?? null,
      errors: (errors ?? []) as BatchView['errors'],
    };
  });
}
