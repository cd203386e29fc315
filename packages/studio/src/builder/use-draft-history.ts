/** The rule under construction, as picture and as text, with its history. */
import { apply, commit, loadText, redo, startHistory, treeText, undo } from '@kindred/pql';
import type { Command, Container, History } from '@kindred/pql';
import { useReducer } from 'react';
import type { Dispatch } from 'react';

/** Picture and text say the same unless the text is broken: then the picture is of the text before. */
export interface Draft {
  readonly root: Container;
  readonly text: string;
  readonly broken: boolean;
}

export type BuilderAction =
  /** Edits with the same `run` in a row are one step of the history. */
  | { readonly type: 'command'; readonly command: Command; readonly run?: string }
  | { readonly type: 'text'; readonly text: string; readonly run: string | null }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' };

export function draftOf(text: string, before: Container | null = null): Draft {
  const loaded = loadText(text, before);
  const root = loaded?.root ?? before ?? loadText('')?.root;
  if (root === undefined) throw new Error('bug: the empty text has no picture');
  return { root, text, broken: loaded === null };
}

export function reduce(history: History<Draft>, action: BuilderAction): History<Draft> {
  const { root, text, broken } = history.present;
  switch (action.type) {
    case 'command': {
      const next = broken ? root : apply(root, action.command);
      return next === root ? history : commit(history, { root: next, text: treeText(next), broken: false }, action.run ?? null);
    }
    case 'text':
      return action.text === text ? history : commit(history, draftOf(action.text, root), action.run);
    case 'undo':
      return undo(history);
    case 'redo':
      return redo(history);
    default:
      return action satisfies never;
  }
}

export function useDraftHistory(text: string): readonly [History<Draft>, Dispatch<BuilderAction>] {
  return useReducer(reduce, text, (given) => startHistory(draftOf(given)));
}
