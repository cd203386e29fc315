/** The folders of audiences as a tree. */
import type { Folder } from '@kindred/contract';

export interface PlacedFolder extends Folder {
  /** 0 at the top. */
  readonly depth: number;
}

/** Each folder after the one it lies in, by name. */
export function inOrder(folders: readonly Folder[], parent: string | null = null, depth = 0): readonly PlacedFolder[] {
  return folders
    .filter(({ parentId }) => parentId === parent)
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((folder) => [{ ...folder, depth }, ...inOrder(folders, folder.id, depth + 1)]);
}

/** A folder and those below it. */
export function within(folders: readonly Folder[], id: string | null): ReadonlySet<string> {
  if (id === null) return new Set();
  return new Set([id, ...inOrder(folders, id).map((folder) => folder.id)]);
}
