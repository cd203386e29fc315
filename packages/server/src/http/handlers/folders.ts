/** Folders and tags over HTTP. */
import type { Folder as FolderBody } from '@kindred/contract';
import type { FolderWithCount } from '../../segmentation/index.ts';
import { given } from '../given.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type FolderRoutes = 'listFolders' | 'createFolder' | 'updateFolder' | 'deleteFolder' | 'listTags';

export function folderHandlers({ segmentation: { folders }, clock }: Rooms): Handlers<FolderRoutes> {
  return {
    listFolders: async () => ({ folders: (await folders.list()).map(folderBody) }),
    createFolder: async ({ body, request }) => folderBody(await folders.create({ ...body, createdBy: request.caller.name }, clock())),
    updateFolder: async ({ params, body }) => folderBody(await folders.update(params.id, given(body), clock())),
    async deleteFolder({ params, query: { moveTo } }) {
      await folders.delete(params.id, moveTo === 'top' ? null : moveTo, clock());
      return undefined;
    },
    listTags: async () => ({ tags: [...(await folders.tags())] }),
  };
}

function folderBody({ createdAt, updatedAt, ...folder }: FolderWithCount): FolderBody {
  return { ...folder, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
