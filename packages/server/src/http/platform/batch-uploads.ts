/** `/data/foundation/import/batches/{id}/datasets/{dataset}`: the files of a batch that takes some. */
import type { Readable } from 'node:stream';
import { createReadStream } from 'node:fs';
import { BatchError, openSource } from '../../ingest/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type UploadRoutes = 'putBatchFile' | 'actOnBatchFile' | 'patchBatchFile' | 'getBatchFile' | 'previewBatch';

export function batchUploadHandlers({ batches }: Rooms): Handlers<UploadRoutes> {
  const { files } = batches;
  return {
    async putBatchFile({ params, request }) {
      await requireLoading(params);
      await files.put(params.id, params.name, request.body as Readable);
      return {};
    },
    async actOnBatchFile({ params, query: { action } }) {
      await requireLoading(params);
      await (action === 'INITIALIZE' ? files.begin(params.id, params.name) : files.finish(params.id, params.name));
      return {};
    },
    async patchBatchFile({ params, request }) {
      await requireLoading(params);
      await files.putPart(params.id, params.name, {
        range: rangeOf(String(request.headers['content-range'])),
        body: request.body as Readable,
      });
      return {};
    },
    async getBatchFile({ params: { id, name }, reply }) {
      await batches.get(id);
      const { path, size } = await files.get(id, name);
      reply.header('content-length', size);
      return createReadStream(path);
    },
    async previewBatch({ params: { id }, query: { nrow } }) {
      const { input } = await batches.get(id);
      const [first] = await files.list(id);
      const schema = { format: input.format };
      if (first === undefined) return { data: [], schema };
      const csv = input.delimiter === null ? {} : { delimiter: input.delimiter };
      const source = await openSource({ kind: 'file', path: first.path, format: input.format, csv });
      const data: unknown[] = [];
      for await (const { rows } of source.batches()) {
        for (const { value } of rows) if (data.length < nrow) data.push(named(value, source.columns));
        if (data.length >= nrow) break;
      }
      return { data, schema: { ...schema, ...(source.columns !== null && { columns: source.columns }) } };
    },
  };

  /** Throws BatchError. */
  async function requireLoading({ id, dataset }: { readonly id: string; readonly dataset: string }): Promise<void> {
    const batch = await batches.loading(id);
    if (batch.dataset === dataset) return;
    throw new BatchError(
      'batch-invalid',
      `The batch ${id} is for the dataset ${batch.dataset}, not ${dataset}.`,
      'Use the dataset that it was created with.',
    );
  }
}

function rangeOf(header: string): { start: number; end: number; total: number } {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header);
  const [start = 0, end = 0, total = 0] = (match ?? []).slice(1).map(Number);
  if (match !== null && start <= end && end < total) return { start, end, total };
  throw new BatchError(
    'batch-invalid',
    `Content-Range is ${header}.`,
    'Write it as bytes 0-1048575/10485760: first byte, last byte, all bytes.',
  );
}

function named(value: unknown, columns: readonly string[] | null): unknown {
  return columns === null ? value : Object.fromEntries(columns.map((column, index) => [column, (value as readonly unknown[])[index]]));
}
