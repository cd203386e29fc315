/** The audience under construction outside of its rule, and its copy in the browser. */
import type { Audience } from '@kindred/contract';
import { useEffect, useMemo, useState } from 'react';
import { dropDraft, keepDraft, keptDraft, sameDraft } from './draft-store.ts';
import type { AudienceDraft, KeptDraft } from './draft-store.ts';

const KEEP_AFTER_MS = 300;

export function savedDraft(audience: Audience | null): AudienceDraft {
  if (audience === null) return { name: '', description: '', tags: [], evaluation: 'batch', pql: '' };
  const { name, description, tags, evaluation, pql } = audience;
  return { name, description, tags, evaluation, pql };
}

/** What the page begins with: what was kept, unless it says the same as what is saved. */
export interface Beginning {
  readonly saved: AudienceDraft;
  readonly kept: KeptDraft | null;
}

export function useBeginning(audience: Audience | null): Beginning {
  return useMemo(() => {
    const saved = savedDraft(audience);
    const kept = keptDraft(audience?.id ?? null);
    return { saved, kept: kept !== null && !sameDraft(kept, saved) ? kept : null };
    // The page begins once: a later answer of the server must not take the draft's place.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}

/** Keeps the draft a moment after each change; nothing is kept when it says what is saved. */
export function useKeeping(audience: Audience | null, saved: AudienceDraft, draft: AudienceDraft): { readonly stop: () => void } {
  const [stopped, setStopped] = useState(false);
  const id = audience?.id ?? null;
  const version = audience?.version ?? 0;
  useEffect(() => {
    if (stopped) return undefined;
    const timer = setTimeout(() => {
      if (sameDraft(draft, saved)) dropDraft(id);
      else keepDraft(id, { ...draft, version });
    }, KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, saved, id, version, stopped]);
  return {
    stop: () => {
      setStopped(true);
      dropDraft(id);
    },
  };
}
