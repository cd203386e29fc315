/** Audiences whose members come from outside, over HTTP. */
import type { Ingestion as IngestionBody } from '@kindred/contract';
import type { Definition, Ingestion } from '../../segmentation/index.ts';
import { columnsProblem, invalidExternal, UPLOADS } from '../../segmentation/index.ts';
import { audienceBody } from '../audiences.ts';
import { given } from '../given.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { namedFile } from '../server-files.ts';

type ExternalRoutes = 'createExternalAudience' | 'ingestAudience' | 'listIngestions' | 'getIngestion';

export function externalAudienceHandlers(rooms: Rooms): Handlers<ExternalRoutes> {
  const { segmentation, ingestions, clock } = rooms;
  const { definitions, external } = segmentation;
  return {
    async createExternalAudience({ body, request }) {
      const by = request.caller.name;
      const { path, upload, identity, fields, profileIngestion, audienceId, ...details } = body;
      const namespace = ingestions.namespaceOf(identity.namespace).code;
      const problem = columnsProblem([...new Set([identity.column, ...(fields ?? []).map(({ name }) => name)])]);
      if (problem !== null) throw invalidExternal(problem);
      const named = path !== undefined || upload !== undefined;
      const files = named ? [await namedFile(rooms, { path, upload })] : [];
      const input = { namespace: UPLOADS, origin: 'CUSTOM_UPLOAD', createdBy: by, ...given(details) };
      const outside = { identity: { ...identity, namespace }, fields: fields ?? null, source: {}, profileIngestion };
      const created = await definitions.createExternal(
        { ...input, ...(audienceId !== undefined && { externalId: audienceId }) },
        outside,
        clock(),
      );
      const ingestion = named ? await ingestions.start({ audience: created, files, mode: 'replace', by }) : null;
      return {
        audience: audienceBody(await segmentation.audiences.get(created.id), clock()),
        ingestion: ingestion && ingestionBody(ingestion),
      };
    },
    async ingestAudience({ params, body: { mode, ...list }, request }) {
      const audience = await definitions.get(params.id);
      await external.get(audience);
      const files = [await namedFile(rooms, list)];
      return ingestionBody(await ingestions.start({ audience, files, mode, by: request.caller.name }));
    },
    async listIngestions({ params }) {
      return { ingestions: (await external.ingestions.list((await externalAudience(rooms, params.id)).id)).map(ingestionBody) };
    },
    async getIngestion({ params }) {
      return ingestionBody(await external.ingestions.get((await externalAudience(rooms, params.id)).id, params.ingestionId));
    },
  };
}

/** Throws SegmentationError `audience-not-found` and `audience-not-external`. */
async function externalAudience({ segmentation }: Rooms, id: string): Promise<Definition> {
  const definition = await segmentation.definitions.get(id);
  await segmentation.external.get(definition);
  return definition;
}

function ingestionBody({ audience, counts, createdAt, endedAt, problems, ...ingestion }: Ingestion): IngestionBody {
  const { id, number, status, mode, source, error, createdBy } = ingestion;
  return {
    id,
    audienceId: audience,
    number,
    status,
    mode,
    source,
    ...counts,
    problems: [...problems],
    error: error && { ...error },
    createdAt: createdAt.toISOString(),
    createdBy,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
