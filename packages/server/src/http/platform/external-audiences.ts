/** `/data/core/ais/external-audience` */
import type { Body, Result, Routes } from '@kindred/contract';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Definition, ExternalDetails, ExternalField, Ingestion } from '../../segmentation/index.ts';
import { identityOf, invalidExternal } from '../../segmentation/index.ts';
import { updateAudience } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import { given } from '../given.ts';
import { isLoopback } from '../loopback.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { namedFile } from '../server-files.ts';
import { existingUpload } from '../uploads.ts';

type AisRoutes =
  | 'submitExternalAudience'
  | 'getExternalAudienceTask'
  | 'getExternalAudiencesTask'
  | 'patchExternalAudience'
  | 'runExternalAudience'
  | 'getExternalAudienceRun'
  | 'listExternalAudienceRuns'
  | 'deleteExternalAudience';

export function aisHandlers(rooms: Rooms): Handlers<AisRoutes> {
  const { segmentation, ingestions, clock } = rooms;
  const { definitions, external } = segmentation;
  return {
    async submitExternalAudience({ body, request }) {
      const created = await submit(rooms, body, request.caller.name);
      return { ...body, taskId: (await external.get(created)).taskId };
    },
    getExternalAudienceTask: async ({ params }) => taskOf(rooms, params.taskId),
    getExternalAudiencesTask: async ({ params }) => taskOf(rooms, params.taskId),
    async patchExternalAudience({ params: { id }, body, request }) {
      const { details } = await outside(rooms, id);
      const { fields, ...change } = given(body);
      const labelled = fields === undefined ? undefined : withLabels(details.fields ?? [], fields);
      const audience = await updateAudience(rooms, id, { ...change, changedBy: request.caller.name });
      if (labelled !== undefined) await external.setFields(id, labelled);
      const { name, description, labels, ttlInDays } = audience;
      const shown = (labelled ?? details.fields ?? []).map(fieldBody);
      return { audienceId: id, name, description, labels: [...labels], fields: shown, ttlInDays: ttlInDays ?? 0 };
    },
    async runExternalAudience({ params: { id }, body, request }) {
      const { definition, details } = await outside(rooms, id);
      const { differentialIngestion } = body;
      const files = await changedFiles(rooms, details, body);
      const mode = differentialIngestion ? 'add' : 'replace';
      const { id: runId, createdAt } = await ingestions.start({ audience: definition, files, mode, by: request.caller.name });
      return { audienceName: definition.name, audienceId: id, runId, differentialIngestion, createdAt: createdAt.getTime() };
    },
    async getExternalAudienceRun({ params: { id, runId } }) {
      const { definition, details } = await outside(rooms, id);
      return runBody(definition, details, await external.ingestions.get(id, runId));
    },
    async listExternalAudienceRuns({ params: { id } }) {
      const { definition, details } = await outside(rooms, id);
      return { runs: (await external.ingestions.list(id)).map((each) => runBody(definition, details, each)) };
    },
    async deleteExternalAudience({ params: { id } }) {
      await outside(rooms, id);
      await segmentation.audiences.delete(id, clock());
      return undefined;
    },
  };

  async function submit({ namespaces }: Rooms, body: Body<Routes['submitExternalAudience']>, by: string): Promise<Definition> {
    const { name, description, labels, tags, ttlInDays, namespace, originName, fields, sourceSpec, profileIngestion } = body;
    const identity = identityOf(fields);
    ingestions.namespaceOf(identity.namespace);
    if (namespace === 'AEPSegments' || namespace === 'ups')
      throw invalidExternal(`the namespace ${namespace} is for audiences with a rule`);
    const code = namespaces().find(identity.namespace)?.code ?? identity.namespace;
    const input = { name, description, labels, tags, ttlInDays, namespace, origin: originName, createdBy: by };
    const details = { identity: { column: identity.column, namespace: code }, fields, source: sourceSpec, profileIngestion };
    return await definitions.createExternal(input, details, clock());
  }
}

async function outside(
  { segmentation }: Rooms,
  id: string,
): Promise<{ readonly definition: Definition; readonly details: ExternalDetails }> {
  const definition = await segmentation.definitions.get(id);
  return { definition, details: await segmentation.external.get(definition) };
}

