/** The exact size of a rule while it is written. */
import { routes } from '@kindred/contract';
import type { PqlCheck, PqlEstimate } from '@kindred/contract';
import { useEffect, useReducer } from 'react';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';

const QUIET_MS = 150;

export interface Draft {
  /** Of the newest text that was checked; `checked` is that text. */
  readonly check: PqlCheck | undefined;
  readonly checked: string | undefined;
  /** Of the newest valid text; belongs to an older text while `current` is false. */
  readonly estimate: PqlEstimate | undefined;
  readonly current: boolean;
  readonly working: boolean;
  readonly error: Error | undefined;
}

const NOTHING: Draft = { check: undefined, checked: undefined, estimate: undefined, current: false, working: false, error: undefined };

/** @param revision the data state; the size is counted again when it changes */
export function useDraft(pql: string, revision: number | undefined): Draft {
  const [draft, merge] = useReducer((old: Draft, news: Partial<Draft>): Draft => ({ ...old, ...news }), NOTHING);
  useEffect(() => {
    const text = pql.trim();
    const controller = new AbortController();
    merge({ current: false, working: text !== '', error: undefined, ...(text === '' ? { check: undefined, checked: '' } : {}) });
    if (text === '') return undefined;
    const tell = (news: Partial<Draft>) => {
      if (!controller.signal.aborted) merge(news);
    };
    const timer = setTimeout(() => void answer(pql, controller.signal, tell), QUIET_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [pql, revision]);
  return draft;
}

async function answer(pql: string, signal: AbortSignal, tell: (news: Partial<Draft>) => void): Promise<void> {
  try {
    const check = await call(routes.checkPql, { body: { pql }, signal });
    tell({ check, checked: pql, working: check.ok });
    if (!check.ok || signal.aborted) return;
    const estimate = await call(routes.estimatePql, { body: { pql }, signal });
    tell({ estimate, current: true, working: false });
  } catch (error) {
    tell({ error: toError(error), working: false });
  }
}
