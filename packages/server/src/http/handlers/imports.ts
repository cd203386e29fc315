/** Data in, over HTTP. */
import type { Body, Routes } from '@kindred/contract';
import type { Readable } from 'node:stream';
import { basename } from 'node:path';
import type { Mapping } from '../../ingest/index.ts';
import { inferSchema, parseMapping, xdmMapping } from '../../ingest/index.ts';
import { createDemoAudiences } from '../demo.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { namedFile } from '../server-files.ts';
import { receiveUpload } from '../uploads.ts';

type ImportRoutes = 'inferSchema' | 'upload' | 'startImport' | 'listImports' | 'getImport' | 'cancelImport' | 'startDemo';

const DEMO_DATASET = 'Demo shop';

export function importHandlers(rooms: Rooms): Handlers<ImportRoutes> {
  const { stores, imports, settings, clock } = rooms;
  return {
    async upload({ params: { name }, query, request }) {
      const modified = query.modified === undefined ? undefined : new Date(query.modified);
      return { name, bytes: await receiveUpload(stores.folder, { name, body: request.body as Readable, modified }) };
    },
    async inferSchema({ body: { target = null, format, delimiter, dataset, ...file } }) {
      const path = await namedFile(rooms, file);
      const source = { kind: 'file', path, ...(format && { format }), ...(delimiter !== undefined && { csv: { delimiter } }) } as const;
      const proposal = await inferSchema(source, { tenant: settings.tenant, target, name: dataset ?? datasetOf(path) });
      const csv = delimiter === undefined ? {} : { csv: { delimiter } };
      return { ...proposal, mapping: { ...proposal.mapping, ...csv }, fieldGroup: proposal.fieldGroup && { ...proposal.fieldGroup } };
    },
    async startImport({ body }) {
      const path = await namedFile(rooms, body);
      const { format } = body;
      const source = { kind: 'file', path, ...(format && { format }) } as const;
      return imports.start({ name: basename(path), source, mapping: await mappingOf(rooms, body, path) });
    },
    listImports: async () => ({ imports: await imports.list() }),
    getImport: async ({ params }) => (await imports.get(params.id)) ?? missing(params.id),
    cancelImport: async ({ params }) => (await imports.cancel(params.id)) ?? missing(params.id),
    async startDemo({ body: { profiles, seed, end } }) {
      const options = { profiles, seed, end: end === undefined ? clock().getTime() : Date.parse(end) };
      const mapping = xdmMapping('event', DEMO_DATASET);
      const source = { kind: 'demo-shop', options } as const;
      return imports.start({ name: 'Demo shop', source, mapping, afterwards: () => createDemoAudiences(rooms) });
    },
  };
}

function missing(id: string): never {
  throw new RequestError('not-found', `There is no import ${id}.`, { hint: 'See GET /api/imports.' });
}

type ImportBody = Body<Routes['startImport']>;

/** Throws ImportError when the mapping has the wrong form, or there is no such mapping set. */
async function mappingOf({ mappingSets }: Rooms, { mapping, mappingSetId, target, dataset }: ImportBody, path: string): Promise<Mapping> {
  if (mapping !== undefined) return parseMapping({ dataset: datasetOf(path), ...mapping, ...(dataset !== undefined && { dataset }) });
  const name = dataset ?? datasetOf(path);
  if (mappingSetId === undefined) return xdmMapping(target, name);
  const { mappings } = (await mappingSets.get(mappingSetId)).body;
  return parseMapping({ version: 1, target, dataset: name, mappings });
}

/** The file name without its endings. */
function datasetOf(path: string): string {
  return basename(path).replace(/(\.(csv|tsv|txt|jsonl|ndjson|json|parquet))?(\.gz)?$/i, '');
}
