/** The audience under construction outside of its rule, and its copy in the browser. */
import type { Audience } from '@kindred/contract';
import { useEffect, useMemo, useRef } from 'react';
import { dropDraft, keepDraft, keptDraft, sameDraft } from './draft-store.ts';
import type { AudienceDraft, KeptDraft } from './draft-store.ts';
import type { Proposal } from './proposal.ts';

const KEEP_AFTER_MS = 300;

/** Where its draft is kept: every proposal is a draft of its own. */
const draftId = (audience: Audience | null, proposal: Proposal | null): string | null =>
  audience?.id ?? (proposal === null ? null : `new ${proposal.pql}`);

export function savedDraft(audience: Audience | null, proposal: Proposal | null = null): AudienceDraft {
  if (audience === null) {
    const { name, pql } = proposal ?? { name: '', pql: '' };
    return { name, description: '', tags: [], labels: [], evaluation: 'batch', mergePolicyId: null, pql };
  }
  const { name, description, tags, labels, evaluation, mergePolicyId, pql } = audience;
  return { name, description, tags, labels, evaluation, mergePolicyId, pql };
}

/** What the page begins with: what was kept, unless it says the same as what is saved. */
export interface Beginning {
  readonly saved: AudienceDraft;
  readonly kept: KeptDraft | null;
}

export function useBeginning(audience: Audience | null, proposal: Proposal | null): Beginning {
  return useMemo(() => {
    const saved = savedDraft(audience, proposal);
    const kept = keptDraft(draftId(audience, proposal));
    return { saved, kept: kept !== null && !sameDraft(kept, saved) ? kept : null };
    // The page begins once: a later answer of the server must not take the draft's place.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}

export interface Keeping {
  readonly audience: Audience | null;
  readonly proposal: Proposal | null;
  readonly saved: AudienceDraft;
  readonly draft: AudienceDraft;
  readonly base: string | null;
}

/** Keeps the draft a moment after each change; nothing is kept when it says what is saved. */
export function useKeeping({ audience, proposal, saved, draft, base }: Keeping): { readonly stop: () => void } {
  // Not a state: a timer under way must see it at once.
  const stopped = useRef(false);
  const leave = useRef<() => void>(() => undefined);
  const id = draftId(audience, proposal);
  useEffect(() => {
    const keep = () => {
      if (stopped.current) return;
      if (sameDraft(draft, saved)) dropDraft(id);
      else keepDraft(id, { ...draft, base });
    };
    const timer = setTimeout(keep, KEEP_AFTER_MS);
    // Whoever leaves sooner loses nothing either: by another address, or by another page of ours.
    window.addEventListener('pagehide', keep);
    leave.current = keep;
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', keep);
    };
  }, [draft, saved, id, base]);
  useEffect(() => () => leave.current(), []);
  return {
    stop: () => {
      stopped.current = true;
      dropDraft(id);
    },
  };
}
