import { ApiError, routes } from '@kindred/contract';
import type { Result, Routes } from '@kindred/contract';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';
import type { Draft, Row } from './draft.ts';
import { bodyOf, filled, rowOf } from './draft.ts';
import type { Sample } from './samples.ts';

export interface Preview {
  readonly made: Result<Routes['previewMappingSet']>;
  /** Why there is none; the row that is to blame when it is one. */
  readonly problem: { readonly message: string; readonly row: Row | null } | null;
}

const NONE: Preview = { made: [], problem: null };
/** After the last key, in ms. */
const PAUSE = 300;

/** What the set makes of the records, anew after each pause in typing. */
export function usePreview(draft: Draft, samples: readonly Sample[]): Preview {
  const [preview, setPreview] = useState(NONE);
  useEffect(() => {
    if (samples.length === 0 || filled(draft.rows).length === 0) {
      setPreview(NONE);
      return;
    }
    const stop = new AbortController();
    const load = async (): Promise<void> => {
      const body = { data: samples.map((sample) => ({ ...sample })), mappingSet: bodyOf(draft), target: draft.target };
      try {
        const made = await call(routes.previewMappingSet, { body, signal: stop.signal });
        if (!stop.signal.aborted) setPreview({ made, problem: null });
      } catch (error) {
        if (!stop.signal.aborted) setPreview({ made: [], problem: problemOf(error as Error, draft) });
      }
    };
    const timer = setTimeout(() => void load(), PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [draft, samples]);
  return preview;
}

function problemOf(error: Error, { rows }: Draft): Preview['problem'] {
  const hint = error instanceof ApiError && error.hint !== undefined ? ` ${error.hint}` : '';
  return { message: `${error.message}${hint}`, row: rowOf(error.message, rows) };
}
