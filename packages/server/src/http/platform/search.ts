/** `/data/core/ups/search`: folders and audiences by what they are called, as the documented search has it. */
import type { Result, Routes } from '@kindred/contract';
import type { Definition, Folder, SearchDocument } from '../../segmentation/index.ts';
import { compileSearch, LuceneError } from '../../segmentation/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type Entity = Result<Routes['searchEntities']>['entities'][number];

/** What people call the namespaces. */
const DISPLAYED: Readonly<Record<string, string>> = {
  AEPSegments: 'Segmentation Service',
  CustomerAudienceUpload: 'Custom upload',
  AO: 'Audience composition',
  AAM: 'Audience Manager',
  AAMSegments: 'Audience Manager segments',
  AAMTraits: 'Audience Manager traits',
};

const FINE = { message: 'Success' };

export function searchHandlers(rooms: Rooms): Handlers<'searchNamespaces' | 'searchEntities' | 'searchTaxonomy'> {
  const { definitions, folders } = rooms.segmentation;
  return {
    async searchNamespaces({ query: { s = '' } }) {
      const tree = new Tree(await folders.list());
      const matches = matcherOf(s);
      const found = (await definitions.list()).definitions.filter((each) => matches(audienceDocument(each, tree)));
      const counts = Map.groupBy(found, ({ namespace }) => namespace);
      const namespaces = [...counts].map(([namespace, all]) => ({
        namespace,
        displayName: DISPLAYED[namespace] ?? namespace,
        count: all.length,
      }));
      return {
        namespaces: namespaces.toSorted((a, b) => a.namespace.localeCompare(b.namespace, 'en')),
        totalCount: found.length,
        status: FINE,
      };
    },
    async searchEntities({ query: { s = '', namespace, entityId, limit, page } }) {
      const tree = new Tree(await folders.list());
      if (entityId !== undefined) tree.get(entityId);
      const matches = matcherOf(s);
      const place = entityId ?? (s.trim() === '' ? null : undefined);
      const isIn = (folderId: string | null): boolean =>
        place === undefined || folderId === place || (s.trim() !== '' && tree.isBelow(folderId, place));
      const ours = (await definitions.list({ sort: [{ by: 'name', descending: false }] })).definitions;
      const entities = [
        ...tree.all.filter((each) => isIn(each.parentId) && matches(folderDocument(each, tree))).map(folderEntity),
        ...ours
          .filter((each) => named(each, namespace) && isIn(each.folderId) && matches(audienceDocument(each, tree)))
          .map(audienceEntity),
      ];
      const shown = entities.slice(page * limit, (page + 1) * limit);
      return {
        entities: shown,
        page: { totalCount: entities.length, totalPages: Math.ceil(entities.length / limit), pageOffset: page, pageSize: shown.length },
        status: FINE,
      };
    },
    async searchTaxonomy({ query: { entityId } }) {
      const tree = new Tree(await folders.list());
      const audience = await definitions.find(entityId);
      const above = audience ? audience.folderId : tree.get(entityId).parentId;
      const path = above === null ? [] : await folders.path(above);
      return { taxonomy: path.map(({ id, name, parentId }) => ({ id, name, parentFolderId: parentId })), status: FINE };
    },
  };
}

function named({ namespace }: Definition, wanted: string | undefined): boolean {
  return wanted === undefined || namespace === wanted;
}

class Tree {
  readonly all: readonly Folder[];
  readonly #byId: ReadonlyMap<string, Folder>;

  constructor(all: readonly Folder[]) {
    this.all = all;
    this.#byId = new Map(all.map((folder) => [folder.id, folder]));
  }

  /** Throws RequestError. */
  get(id: string): Folder {
    const folder = this.#byId.get(id);
    if (folder !== undefined) return folder;
    throw new RequestError('not-found', `There is no folder ${id}.`, { hint: 'GET /api/folders lists them.' });
  }

  /** Names from the top down, as a path. */
  location(id: string | null): string {
    const names: string[] = [];
    for (let at = id; at !== null; at = this.#byId.get(at)?.parentId ?? null) names.unshift(this.#byId.get(at)?.name ?? '');
    return `/${names.join('/')}`;
  }

  /** Whether a folder is another one or below it; everything is below the top (null). */
  isBelow(id: string | null, above: string | null): boolean {
    if (above === null) return true;
    for (let at = id; at !== null; at = this.#byId.get(at)?.parentId ?? null) if (at === above) return true;
    return false;
  }
}

/** Throws RequestError for a text that is not understood. */
function matcherOf(text: string): ReturnType<typeof compileSearch> {
  try {
    return compileSearch(text);
  } catch (error) {
    if (!(error instanceof LuceneError)) throw error;
    throw new RequestError('request-invalid', error.message, { hint: 'docs/audiences.md tells the syntax.' });
  }
}

function audienceDocument({ id, name, description, folderId }: Definition, tree: Tree): SearchDocument {
  return { segmentId: id, segmentName: name, segmentDescription: description, ...folderFields(folderId, tree) };
}

function folderDocument({ id, name, parentId }: Folder, tree: Tree): SearchDocument {
  return { segmentId: id, segmentName: name, segmentDescription: '', ...folderFields(parentId, tree) };
}

function folderFields(folderId: string | null, tree: Tree): SearchDocument {
  return { folderId: folderId ?? '', parentFolderId: folderId ?? '', folderLocation: tree.location(folderId) };
}

function folderEntity({ id, name, parentId }: Folder): Entity {
  return { id, ...source(id), isFolder: true, parentFolderId: parentId, name, description: '' };
}

function audienceEntity({ id, externalId, name, description, folderId }: Definition): Entity {
  return { id, ...source(externalId ?? id), isFolder: false, parentFolderId: folderId, name, description };
}

function source(id: string): Pick<Entity, 'sourceId' | 'base64EncodedSourceId'> {
  return { sourceId: id, base64EncodedSourceId: Buffer.from(id).toString('base64') };
}
