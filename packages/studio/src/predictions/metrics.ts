/** Measures of a model: what they are called, and what they mean. */
import type { PredictionModel } from '@kindred/contract';

export interface Measure {
  readonly id: keyof PredictionModel['metrics'];
  readonly title: string;
  readonly meaning: string;
}

export const MEASURES: readonly Measure[] = [
  { id: 'auc', title: 'AUC', meaning: 'of two people, one with the outcome, how often it has the higher score; 0.5 is chance' },
  { id: 'prAuc', title: 'PR AUC', meaning: 'precision over all cut-offs; chance is the base rate' },
  { id: 'lift10', title: 'Lift of the top 10 %', meaning: 'times as many outcomes as among as many people at random' },
  { id: 'brier', title: 'Brier score', meaning: 'mean squared error of the probabilities; less is better' },
  { id: 'logLoss', title: 'Log loss', meaning: 'surprise at what came; less is better' },
  { id: 'ece', title: 'Calibration error', meaning: 'how far probabilities are from the rates that came' },
  { id: 'slope', title: 'Calibration slope', meaning: '1 is right, below it the model is too sure' },
  { id: 'baseRate', title: 'Base rate', meaning: 'share of people with the outcome' },
];

/** Those by which a model is compared with baselines. */
export const RESULT_MEASURES: readonly { readonly id: 'auc' | 'prAuc' | 'lift10' | 'brier'; readonly title: string }[] = [
  { id: 'auc', title: 'AUC' },
  { id: 'prAuc', title: 'PR AUC' },
  { id: 'lift10', title: 'Lift of the top 10 %' },
  { id: 'brier', title: 'Brier score' },
];

export const formatMeasure = (value: number): string => value.toFixed(Math.abs(value) >= 10 ? 1 : 3);

/** With its sign: `+0.012`. */
export const formatDifference = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** `0.823, 0.801 to 0.844` */
export function measured(metric: PredictionModel['metrics'][Measure['id']]): { readonly value: string; readonly range: string | null } {
  if (typeof metric === 'number') return { value: formatMeasure(metric), range: null };
  return { value: formatMeasure(metric.value), range: `${formatMeasure(metric.low)} to ${formatMeasure(metric.high)}` };
}
