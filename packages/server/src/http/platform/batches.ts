/** `/data/foundation/import/batches`, `/data/foundation/catalog/batches` */
import type { Body, Result, Routes } from '@kindred/contract';
import type { Batch, BatchInput } from '../../ingest/index.ts';
import { BatchError } from '../../ingest/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { ORGANISATION } from './views.ts';

type BatchRoutes = 'createBatch' | 'actOnBatch' | 'listBatches' | 'listLastBatches' | 'getBatch';

export function batchHandlers({ batches, datasets, tables }: Rooms): Handlers<BatchRoutes> {
  return {
    async createBatch({ body, request }) {
      const dataset = datasets.get(body.datasetId);
      if (!tables.schema.datasets.has(dataset.id)) {
        const hint = 'Batches are for datasets of XDM Individual Profile and XDM ExperienceEvent.';
        throw new BatchError(
          'batch-invalid',
          `The class of the schema of ${dataset.name} is neither of those that profiles are made of.`,
          hint,
        );
      }
      const { predecessors = [], predecessorsByExternalId = [] } = body.replay ?? {};
      const input = inputOf(body, await batches.replaceable(dataset.id, predecessors, predecessorsByExternalId));
      return batchView(await batches.create({ dataset: dataset.id, externalId: body.externalId ?? null, input, by: request.caller.name }));
    },
    async actOnBatch({ params: { id }, query: { action } }) {
      if (action === 'COMPLETE') await batches.complete(id);
      else if (action === 'REVERT') await batches.revert(id);
      else await batches.abort(id, action === 'FAIL' ? 'failed' : 'aborted');
      return {};
    },
    async listBatches({ query: { limit, start, dataSet, status, externalId } }) {
      const found = (await batches.list()).filter(
        (batch) =>
          (dataSet === undefined || batch.dataset === dataSet) &&
          (status === undefined || batch.status === status) &&
          (externalId === undefined || batch.externalId === externalId),
      );
      return Object.fromEntries(found.slice(start, start + limit).map((batch) => [batch.id, batchView(batch)]));
    },
    async listLastBatches({ query: { limit, start, dataSet, dataSetId = dataSet } }) {
      const all = Map.groupBy(await batches.list(), ({ dataset }) => dataset);
      const wanted = [...all].filter(([dataset]) => dataSetId === undefined || dataset === dataSetId);
      return Object.fromEntries(wanted.slice(start, start + limit).map(([dataset, found]) => [dataset, lastOf(dataset, found)]));
    },
    getBatch: async ({ params: { id } }) => ({ [id]: batchView(await batches.get(id)) }),
  };
}

/** @param found its batches, newest first */
function lastOf(dataset: string, found: readonly Batch[]): Result<Routes['listLastBatches']>[string] {
  const [last] = found;
  if (last === undefined) throw new Error('a group has a member');
  const succeeded = found.find(({ status }) => status === 'success');
  const failed = found.find(({ status }) => status === 'failed');
  return {
    dataSetId: dataset,
    lastBatchId: last.id,
    lastBatchStatus: last.status,
    ...(succeeded && { lastSuccessfulBatchId: succeeded.id }),
    ...(failed && { lastFailedBatchId: failed.id }),
    created: last.createdAt.getTime(),
    updated: last.updatedAt.getTime(),
  };
}

function inputOf(body: Body<Routes['createBatch']>, replaces: readonly string[]): BatchInput {
  const { inputFormat, enableErrorDiagnostics: diagnostics, partialIngestionPercentage: mostFailed = null, tags, replay } = body;
  const { format, isMultiLineJson, delimiter = null, charset = null } = inputFormat;
  return {
    format: format === 'json' && isMultiLineJson !== true ? 'jsonl' : format,
    delimiter,
    charset,
    diagnostics,
    mostFailed,
    replaces,
    asked: { inputFormat, ...(tags !== undefined && { tags }), ...(replay !== undefined && { replay }) },
  };
}

function batchView({ id, dataset, externalId, status, input, metrics, errors, ...made }: Batch) {
  const { createdAt, updatedAt, startedAt, completedAt, createdBy } = made;
  const { tags = {}, ...asked } = input.asked as { readonly tags?: Readonly<Record<string, unknown>> };
  return {
    id,
    imsOrg: ORGANISATION,
    status,
    version: '1.0.0',
    ...asked,
    ...(externalId !== null && { externalId }),
    relatedObjects: [{ type: 'dataSet', id: dataset }],
    tags: {
      ...tags,
      acp_enableErrorDiagnostics: [String(input.diagnostics)],
      ...(input.mostFailed !== null && { acp_partialIngestionPercent: [String(input.mostFailed)] }),
    },
    ...(metrics !== null && { metrics: { ...metrics, startTime: startedAt?.getTime(), endTime: completedAt?.getTime() } }),
    errors,
    created: createdAt.getTime(),
    updated: updatedAt.getTime(),
    ...(startedAt !== null && { started: startedAt.getTime() }),
    ...(completedAt !== null && { completed: completedAt.getTime() }),
    createdUser: createdBy,
    updatedUser: createdBy,
  };
}
