import type { Audience } from '@kindred/contract';

/** How members come in, in a word. */
export function methodOf({ kind, evaluation }: Audience): string {
  return kind === 'external' ? 'Upload' : evaluation[0]?.toUpperCase() + evaluation.slice(1);
}
