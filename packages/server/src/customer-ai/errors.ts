/** What a user can do wrong with predictions, and what the data does not allow. */

/**
 * - `prediction-not-found`, `prediction-run-not-found`: there is none with that id
 * - `prediction-name-taken`, `prediction-key-taken`: both are unique
 * - `prediction-invalid`: a prediction was described wrongly
 * - `prediction-in-use`: audiences read its fields
 * - `prediction-running`: it is being trained or scored; one run at a time
 * - `prediction-run-over`: what has ended cannot be cancelled
 * - `prediction-untrained`: there is no model, or there are no scores yet
 * - `prediction-unscored`: that person has no score
 */
export type PredictionErrorCode =
  | 'prediction-not-found'
  | 'prediction-run-not-found'
  | 'prediction-name-taken'
  | 'prediction-key-taken'
  | 'prediction-invalid'
  | 'prediction-in-use'
  | 'prediction-running'
  | 'prediction-run-over'
  | 'prediction-untrained'
  | 'prediction-unscored';

export class PredictionError extends Error {
  override readonly name = 'PredictionError';
  readonly code: PredictionErrorCode;
  readonly hint: string;
  readonly details: unknown;

  constructor({ code, message, hint, details }: { code: PredictionErrorCode; message: string; hint: string; details?: unknown }) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** What forbids a model or its scores, or makes them weaker. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** `status` and `key` are the documented ones; the rest are the numbers. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Documented codes of runs that cannot go on. */
const DOCUMENTED = {
  'not-enough-objective': [400, 'NOT ENOUGH OBJECTIVE'],
  'not-enough-population': [401, 'NOT ENOUGH POPULATION'],
  'bad-model': [402, 'BAD MODEL'],
  'ineligible-scores': [403, 'INELIGIBLE SCORES'],
  'no-scoring-data': [405, 'NO SCORING DATA'],
  'not-enough-history': [407, 'NOT ENOUGH HISTORICAL EVENT DATA'],
  'no-recent-data': [408, 'NO RECENT DATA FOR ELIGIBLE'],
  'no-objective': [409, 'NO OBJECTIVE'],
  'no-population': [410, 'NO POPULATION'],
  'no-input-data': [411, 'NO INPUT DATA AFTER ETL'],
  'single-value-in-objective': [413, 'SINGLE VALUE IN OBJECTIVE'],
  'no-influential-factors': [414, 'NO INFLUENTIAL FACTORS'],
} as const;

export function refusal(
  code: keyof typeof DOCUMENTED,
  { message, hint, ...numbers }: { readonly message: string; readonly hint: string } & Readonly<Record<string, unknown>>,
): Refusal {
  const [status, key] = DOCUMENTED[code];
  return { code, message, hint, details: { status, key, ...numbers } };
}

/** A run ends because of it; its code is not that of an HTTP answer. */
export class RunRefused extends Error {
  override readonly name = 'RunRefused';
  readonly refusal: Refusal;

  constructor(reason: Refusal) {
    super(reason.message);
    this.refusal = reason;
  }
}