/** An audience is made within its submission, so its task has always ended well. */
async function taskOf({ segmentation }: Rooms, taskId: string): Promise<Result<Routes['getExternalAudienceTask']>> {
  const id = await segmentation.external.ofTask(taskId);
  const found = id === undefined ? undefined : await segmentation.definitions.find(id);
  if (found === undefined)
    throw new RequestError('not-found', `There is no task ${taskId}.`, { hint: 'Submit an external audience first.' });
  return { taskId, audienceId: found.id, status: 'SUCCESS' };
}

function withLabels(
  fields: readonly ExternalField[],
  labels: readonly { readonly name: string; readonly labels: string[] }[],
): readonly ExternalField[] {
  const strange = labels.find(({ name }) => !fields.some((field) => field.name === name));
  if (strange !== undefined) throw invalidExternal(`the audience has no field ${JSON.stringify(strange.name)}`);
  const byName = new Map(labels.map((each) => [each.name, each.labels]));
  return fields.map((field) => ({ ...field, labels: byName.get(field.name) ?? field.labels ?? [] }));
}

function fieldBody({ labels, ...field }: ExternalField): Result<Routes['patchExternalAudience']>['fields'][number] {
  return { ...field, ...(labels && { labels: [...labels] }) };
}

type RunRequest = Body<Routes['runExternalAudience']>;

/** The files of an audience that were changed in the time asked for, in the order of their names. */
async function changedFiles(rooms: Rooms, { source }: ExternalDetails, request: RunRequest): Promise<readonly string[]> {
  const { path, type } = source as { readonly path?: string; readonly type?: string };
  if (path === undefined) throw invalidExternal('it was made without a source; send a list to /api/audiences/{id}/ingestions');
  const [from, to] = [instantOf(request.dataFilterStartTime), instantOf(request.dataFilterEndTime)];
  const files = type === 'folder' ? await filesIn(rooms, path) : [await sourceFile(rooms, path)];
  const changed = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  return changed.filter(({ at }) => at >= (from ?? -Infinity) && at < (to ?? Infinity)).map(({ file }) => file);
}

function instantOf(time: string | number | undefined): number | undefined {
  return typeof time === 'string' ? Date.parse(time) : time;
}

/** An upload wins over a file of the server. */
async function sourceFile(rooms: Rooms, path: string): Promise<string> {
  const upload = /^\w[\w.-]{0,199}$/.test(path) ? await existingUpload(rooms.stores.folder, path).catch(() => undefined) : undefined;
  return upload ?? (await namedFile(rooms, { path }));
}

async function filesIn({ settings }: Rooms, path: string): Promise<readonly string[]> {
  if (!isLoopback(settings.host)) {
    throw new RequestError('path-refused', 'Folders of the server can be read on a server bound to loopback only.', {
      hint: 'Send a file: PUT /api/uploads/{name}, and name it as the path.',
    });
  }
  const folder = resolve(path);
  const names = await readdir(folder).catch(() => {
    throw new RequestError('file-missing', `There is no folder ${folder} on the server.`);
  });
  return names
    .filter((name) => /\.csv(\.gz)?$/i.test(name))
    .toSorted((a, b) => a.localeCompare(b, 'en'))
    .map((name) => join(folder, name));
}

type Run = Result<Routes['getExternalAudienceRun']>;

function runBody({ id, name }: Definition, details: ExternalDetails, ingestion: Ingestion): Run {
  const { status, counts, error, createdAt, createdBy, endedAt, mode } = ingestion;
  const stage = { status, flowId: id, flowRunId: ingestion.id, recordsIn: counts.recordsIn, recordsFailed: counts.failed };
  const people = { newProfiles: counts.newProfiles, knownProfiles: counts.knownProfiles };
  return {
    audienceName: name,
    audienceId: id,
    runId: ingestion.id,
    status,
    differentialIngestion: mode === 'add',
    details: [
      { stage: 'DATASET_INGEST', ...stage },
      { stage: 'PROFILE_STORE_INGEST', ...stage, ...people, ...(!details.profileIngestion && { status: 'SKIPPED' as const }) },
    ],
    errors: error === null ? [] : [{ code: error.code, message: error.message }],
    createdBy,
    createdAt: createdAt.getTime(),
    ingestionTime: endedAt?.getTime() ?? null,
  };
}
