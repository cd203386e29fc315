/** `/data/foundation/schemaregistry/rpc`: resources out of the registry and into it, and sample records. */
import type { Arriving, Json, Resource } from '../../schema/index.ts';
import { fullFields, kindOfWord, sampleOf } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { resourceView } from './registry-views.ts';
import { contentOf, WRITTEN } from './schema-registry.ts';

type TransferRoutes = 'exportSchemaResource' | 'importSchemaResources' | 'sampleSchemaRecord';

export function registryTransferHandlers({ registry, settings, clock }: Rooms): Handlers<TransferRoutes> {
  const written = (resource: Resource): Json =>
    resourceView(resource, WRITTEN, { state: registry.state, sandbox: settings.sandbox, tenant: registry.tenant });
  return {
    exportSchemaResource: ({ params: { id } }) => Promise.resolve(registry.exported(id).map(written)),
    async importSchemaResources({ body, request }) {
      const made = await registry.import(body.map(arrivingOf), { by: request.caller.name, now: clock() });
      return made.map(written);
    },
    sampleSchemaRecord({ params: { id } }) {
      const schema = registry.get('tenant', 'schemas', id);
      return Promise.resolve(sampleOf(fullFields(registry.state, schema)));
    },
  };
}

/** Throws RequestError. */
function arrivingOf(json: Json, index: number): Arriving {
  const [id, kind] = [json['$id'], kindOfWord(json['meta:resourceType'])];
  if (typeof id === 'string' && kind !== undefined) return { id, kind, body: contentOf(json) };
  throw new RequestError('request-invalid', `[${index}] has no $id, or no meta:resourceType of a resource.`, {
    hint: 'Send the array that GET /data/foundation/schemaregistry/rpc/export/{id} gave.',
  });
}
