/** Folders and tags: where audiences are found. */
import { z } from 'zod';
import { count, idParams, instant, name } from './common.ts';
import type { Route } from './route.ts';

export const folder = z
  .object({
    id: z.string(),
    name: z.string(),
    parentId: z.string().nullable().describe('Null at the top'),
    audiences: count.describe('Directly in it'),
    createdAt: instant,
    createdBy: z.string(),
    updatedAt: instant,
  })
  .meta({ id: 'Folder' });
export type Folder = z.output<typeof folder>;

export const folderRoutes = {
  listFolders: {
    method: 'GET',
    path: '/api/folders',
    summary: 'All folders; their parents make the tree',
    tag: 'folders and tags',
    responses: { 200: z.object({ folders: z.array(folder) }) },
  },
  createFolder: {
    method: 'POST',
    path: '/api/folders',
    summary: 'Create a folder',
    tag: 'folders and tags',
    body: z.object({ name, parentId: z.string().nullable().default(null) }),
    responses: { 201: folder },
  },
  updateFolder: {
    method: 'PATCH',
    path: '/api/folders/{id}',
    summary: 'Rename or move a folder',
    tag: 'folders and tags',
    params: idParams,
    body: z.object({ name: name.optional(), parentId: z.string().nullable().optional() }),
    responses: { 200: folder },
  },
  deleteFolder: {
    method: 'DELETE',
    path: '/api/folders/{id}',
    summary: 'Delete a folder; one that holds something only when it is told where that goes',
    tag: 'folders and tags',
    params: idParams,
    query: z.object({ moveTo: z.string().min(1).optional().describe('A folder, or `top`') }),
    responses: { 204: z.undefined() },
  },
  listTags: {
    method: 'GET',
    path: '/api/tags',
    summary: 'Tags in use, by name',
    tag: 'folders and tags',
    responses: { 200: z.object({ tags: z.array(z.object({ tag: z.string(), audiences: count })) }) },
  },
} as const satisfies Record<string, Route>;
