/** What the data says about a prediction while it is defined. */
import { routes } from '@kindred/contract';
import type { PredictionReadiness } from '@kindred/contract';
import { useEffect, useMemo, useReducer } from 'react';
import { call } from '../../api/session.ts';
import { toError } from '../../api/use-resource.ts';
import { bodyOf } from './draft.ts';
import type { PredictionDraft } from './draft.ts';

const QUIET_MS = 400;

export interface Counted {
  readonly readiness: PredictionReadiness | undefined;
  /** The counts are of the draft as it stands. */
  readonly current: boolean;
  readonly working: boolean;
  readonly error: Error | undefined;
}

const NOTHING: Counted = { readiness: undefined, current: false, working: false, error: undefined };

/** Counts anew whenever what is counted changes, a moment after the last change. */
export function useReadiness(draft: PredictionDraft, revision: number | undefined): Counted {
  const [counted, merge] = useReducer((old: Counted, news: Partial<Counted>): Counted => ({ ...old, ...news }), NOTHING);
  const { kind, goal, population, exclusions, customEvents, excludedFields } = bodyOf(draft);
  const task = JSON.stringify({ kind, goal, population, exclusions, customEvents: customEvents?.filter(named), excludedFields });
  const countable = useMemo(() => goal.events.length > 0 && population?.trim() !== '', [goal.events.length, population]);
  useEffect(() => {
    const controller = new AbortController();
    merge(countable ? { current: false, working: true, error: undefined } : NOTHING);
    if (!countable) return undefined;
    const tell = (news: Partial<Counted>) => {
      if (!controller.signal.aborted) merge(news);
    };
    const ask = async () => {
      try {
        const body = JSON.parse(task) as Pick<ReturnType<typeof bodyOf>, 'kind' | 'goal'>;
        tell({ readiness: await call(routes.previewPrediction, { body, signal: controller.signal }), current: true, working: false });
      } catch (error) {
        tell({ error: toError(error), working: false });
      }
    };
    const timer = setTimeout(() => void ask(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [task, countable, revision]);
  return counted;
}

const named = ({ name }: { readonly name: string }): boolean => name !== '';
