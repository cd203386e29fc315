/** Whether a model still holds: what people do may have changed since it was made. */
import type { CheckedScoring } from './outcomes/outcomes.ts';
import type { DriftState, ScoreSummary } from './score/summary.ts';

export interface Health {
  readonly state: DriftState;
  /** What is not fine, the worst first. */
  readonly findings: readonly Finding[];
}

export interface Finding {
  /** `features` and `scores` lie elsewhere; `rate`, `ranking`: what was said did not come. */
  readonly about: 'features' | 'scores' | 'rate' | 'ranking';
  readonly state: Exclude<DriftState, 'fine'>;
  readonly message: string;
}

/** @param checked the last scoring by this model whose window is over */
export function healthOf({ drift, scoreDrift = null }: Pick<ScoreSummary, 'drift' | 'scoreDrift'>, checked: CheckedScoring | null): Health {
  const findings = [...outcomeFindings(checked), ...driftFindings(drift[0] ?? null, scoreDrift)];
  const alerts = findings.filter(({ state }) => state === 'alert');
  const state = alerts.length > 0 ? 'alert' : findings.length > 0 ? 'warn' : 'fine';
  return { state, findings: [...alerts, ...findings.filter((finding) => finding.state !== 'alert')] };
}

function driftFindings(worst: ScoreSummary['drift'][number] | null, scores: ScoreSummary['scoreDrift']): readonly Finding[] {
  const found: Finding[] = [];
  if (worst !== null && worst.state !== 'fine')
    found.push({
      about: 'features',
      // Scores are less sure there; whether they are worse, the scores and what comes of them tell.
      state: 'warn',
      message: `${worst.label} ${worst.state === 'alert' ? 'lies elsewhere than when' : 'has moved since'} the model was made (PSI ${worst.psi.toFixed(2)}).`,
    });
  if (scores && scores.state !== 'fine')
    found.push({
      about: 'scores',
      state: scores.state,
      message: `Scores ${scores.state === 'alert' ? 'lie elsewhere than at' : 'have moved since'} the first scoring (PSI ${scores.psi.toFixed(2)}).`,
    });
  return found;
}

function outcomeFindings(checked: CheckedScoring | null): readonly Finding[] {
  if (checked === null || checked.outcome === null) return [];
  const { rate, ranking, predictedRate, actualRate, auc } = checked.outcome;
  const day = checked.scoredAt.toISOString().slice(0, 10);
  const found: Finding[] = [];
  if (ranking === 'worse' && auc !== null)
    found.push({
      about: 'ranking',
      state: 'alert',
      message: `Of those scored on ${day}, the likelier ones came first less often than in the test of the model (AUC ${auc.value.toFixed(3)}): train it anew.`,
    });
  if (rate !== 'asSaid')
    found.push({
      about: 'rate',
      state: 'warn',
      message: `Of those scored on ${day}, ${percent(predictedRate)} were said to reach the goal, and ${percent(actualRate)} did.`,
    });
  return found;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
