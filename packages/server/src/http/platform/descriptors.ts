/** `/data/foundation/schemaregistry/tenant/descriptors` */
import type { Descriptor } from '../../schema/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { descriptorForm } from './registry-form.ts';
import { listed } from './registry-lists.ts';
import { descriptorView } from './registry-views.ts';

type DescriptorRoutes = 'listDescriptors' | 'createDescriptor' | 'getDescriptor' | 'replaceDescriptor' | 'deleteDescriptor';

const PATH = '/data/foundation/schemaregistry/tenant/descriptors';

export function descriptorHandlers({ descriptors, clock }: Rooms): Handlers<DescriptorRoutes> {
  return {
    listDescriptors({ query, request }) {
      const form = descriptorForm(request.headers.accept);
      const { results, next, orderby } = listed(descriptors.list().map(descriptorView), { orderby: '@id', ...query });
      const shown = results.map((view) => descriptors.get(String(view['@id'])));
      if (form === 'pages') return Promise.resolve({ results, _page: { orderby, next, count: results.length }, _links: { next: null } });
      return Promise.resolve(byType(shown, VIEWS[form]));
    },
    createDescriptor: async ({ body }) => descriptorView(await descriptors.create(body, clock())),
    getDescriptor: ({ params }) => Promise.resolve(descriptorView(descriptors.get(params.id))),
    replaceDescriptor: async ({ params, body }) => ({ '@id': (await descriptors.replace(params.id, body, clock())).id }),
    async deleteDescriptor({ params }) {
      await descriptors.delete(params.id);
    },
  };
}

const VIEWS = {
  ids: ({ id }: Descriptor): unknown => id,
  links: ({ id }: Descriptor): unknown => `${PATH}/${id}`,
  objects: descriptorView as (descriptor: Descriptor) => unknown,
};

function byType(descriptors: readonly Descriptor[], view: (descriptor: Descriptor) => unknown): Record<string, unknown[]> {
  const types: Record<string, unknown[]> = {};
  for (const descriptor of descriptors) (types[descriptor.type] ??= []).push(view(descriptor));
  return types;
}
