/** What every block of the canvas knows and can do. */
import type { Audience, CompositionBody, CompositionPreview, CompositionProblem } from '@kindred/contract';
import { createContext, useContext } from 'react';
import type { Vocabulary } from '../editor/completion.ts';

export interface Canvas {
  readonly body: CompositionBody;
  /** Edits with the same `run` in a row are one step of the history. */
  readonly change: (body: CompositionBody, run?: string) => void;
  /** Undefined while nothing has been counted yet. */
  readonly counts: CompositionPreview['counts'] | undefined;
  /** The counts are of the blocks as they stand. */
  readonly current: boolean;
  readonly problems: readonly CompositionProblem[];
  /** Those that may be named: published, and none of this composition. */
  readonly audiences: readonly Audience[];
  readonly vocabulary: Vocabulary | undefined;
}

export const CanvasContext = createContext<Canvas | null>(null);

export function useCanvas(): Canvas {
  const canvas = useContext(CanvasContext);
  if (canvas === null) throw new Error('bug: a block outside of the canvas');
  return canvas;
}
