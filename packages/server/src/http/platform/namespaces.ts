/** `/data/core/idnamespace` */
import type { IdentityNamespaceBody } from '@kindred/contract';
import type { Namespace } from '../../identity/index.ts';
import { Namespaces } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { ORGANISATION } from './views.ts';

type NamespaceRoutes =
  | 'createIdentityNamespace'
  | 'getIdentityNamespace'
  | 'listIdentityNamespaces'
  | 'listSharedIdentityNamespaces'
  | 'updateIdentityNamespace';

export function namespaceHandlers(rooms: Rooms): Handlers<NamespaceRoutes> {
  const { ownNamespaces, clock } = rooms;
  const all = () => rooms.namespaces().all.map((namespace) => namespaceView(rooms, namespace));
  return {
    listIdentityNamespaces: () => Promise.resolve(all()),
    listSharedIdentityNamespaces({ params: { org } }) {
      if (org === ORGANISATION) return Promise.resolve(all());
      throw new RequestError('not-found', `There is no organisation ${org}.`, { hint: `The one there is is called ${ORGANISATION}.` });
    },
    getIdentityNamespace({ params: { id } }) {
      const found = rooms.namespaces().findByNumber(id);
      if (found !== undefined) return Promise.resolve(namespaceView(rooms, found));
      throw new RequestError('not-found', `There is no namespace with the number ${id}.`, { hint: 'List them without a number.' });
    },
    async createIdentityNamespace({ body, request }) {
      const isStandard = (code: string): boolean => new Namespaces().find(code) !== undefined;
      const made = await ownNamespaces.create(
        { ...body, description: body.description ?? '' },
        { by: request.caller.name, now: clock(), isStandard },
      );
      return namespaceView(rooms, made);
    },
    async updateIdentityNamespace({ params: { id }, body }) {
      return namespaceView(rooms, await ownNamespaces.update(id, body, clock()));
    },
  };
}

function namespaceView({ namespaces, ownNamespaces }: Rooms, namespace: Namespace): IdentityNamespaceBody {
  const { code, name, idType } = namespace;
  const own = ownNamespaces.list().find((each) => each.code === code);
  return {
    id: namespaces().numberOf(namespace),
    code,
    name,
    idType,
    description: own?.description ?? name,
    custom: own !== undefined,
    status: 'ACTIVE',
    ...(own !== undefined && { createTime: own.createdAt.getTime(), updateTime: own.updatedAt.getTime() }),
    namespaceType: own === undefined ? 'Standard' : 'Custom',
  };
}
