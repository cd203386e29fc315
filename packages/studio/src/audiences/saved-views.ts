/** Views of the list that a reader keeps: filters, order and columns under a name, in this browser. */
import { useState } from 'react';

export interface SavedView {
  readonly name: string;
  /** The query part of the address. */
  readonly query: string;
}

const KEY = 'kindred.portal.views';

function stored(): readonly SavedView[] {
  return JSON.parse(localStorage.getItem(KEY) ?? '[]') as readonly SavedView[];
}

export interface SavedViews {
  readonly views: readonly SavedView[];
  /** Under a name that is taken it takes the place of the old one. */
  readonly save: (view: SavedView) => void;
  readonly remove: (name: string) => void;
}

export function useSavedViews(): SavedViews {
  const [views, setViews] = useState(stored);
  const keep = (next: readonly SavedView[]) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setViews(next);
  };
  const without = (name: string) => views.filter((view) => view.name !== name);
  return {
    views,
    save: (view) => keep([...without(view.name), view].toSorted((a, b) => a.name.localeCompare(b.name))),
    remove: (name) => keep(without(name)),
  };
}
