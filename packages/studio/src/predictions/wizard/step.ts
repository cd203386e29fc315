import type { Vocabulary } from '../../editor/completion.ts';
import type { Missing, PredictionDraft, StepId } from './draft.ts';

/** What every step of the wizard is given. */
export interface StepProps {
  readonly draft: PredictionDraft;
  readonly change: (news: Partial<PredictionDraft>) => void;
  /** Undefined while it is loaded. */
  readonly vocabulary: Vocabulary | undefined;
  /** What has to be said in this step, once creating was tried. */
  readonly missing: readonly Missing[];
  readonly go: (step: StepId) => void;
}
