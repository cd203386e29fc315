/** Drafts kept in the browser while they are written, so that a closed tab loses nothing. */

export interface AudienceDraft {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  readonly evaluation: 'batch' | 'streaming' | 'edge';
  /** Null: the default policy. */
  readonly mergePolicyId: string | null;
  readonly pql: string;
}

export interface KeptDraft extends AudienceDraft {
  /** When the audience that it began from was last changed, an ISO instant; null for a new one. */
  readonly base: string | null;
}

const keyOf = (id: string | null): string => `kindred.builder.draft.${id ?? 'new'}`;

export function keptDraft(id: string | null): KeptDraft | null {
  const text = localStorage.getItem(keyOf(id));
  // Drafts kept before there was a choice of policies, or labels, have none.
  return text === null
    ? null
    : { mergePolicyId: null, labels: [], ...(JSON.parse(text) as Omit<KeptDraft, 'mergePolicyId' | 'labels'> & Partial<KeptDraft>) };
}

export function keepDraft(id: string | null, draft: KeptDraft): void {
  localStorage.setItem(keyOf(id), JSON.stringify(draft));
}

export function dropDraft(id: string | null): void {
  localStorage.removeItem(keyOf(id));
}

export const sameDraft = (a: AudienceDraft, b: AudienceDraft): boolean =>
  a.name === b.name &&
  a.description === b.description &&
  a.pql === b.pql &&
  a.evaluation === b.evaluation &&
  a.mergePolicyId === b.mergePolicyId &&
  a.tags.join() === b.tags.join() &&
  a.labels.join() === b.labels.join();
